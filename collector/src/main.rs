//! The command `hearback`.

use std::process::ExitCode;

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
