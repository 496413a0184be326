//! A mail with its headers, as it goes over the wire.

use std::time::{Duration, SystemTime};

use anyhow::Context;
use jiff::Timestamp;
use lettre::Message;
use lettre::address::{Address, Envelope};
use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey,
};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use crate::domain::mails::{Mail, Rendered};
use crate::settings::Smtp;

/// Who mails are from that have no sender, where none is sent: they are written to files.
const NOBODY: &str = "survey@localhost";

/// What a signature covers, besides the body: whatever a reader sees or a mail program acts on. Content-Type is not among them:
/// lettre writes it with the body's parts, and would sign that there is none.
const SIGNED: [&str; 9] = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// Why a mail cannot be written. The words tell nothing of the customer.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// Not every address that somebody may have can be written to.
    #[error("the customer's e-mail address is not one that mails can be sent to")]
    Recipient,
    /// The mail's own, or the setting.
    #[error("the sender {0:?} is not one that mails can be sent from")]
    Sender(String),
    /// Anything else.
    #[error("the mail cannot be written: {0}")]
    Other(String),
}

/// What a mail is about, besides what it says.
pub(super) struct About<'a> {
    /// The customer's address.
    pub(super) to: &'a str,
    /// Names the mail among all others, and is the same each time that it is sent.
    pub(super) id: String,
    /// Where a mail program tells that no more are wanted.
    pub(super) unsubscribe: Option<String>,
    pub(super) now: Timestamp,
}

/// Writes mails in the company's name.
pub(super) struct Sender {
    from: Option<Mailbox>,
    envelope_from: Option<Address>,
    dkim: Option<DkimConfig>,
}

impl Sender {
    pub(super) fn new(smtp: &Smtp) -> anyhow::Result<Self> {
        let from = smtp.from.as_deref().map(|from| from.parse::<Mailbox>());
        let envelope = smtp.envelope_from.as_deref().map(|from| from.parse::<Address>());
        Ok(Self {
            from: from.transpose().context("smtp.from: Name <address@example.com>, or an address")?,
            envelope_from: envelope.transpose().context("smtp.envelope_from is not an address")?,
            dkim: dkim(smtp)?,
        })
    }

    pub(super) fn write(
        &self,
        mail: &Mail,
        rendered: &Rendered,
        about: &About<'_>,
    ) -> Result<Message, Unwritable> {
        let sender = |text: &String| text.parse::<Mailbox>().map_err(|_| Unwritable::Sender(text.clone()));
        let from = match (&mail.from, &self.from) {
            (Some(from), _) => sender(from)?,
            (None, Some(from)) => from.clone(),
            (None, None) => sender(&NOBODY.to_owned())?,
        };
        let to: Address = about.to.parse().map_err(|_| Unwritable::Recipient)?;
        let back = self.envelope_from.clone().unwrap_or_else(|| from.email.clone());
        let other = |error: lettre::error::Error| Unwritable::Other(error.to_string());
        let envelope = Envelope::new(Some(back), vec![to.clone()]).map_err(other)?;

        let mut builder = Message::builder()
            .message_id(Some(format!("<{}@{}>", about.id, from.email.domain())))
            .date(system_time(about.now))
            .from(from)
            .to(Mailbox::new(None, to))
            .subject(rendered.subject.as_str())
            .envelope(envelope);
        if let Some(reply_to) = &mail.reply_to {
            builder = builder.reply_to(sender(reply_to)?);
        }
        // Neither is answered by a machine that is away, nor does it answer one (RFC 3834).
        builder = builder.raw_header(raw("Auto-Submitted", "auto-generated"));
        if let Some(unsubscribe) = &about.unsubscribe {
            // RFC 8058: one press in the mail program, without a page.
            builder = builder
                .raw_header(raw("List-Unsubscribe", &format!("<{unsubscribe}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        let parts = MultiPart::alternative_plain_html(rendered.text.clone(), rendered.html.clone());
        let mut message = builder.multipart(parts).map_err(other)?;
        if let Some(dkim) = &self.dkim {
            message.sign(dkim);
        }
        Ok(message)
    }
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn system_time(at: Timestamp) -> SystemTime {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn dkim(smtp: &Smtp) -> anyhow::Result<Option<DkimConfig>> {
    let (Some(domain), Some(selector), Some(path)) =
        (&smtp.dkim_domain, &smtp.dkim_selector, &smtp.dkim_key_file)
    else {
        return Ok(None);
    };
    let key = std::fs::read_to_string(path)
        .with_context(|| format!("smtp.dkim_key_file: cannot read {}", path.display()))?;
    let key = DkimSigningKey::new(&key, DkimSigningAlgorithm::Rsa).with_context(|| {
        format!(
            "smtp.dkim_key_file: {} holds no RSA key in PEM (PKCS#1): `openssl rsa -traditional` makes one of others",
            path.display()
        )
    })?;
    // Relaxed: servers on the way wrap lines and trim spaces.
    let canonicalization = DkimCanonicalization {
        header: DkimCanonicalizationType::Relaxed,
        body: DkimCanonicalizationType::Relaxed,
    };
    let headers = SIGNED.map(HeaderName::new_from_ascii_str).to_vec();
    Ok(Some(DkimConfig::new(selector.clone(), domain.clone(), key, headers, canonicalization)))
}
