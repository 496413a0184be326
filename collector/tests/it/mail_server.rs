//! A mail server that is not ours (aiosmtpd, `tests/smtp.py`), and mails as a library reads them that is not ours.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hearback::settings::{Smtp, Tls};
use mail_parser::{Message, MessageParser};
use serde_json::Value;
use tempfile::TempDir;

use crate::world::until;

/// A running mail server. It ends with the test.
pub(crate) struct MailServer {
    child: Child,
    port: u16,
    directory: TempDir,
}

/// A mail that the server has taken.
pub(crate) struct Received {
    /// What the server knows of it: `from`, `to`, `tls`, `user`.
    pub(crate) entry: Value,
    bytes: Vec<u8>,
}

/// The interpreter that has aiosmtpd, and a script of `tests`.
pub(crate) fn script(name: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join("target/tools/smtp/bin/python");
    assert!(python.exists(), "there is no mail server: tests/setup.sh need_smtp");
    let mut command = Command::new(python);
    command.arg(root.join("tests").join(name));
    command
}

impl MailServer {
    /// Starts one: `["--tls", "starttls"]` and so on.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut child = script("smtp.py")
            .arg(directory.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { child, port: port.trim().parse().expect("a port: the server did not start"), directory }
    }

    /// What sends to it without TLS.
    pub(crate) fn settings(&self) -> Smtp {
        Smtp {
            server: Some(format!("smtp://localhost:{}", self.port)),
            from: Some("Company <feedback@company.example>".into()),
            tls: Tls::None,
            timeout_seconds: 2,
            ..Smtp::default()
        }
    }

    /// Its address with another scheme.
    pub(crate) fn address(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}", self.port)
    }

    /// Its certificate.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.directory.path().join("certificate.pem")
    }

    /// How it treats mails from now on: a word of `tests/smtp.py`.
    pub(crate) fn behave(&self, word: &str) {
        fs::write(self.directory.path().join("behaviour"), word).unwrap();
    }

    /// Every mail that it has taken.
    pub(crate) fn received(&self) -> Vec<Received> {
        let log = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
        let entries = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        entries
            .map(|entry| {
                let bytes = fs::read(self.directory.path().join(entry["file"].as_str().unwrap())).unwrap();
                Received { entry, bytes }
            })
            .collect()
    }

    /// The same, once there are so many.
    pub(crate) async fn wait_for(&self, mails: usize) -> Vec<Received> {
        until("mails", async || Some(self.received()).filter(|received| received.len() >= mails)).await
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Received {
    /// A mail from a file.
    pub(crate) fn read(path: &Path) -> Self {
        Self { entry: Value::Null, bytes: fs::read(path).unwrap() }
    }

    /// The mail, parsed.
    pub(crate) fn mail(&self) -> Message<'_> {
        MessageParser::default().parse(&self.bytes).expect("a mail")
    }

    /// The mail as it came.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A header as it stands there, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let mail = self.mail();
        let raw = mail.header_raw(name.to_owned())?;
        Some(raw.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// What it says as text.
    pub(crate) fn text(&self) -> String {
        self.mail().body_text(0).expect("a text").into_owned()
    }

    /// What it says as HTML.
    pub(crate) fn html(&self) -> String {
        self.mail().body_html(0).expect("HTML").into_owned()
    }

    /// The token of the link in it.
    pub(crate) fn token(&self) -> String {
        let text = self.text();
        let link = text.split("/m/").nth(1).or_else(|| text.split("t=").nth(1)).expect("a link");
        link.chars().take_while(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
    }
}
