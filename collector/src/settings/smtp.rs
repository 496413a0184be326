//! `[smtp]`: the mail server that mails are handed to, and how.

use std::fmt;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::within;

/// The variable that may hold the password: not a flag, since everybody on a machine can read another's flags.
const PASSWORD: &str = "HEARBACK_SMTP_PASSWORD";

/// How mails are sent. Without a server they are written to files.
#[derive(Clone, Debug, Serialize)]
pub struct Smtp {
    /// `smtp://HOST:PORT` or, with TLS from the first byte on, `smtps://HOST:PORT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The name to log in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The file that holds the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// The password.
    #[serde(skip)]
    pub password: Option<Secret>,
    /// Whether a connection must be encrypted.
    pub tls: Tls,
    /// More certificates to trust: a file in PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Who mails are from that say nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Where mails come back to that cannot be delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub envelope_from: Option<String>,
    /// Connections at once.
    pub connections: usize,
    /// Mails in a second, at most.
    pub per_second: u32,
    /// Seconds that handing over a mail may take.
    pub timeout_seconds: u64,
    /// Hours that a mail is tried again which the server puts off.
    pub retry_hours: u32,
    /// The domain that signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dkim_domain: Option<String>,
    /// Where its public key stands: `SELECTOR._domainkey.DOMAIN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dkim_selector: Option<String>,
    /// The private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dkim_key_file: Option<PathBuf>,
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            server: None,
            user: None,
            password_file: None,
            password: None,
            tls: Tls::Required,
            ca_file: None,
            from: None,
            envelope_from: None,
            connections: 4,
            per_second: 100,
            timeout_seconds: 60,
            retry_hours: 72,
            dkim_domain: None,
            dkim_selector: None,
            dkim_key_file: None,
        }
    }
}

/// Whether a connection must be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// It must, with a certificate that is trusted.
    Required,
    /// Where the server offers it.
    Opportunistic,
    /// Never: for a server on the same machine.
    None,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Secret")
    }
}

/// The same as it is given, `[smtp]` in the settings file.
#[derive(Clone, Debug, Default, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
#[command(
    next_help_heading = "Mail (also as keys of [smtp] in the settings file, without smtp-, with _ for -)"
)]
pub(super) struct GivenSmtp {
    /// Mail server: smtp://HOST:PORT, or smtps://HOST:PORT with TLS from the first byte on [default: none, and mails are
    /// written as .eml files into DIRECTORY/mails]
    #[arg(id = "smtp-server", long, env = "HEARBACK_SMTP_SERVER", global = true, value_name = "URL")]
    server: Option<String>,
    /// Name to log in with; the password comes from smtp-password-file or from the variable HEARBACK_SMTP_PASSWORD
    /// [default: none, and nobody logs in]
    #[arg(id = "smtp-user", long, env = "HEARBACK_SMTP_USER", global = true, value_name = "NAME")]
    user: Option<String>,
    /// File whose first line is the password [default: none]
    #[arg(
        id = "smtp-password-file",
        long,
        env = "HEARBACK_SMTP_PASSWORD_FILE",
        global = true,
        value_name = "FILE"
    )]
    password_file: Option<PathBuf>,
    /// Whether connections must be encrypted, by a certificate that is trusted [default: required]
    #[arg(id = "smtp-tls", long, env = "HEARBACK_SMTP_TLS", global = true, value_name = "WHEN")]
    tls: Option<Tls>,
    /// Certificates in PEM to trust besides those that the system trusts [default: none]
    #[arg(id = "smtp-ca-file", long, env = "HEARBACK_SMTP_CA_FILE", global = true, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Who mails are from that do not say it: Name <address@example.com>; needed with a server [default: none]
    #[arg(id = "smtp-from", long, env = "HEARBACK_SMTP_FROM", global = true, value_name = "SENDER")]
    from: Option<String>,
    /// Address that mails come back to which cannot be delivered [default: the sender's]
    #[arg(
        id = "smtp-envelope-from",
        long,
        env = "HEARBACK_SMTP_ENVELOPE_FROM",
        global = true,
        value_name = "ADDRESS"
    )]
    envelope_from: Option<String>,
    /// Connections to the server at once, 1 to 100 [default: 4]
    #[arg(id = "smtp-connections", long, env = "HEARBACK_SMTP_CONNECTIONS", global = true, value_name = "N")]
    connections: Option<usize>,
    /// Mails handed over in a second at most, 1 to 10000 [default: 100]
    #[arg(id = "smtp-per-second", long, env = "HEARBACK_SMTP_PER_SECOND", global = true, value_name = "N")]
    per_second: Option<u32>,
    /// Seconds that handing over a mail may take, 1 to 600 [default: 60]
    #[arg(
        id = "smtp-timeout-seconds",
        long,
        env = "HEARBACK_SMTP_TIMEOUT_SECONDS",
        global = true,
        value_name = "N"
    )]
    timeout_seconds: Option<u64>,
    /// Hours for which a mail is tried again that the server puts off, 1 to 720 [default: 72]
    #[arg(id = "smtp-retry-hours", long, env = "HEARBACK_SMTP_RETRY_HOURS", global = true, value_name = "N")]
    retry_hours: Option<u32>,
    /// Domain that signs mails by DKIM; with smtp-dkim-selector and smtp-dkim-key-file [default: none, and they are not
    /// signed]
    #[arg(
        id = "smtp-dkim-domain",
        long,
        env = "HEARBACK_SMTP_DKIM_DOMAIN",
        global = true,
        value_name = "DOMAIN"
    )]
    dkim_domain: Option<String>,
    /// Name under which its public key is published: SELECTOR._domainkey.DOMAIN [default: none]
    #[arg(
        id = "smtp-dkim-selector",
        long,
        env = "HEARBACK_SMTP_DKIM_SELECTOR",
        global = true,
        value_name = "SELECTOR"
    )]
    dkim_selector: Option<String>,
    /// File with its private key: RSA in PEM (PKCS#1), as `openssl genrsa -traditional 2048` makes it [default: none]
    #[arg(
        id = "smtp-dkim-key-file",
        long,
        env = "HEARBACK_SMTP_DKIM_KEY_FILE",
        global = true,
        value_name = "FILE"
    )]
    dkim_key_file: Option<PathBuf>,
}

/// The settings in force.
pub(super) fn resolve(first: GivenSmtp, then: GivenSmtp) -> anyhow::Result<Smtp> {
    let default = Smtp::default();
    let text = |first: Option<String>, then: Option<String>| first.or(then).filter(|text| !text.is_empty());
    let password_file = first.password_file.or(then.password_file);
    let smtp = Smtp {
        server: text(first.server, then.server),
        user: text(first.user, then.user),
        password: password(password_file.as_ref())?,
        password_file,
        tls: first.tls.or(then.tls).unwrap_or(default.tls),
        ca_file: first.ca_file.or(then.ca_file),
        from: text(first.from, then.from),
        envelope_from: text(first.envelope_from, then.envelope_from),
        connections: first.connections.or(then.connections).unwrap_or(default.connections),
        per_second: first.per_second.or(then.per_second).unwrap_or(default.per_second),
        timeout_seconds: first.timeout_seconds.or(then.timeout_seconds).unwrap_or(default.timeout_seconds),
        retry_hours: first.retry_hours.or(then.retry_hours).unwrap_or(default.retry_hours),
        dkim_domain: text(first.dkim_domain, then.dkim_domain),
        dkim_selector: text(first.dkim_selector, then.dkim_selector),
        dkim_key_file: first.dkim_key_file.or(then.dkim_key_file),
    };
    check(&smtp)?;
    Ok(smtp)
}

fn password(file: Option<&PathBuf>) -> anyhow::Result<Option<Secret>> {
    let Some(path) = file else {
        return Ok(std::env::var(PASSWORD).ok().filter(|password| !password.is_empty()).map(Secret));
    };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("smtp.password_file: cannot read {}", path.display()))?;
    Ok(text.lines().next().map(|line| Secret(line.to_owned())))
}

fn check(smtp: &Smtp) -> anyhow::Result<()> {
    within("smtp.connections", smtp.connections as u64, 1..=100)?;
    within("smtp.per_second", u64::from(smtp.per_second), 1..=10_000)?;
    within("smtp.timeout_seconds", smtp.timeout_seconds, 1..=600)?;
    within("smtp.retry_hours", u64::from(smtp.retry_hours), 1..=720)?;
    anyhow::ensure!(
        smtp.server.is_none() || smtp.from.is_some(),
        "smtp.from is needed with smtp.server: who mails are from, such as Company <feedback@example.com>"
    );
    anyhow::ensure!(
        smtp.user.is_none() || smtp.password.is_some(),
        "smtp.user is given without a password: smtp.password_file names a file, or {PASSWORD} holds it"
    );
    let dkim = [smtp.dkim_domain.is_some(), smtp.dkim_selector.is_some(), smtp.dkim_key_file.is_some()];
    anyhow::ensure!(
        dkim.iter().all(|given| *given == dkim[0]),
        "smtp.dkim_domain, smtp.dkim_selector and smtp.dkim_key_file are given together or not at all"
    );
    Ok(())
}
