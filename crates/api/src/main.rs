//! The program `chot`.

/// A request makes many small allocations, which this allocator serves faster than the one of the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    chot_api::cli::main()
}
