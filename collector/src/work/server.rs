//! The company's mail server: connections to it, kept for the next mail, and what its answers say of a mail.
//!
//! lettre speaks the protocol. Its pool is not used: it waits for an answer for ever, and whoever gives up waiting would leave
//! it a connection on which the answer to one mail is read as that to the next.

use std::fs;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use lettre::Message;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::Instant;

use super::carrier::Outcome;
use crate::settings::{Smtp, Tls};

/// A connection that was idle for so long is asked first whether it is still there…
const FRESH: Duration = Duration::from_secs(1);
/// …and after so long it is closed.
const IDLE: Duration = Duration::from_secs(30);

/// Where mails are handed over.
pub(super) struct Server {
    host: String,
    port: u16,
    /// Whether TLS comes before the first word.
    wrapped: bool,
    tls: Tls,
    parameters: TlsParameters,
    credentials: Option<Credentials>,
    /// Most that a mail may take, its connection included.
    timeout: Duration,
    idle: Mutex<Vec<(Instant, AsyncSmtpConnection)>>,
}

impl Server {
    /// The server that the settings name, if they do. Nothing is connected yet.
    pub(super) fn new(smtp: &Smtp) -> anyhow::Result<Option<Self>> {
        let Some(server) = &smtp.server else { return Ok(None) };
        let (host, port, wrapped) = read_server(server)?;
        let mut parameters = TlsParameters::builder(host.clone());
        if let Some(path) = &smtp.ca_file {
            let pem =
                fs::read(path).with_context(|| format!("smtp.ca_file: cannot read {}", path.display()))?;
            let certificate = Certificate::from_pem(&pem)
                .with_context(|| format!("smtp.ca_file: {} holds no certificate in PEM", path.display()))?;
            parameters = parameters.add_root_certificate(certificate);
        }
        let credentials = smtp.user.clone().zip(smtp.password.clone());
        Ok(Some(Self {
            host,
            port,
            wrapped,
            tls: smtp.tls,
            parameters: parameters.build().context("smtp.tls")?,
            credentials: credentials.map(|(user, password)| Credentials::new(user, password.0)),
            timeout: Duration::from_secs(smtp.timeout_seconds),
            idle: Mutex::default(),
        }))
    }

    pub(super) async fn take(&self, message: &Message) -> Outcome {
        // Whoever is waited for in vain loses the connection.
        match tokio::time::timeout(self.timeout, self.hand_over(message)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::BrokenOff(format!(
                "no answer within {} seconds (smtp.timeout_seconds)",
                self.timeout.as_secs()
            )),
        }
    }

    async fn hand_over(&self, message: &Message) -> Outcome {
        let mut connection = match self.kept().await {
            Some(connection) => connection,
            None => match self.connect().await {
                Ok(connection) => connection,
                // Whatever it is, it was said of us and not of the mail.
                Err(error) => return Outcome::Unreachable(words(&error)),
            },
        };
        match send(&mut connection, message).await {
            Ok(_) => {
                self.lock().push((Instant::now(), connection));
                Outcome::Taken
            }
            Err(error) => outcome(&error),
        }
    }

    /// A connection that is there already.
    async fn kept(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (since, mut connection) = {
                let mut idle = self.lock();
                idle.retain(|(since, _)| since.elapsed() < IDLE);
                idle.pop()?
            };
            if since.elapsed() < FRESH || connection.test_connected().await {
                return Some(connection);
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let hello = ClientId::default();
        let parameters = || self.parameters.clone();
        let wrapper = self.wrapped.then(parameters);
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &hello, wrapper, None).await?;
        let upgrade = match self.tls {
            _ if self.wrapped => false,
            Tls::Required => true,
            Tls::Opportunistic => connection.can_starttls(),
            Tls::None => false,
        };
        if upgrade {
            connection.starttls(parameters(), &hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, AsyncSmtpConnection)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends a mail over a connection. lettre would write a message's end apart from it: the second write then waits for the
/// first to be acknowledged, for 40 milliseconds with most systems.
async fn send(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), SmtpError> {
    let (envelope, bytes) = (message.envelope(), message.formatted());
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    let text = match String::from_utf8(bytes) {
        Ok(text) if text.is_ascii() && addresses.all(|address| address.to_string().is_ascii()) => text,
        // It knows which extensions these ask of the server.
        _ => return connection.send(envelope, &message.formatted()).await.map(|_| ()),
    };
    connection.command(Mail::new(envelope.from().cloned(), Vec::new())).await?;
    for to in envelope.to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
    }
    connection.command(Data).await?;
    // A line that begins with a dot gets another: one alone is the end (RFC 5321, 4.5.2).
    let text = format!("\r\n{text}").replace("\r\n.", "\r\n..");
    connection.command(format!("{}\r\n.\r\n", &text[2..])).await.map(|_| ())
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
    // "I am going down" is said of no mail (RFC 5321, 3.8).
    let is_going = error.status().is_some_and(|code| code.to_string() == "421");
    // What the server cannot be sent at all, such as an address that is not ASCII.
    if error.is_permanent() || error.is_client() {
        Outcome::Refused(words(error))
    } else if error.is_transient() && !is_going {
        Outcome::PutOff(words(error))
    } else if is_going {
        Outcome::Unreachable(words(error))
    } else {
        Outcome::BrokenOff(words(error))
    }
}

fn words(error: &SmtpError) -> String {
    if error.is_response() {
        // What it said instead is not repeated: nobody knows what that is.
        return "the server broke off, or what it answers is not SMTP".into();
    }
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words
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
