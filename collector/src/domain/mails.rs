//! Mails: what a customer is sent, in each language, and the words that stand in it.
//!
//! A company writes MJML, or takes the mail that is there already. Subject, MJML and text are templates (Jinja) with the
//! words of [`Words`]. MJML becomes HTML once, when the mail is put in force; each customer's words are filled into that.
//!
//! Read in this order: here (the document), `template` (checking and filling in), `words`, `link`, `scale`, `built_in`,
//! [`owner`] (the mail to whoever follows up).

mod built_in;
mod document;
mod link;
pub mod owner;
mod scale;
mod template;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

pub use built_in::{BUILT_IN, THANK_YOU, built_in, is_built_in, names as built_in_names};
pub use link::Link;
pub use template::{Rendered, Templates};
pub use words::Words;

/// The longest HTML of one customer's mail, bytes: Gmail shows 102 KB, and hides the rest behind a link.
pub const MAX_HTML_BYTES: usize = 100 * 1024;

/// A mail as it is pushed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Mail {
    /// Its name in rules and in the API: lower-case letters, digits and `-`, 1–64 characters.
    pub name: String,
    /// Who it is from: `Name <address@example.com>`. Without it, the collector's own sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Where an answer to it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Language tag → what it says. The first by alphabet stands in where neither the customer's nor the survey's is there.
    #[serde(flatten)]
    pub languages: BTreeMap<String, Text>,
}

/// What a mail says in one language. All are templates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
pub struct Text {
    /// The subject.
    pub subject: String,
    /// The mail as MJML.
    pub mjml: String,
    /// The mail for those who read no HTML; by default what the HTML says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

#[cfg(test)]
mod tests;
