//! The command `hearback`.

use std::process::ExitCode;

/// A submission makes many small allocations, on one thread, and frees them on another: this allocator spends a good
/// deal less time on that than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match hearback::cli::main().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hearback: {error:#}");
            ExitCode::FAILURE
        }
    }
}
