//! The program `chot`.

fn main() -> std::process::ExitCode {
    chot_api::cli::main()
}
