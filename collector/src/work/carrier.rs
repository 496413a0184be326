//! Who takes mails: the company's mail server, or files where there is none.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lettre::Message;

use super::server::Server;
use crate::settings::Smtp;

/// What became of a mail that was handed over.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was taken: whatever happens to it now is somebody else's.
    Taken,
    /// The server puts it off (4xx), and says why.
    PutOff(String),
    /// The server does not take it (5xx), and says why.
    Refused(String),
    /// The server broke off, or did not answer in time. It may be the mail that it cannot bear.
    BrokenOff(String),
    /// No server was reached, or it lets nobody in: this says nothing of the mail.
    Unreachable(String),
}

/// Takes mails.
#[derive(Clone)]
pub(super) enum Carrier {
    Server(Arc<Server>),
    Files(PathBuf),
}

impl Carrier {
    pub(super) fn new(smtp: &Smtp, files: PathBuf) -> anyhow::Result<Self> {
        Ok(Server::new(smtp)?.map_or(Self::Files(files), |server| Self::Server(Arc::new(server))))
    }

    /// Hands a mail over. `name` is the same each time that the mail is.
    pub(super) async fn take(&self, message: Message, name: &str) -> Outcome {
        match self {
            Self::Server(server) => server.take(&message).await,
            Self::Files(directory) => {
                let (directory, name) = (directory.clone(), format!("{name}.eml"));
                let write = move || write(&directory, &name, &message.formatted());
                match tokio::task::spawn_blocking(write).await {
                    Ok(Ok(())) => Outcome::Taken,
                    Ok(Err(error)) => Outcome::Unreachable(format!("the file cannot be written: {error}")),
                    Err(panic) => Outcome::Unreachable(panic.to_string()),
                }
            }
        }
    }
}

/// Writes a file whole or not at all. Written again, it is the same file.
fn write(directory: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    // What is asked of whom is nobody else's on this machine.
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let unfinished = directory.join(format!(".{name}"));
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&unfinished, directory.join(name))
}
