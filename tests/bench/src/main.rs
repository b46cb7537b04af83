//! `bench run` measures a release build of the program; `bench floor` is the server that it is measured against.

mod floor;
mod http;
mod leads;
mod load;
mod night;
mod operations;
mod postgres;
mod process;
mod report;
mod run;
mod target;

use std::process::ExitCode;

/// What everything here gives back: there is nobody to handle an error but the person who reads it.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["run"] => run::run(),
        ["night"] => run::night_alone(),
        ["floor", listen, database] => floor::serve(listen, database),
        _ => Err("usage: bench run | bench night | bench floor ADDRESS DATABASE_URL".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
