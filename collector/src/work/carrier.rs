//! Who takes mails: the company's mail server, or files where there is none.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as LettreTls, TlsParameters};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::settings::{Smtp, Tls};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// What became of a mail that was handed over.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was taken: whatever happens to it now is somebody else's.
    Taken,
    /// The server puts it off (4xx), and says why.
    PutOff(String),
    /// The server does not take it (5xx), and says why.
    Refused(String),
    /// No server was reached, or it broke off: this says nothing of the mail.
    Unreachable(String),
}

/// Takes mails.
#[derive(Clone)]
pub(super) enum Carrier {
    Server(Transport),
    Files(PathBuf),
}

impl Carrier {
    pub(super) fn new(smtp: &Smtp, files: PathBuf) -> anyhow::Result<Self> {
        Ok(transport(smtp)?.map_or(Self::Files(files), Self::Server))
    }

    /// Hands a mail over. `name` is the same each time that the mail is.
    pub(super) async fn take(&self, message: Message, name: &str) -> Outcome {
        match self {
            Self::Server(transport) => match transport.send(message).await {
                Ok(_) => Outcome::Taken,
                Err(error) => outcome(&error),
            },
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

/// The way to the server, if there is one. Nothing is connected yet.
pub(super) fn transport(smtp: &Smtp) -> anyhow::Result<Option<Transport>> {
    let Some(server) = &smtp.server else { return Ok(None) };
    let (host, port, wrapped) = read_server(server)?;
    let mut parameters = TlsParameters::builder(host.clone());
    if let Some(path) = &smtp.ca_file {
        let pem = fs::read(path).with_context(|| format!("smtp.ca_file: cannot read {}", path.display()))?;
        let certificate = Certificate::from_pem(&pem)
            .with_context(|| format!("smtp.ca_file: {} holds no certificate in PEM", path.display()))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters.build().context("smtp.tls")?;
    let tls = match smtp.tls {
        _ if wrapped => LettreTls::Wrapper(parameters),
        Tls::Required => LettreTls::Required(parameters),
        Tls::Opportunistic => LettreTls::Opportunistic(parameters),
        Tls::None => LettreTls::None,
    };
    let connections = u32::try_from(smtp.connections).unwrap_or(u32::MAX);
    let mut builder = Transport::builder_dangerous(host)
        .port(port)
        .tls(tls)
        .timeout(Some(Duration::from_secs(smtp.timeout_seconds)))
        .pool_config(PoolConfig::new().max_size(connections));
    if let (Some(user), Some(password)) = (&smtp.user, &smtp.password) {
        builder = builder.credentials(Credentials::new(user.clone(), password.0.clone()));
    }
    Ok(Some(builder.build()))
}

/// Host, port, and whether TLS comes first.
fn read_server(url: &str) -> anyhow::Result<(String, u16, bool)> {
    let read = || {
        let (scheme, rest) = url.split_once("://")?;
        let (wrapped, usual) = match scheme {
            "smtp" => (false, 587),
            "smtps" => (true, 465),
            _ => return None,
        };
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (rest, usual),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_host = !host.is_empty() && !host.contains(['/', '@', '?', '#', ' ']);
        is_host.then(|| (host.to_owned(), port, wrapped))
    };
    read().with_context(|| {
        format!("smtp.server is {url:?}: smtp://HOST:PORT or smtps://HOST:PORT, without user and password")
    })
}

/// What an error of the server says of the mail.
fn outcome(error: &SmtpError) -> Outcome {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    if error.is_permanent() {
        Outcome::Refused(words)
    } else if error.is_transient() {
        Outcome::PutOff(words)
    } else {
        Outcome::Unreachable(words)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_host_and_port() {
        let read = |url| read_server(url).ok();
        assert_eq!(read("smtp://mail.example.com"), Some(("mail.example.com".into(), 587, false)));
        assert_eq!(read("smtps://mail.example.com/"), Some(("mail.example.com".into(), 465, true)));
        assert_eq!(read("smtp://127.0.0.1:2525"), Some(("127.0.0.1".into(), 2525, false)));
        assert_eq!(read("smtp://[::1]:25"), Some(("::1".into(), 25, false)));
        for wrong in ["mail.example.com", "http://x", "smtp://", "smtp://x:port", "smtp://me:secret@x"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
