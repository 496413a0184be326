//! The command `hearback`.

use std::process::ExitCode;

use hearback::cli::Failed;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match hearback::cli::main().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed { why, code }) => {
            eprintln!("hearback: {why:#}");
            ExitCode::from(code)
        }
    }
}
