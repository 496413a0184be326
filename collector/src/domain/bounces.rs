//! Mails that came back: what a mail server reports of one that it could not deliver, or that somebody called spam.
//!
//! A report (RFC 3464) is a mail of several parts (RFC 3462, now 6522): words for people, fields for programs, and what came
//! back, whole or its headers. Only the fields are believed: whatever has none, such as the answer of somebody who is away, is
//! no report. Which mail it was is told by its Message-ID, or by a header of ours where somebody on the way gave it another
//! ([`MAIL_HEADER`]); a stranger cannot guess either.
//!
//! A complaint (RFC 5965) is made of the same parts: providers send one when somebody presses "this is spam", often with the
//! address left out.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::domain::customers::normal_email;
use crate::domain::outbox::MailId;

/// The header that names a mail as its Message-ID does: some services that pass mails on write a Message-ID of their own.
pub const MAIL_HEADER: &str = "X-Hearback-Mail";

/// What is reported of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which it was.
    pub mail: MailId,
    /// What became of it.
    pub fate: Fate,
    /// Whom it was sent to, if that came back.
    pub to: Option<String>,
    /// The code of what is wrong, such as `5.1.1` (RFC 3463).
    pub status: Option<String>,
    /// What the mail server said, with the code.
    pub words: String,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is still on its way, and tried again by whoever has it.
    Delayed,
    /// It was given up, for a reason that may pass (4.x.x): the next one may arrive.
    GivenUp,
    /// It was given up, for a reason that stays (5.x.x): there is no such address, or it wants none of this.
    Refused,
    /// It arrived, and whoever got it says that it is spam.
    Complained,
}

/// Why a message reports nothing that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// It has no header.
    #[error("this is no mail: it has no header")]
    NoMail,
    /// Somebody wrote it, or a program answers for somebody who is away.
    #[error("this is a mail, but no report of a mail that came back")]
    Ordinary,
    /// All went well.
    #[error("this reports no failure")]
    NoFailure,
    /// Somebody reports of a mail, and complains of nothing that can be heeded here.
    #[error("this is feedback on a mail, but no complaint")]
    NoComplaint,
    /// Somebody else's mail.
    #[error("this reports of a mail that was not sent from here")]
    NotOurs,
}

/// Reads a message.
///
/// # Errors
/// Says why it is no report of one of our mails that came back.
pub fn read(bytes: &[u8]) -> Result<Report, NoReport> {
    let message = MessageParser::default().parse(bytes).ok_or(NoReport::NoMail)?;
    if message.headers().is_empty() {
        return Err(NoReport::NoMail);
    }
    if let Some(fields) = fields(&message, &["feedback-report"]) {
        return complaint(&message, &fields);
    }
    let fields = fields(&message, &["delivery-status", "global-delivery-status"]);
    let (fate, status, words) = groups(&fields.ok_or(NoReport::Ordinary)?)
        .iter()
        .filter_map(|group| worst(group))
        .max_by_key(|(fate, ..)| *fate)
        .ok_or(NoReport::NoFailure)?;
    let (mail, to) = returned(&message).ok_or(NoReport::NotOurs)?;
    Ok(Report { mail, fate, to, status, words })
}

/// The part with fields for programs, of one of these kinds of `message`.
fn fields(message: &Message<'_>, kinds: &[&str]) -> Option<String> {
    let is_one = |part: &&MessagePart<'_>| {
        part.content_type().is_some_and(|kind| {
            let subtype = kind.subtype().unwrap_or_default().to_lowercase();
            kind.ctype().eq_ignore_ascii_case("message") && kinds.contains(&subtype.as_str())
        })
    };
    let part = message.parts.iter().find(is_one)?;
    Some(String::from_utf8_lossy(part.contents()).into_owned())
}

/// What somebody complains of: that a mail was not wanted (`abuse`, and `opt-out` of the drafts), or is a fraud.
fn complaint(message: &Message<'_>, fields: &str) -> Result<Report, NoReport> {
    let fields = format!("{}\r\n\r\n", fields.trim());
    let fields = MessageParser::default().parse_headers(fields.as_bytes()).ok_or(NoReport::Ordinary)?;
    let field = |name: &'static str| fields.header(name).and_then(|value| value.as_text()).map(str::trim);
    let kind = field("Feedback-Type").ok_or(NoReport::Ordinary)?.to_lowercase();
    if !["abuse", "fraud", "opt-out", "opt-out-list"].contains(&kind.as_str()) {
        return Err(NoReport::NoComplaint);
    }
    let (mail, to) = returned(message).ok_or(NoReport::NotOurs)?;
    let told = field("Original-Rcpt-To").map(|to| to.trim_matches(['<', '>']));
    let to = told.and_then(|to| normal_email(to).ok()).or(to);
    let by = field("User-Agent").map(|program| format!(", reported by {program}"));
    Ok(Report { mail, fate: Fate::Complained, to, status: None, words: kind + &by.unwrap_or_default() })
}

/// The groups of fields, one for the mail and one for each address, with an empty line between any two.
fn groups(fields: &str) -> Vec<String> {
    let lines: Vec<&str> = fields.lines().collect();
    let groups = lines.split(|line| line.trim().is_empty()).filter(|lines| !lines.is_empty());
    groups.map(|lines| lines.join("\r\n") + "\r\n\r\n").collect()
}

/// What a group says of its address, if that is no good news.
fn worst(group: &str) -> Option<(Fate, Option<String>, String)> {
    let group = MessageParser::default().parse_headers(group.as_bytes())?;
    let field = |name: &'static str| group.header(name).and_then(|value| value.as_text()).map(str::trim);
    // A comment may stand behind it: `5.0.0 (undefined status)`.
    let status = field("Status").and_then(|status| status.split_whitespace().next()).map(str::to_owned);
    let fate = match field("Action")?.split_whitespace().next()?.to_lowercase().as_str() {
        "failed" if status.as_deref().is_some_and(|status| status.starts_with('4')) => Fate::GivenUp,
        "failed" => Fate::Refused,
        "delayed" => Fate::Delayed,
        _ => return None,
    };
    // `smtp; 550 5.1.1 No such user`: whose words these are tells nobody anything.
    let said =
        field("Diagnostic-Code").map(|code| code.split_once(';').map_or(code, |(_, said)| said).trim());
    let code = status.as_deref().filter(|code| said.is_none_or(|said| !said.contains(code)));
    // One line of what was folded.
    let words = code.into_iter().chain(said).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    Some((fate, status, words))
}

/// Which mail came back, and whom it was sent to.
fn returned(report: &Message<'_>) -> Option<(MailId, Option<String>)> {
    let headers = |part: &PartType<'_>| match part {
        PartType::Message(message) => Some(message.clone().into_owned()),
        PartType::Text(text) => {
            let text = format!("{text}\r\n\r\n");
            MessageParser::default().parse_headers(text.as_bytes()).map(Message::into_owned)
        }
        _ => None,
    };
    let found = report.parts.iter().filter_map(|part| headers(&part.body)).find_map(|mail| {
        let ours =
            mail.header(MAIL_HEADER).and_then(|value| value.as_text()).map(|id| format!("{}@", id.trim()));
        let id = ours.as_deref().and_then(MailId::parse).or_else(|| MailId::parse(mail.message_id()?))?;
        let to = mail.to().and_then(|to| to.first()?.address().map(str::to_owned));
        Some((id, to.and_then(|to| normal_email(&to).ok())))
    });
    // Where nothing came back the report may still be an answer to it.
    found.or_else(|| {
        let answered = [report.in_reply_to(), report.references()];
        let ids = answered.iter().flat_map(|value| {
            let list = value.as_text_list().unwrap_or_default().iter().map(|id| id.as_ref());
            value.as_text().into_iter().chain(list).collect::<Vec<_>>()
        });
        ids.into_iter().find_map(MailId::parse).map(|id| (id, None))
    })
}

#[cfg(test)]
#[path = "bounces_tests.rs"]
mod tests;
