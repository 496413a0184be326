//! What the browser keeps: the one file that names `sessionStorage` and `localStorage`.
//!
//! A browser may refuse either, or have no room. Then nothing is kept, and nothing else changes.
//!
//! - The **draft** is what a reload brings back; it lives as long as the tab.
//! - The **outbox** is what was not sent; it waits for the next visit, for 30 days.

use web_sys::Storage;
use wire::Submission;

use crate::fill::digits;
use crate::{flow, json, page};

/// After so many days, nobody expects the answer any more.
const PATIENCE: usize = 30;

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn draft_key(survey: &str, token: &str) -> String {
    ["hearback-draft ", survey, " ", &holder(token)].concat()
}

/// Whom a token speaks for. A pass (a JWT) is signed anew for each visit, and is nothing to leave lying about in a key: what
/// counts of it is who it names, and the interaction.
fn holder(token: &str) -> String {
    json::holder(token).unwrap_or_else(|| token.into())
}

/// Whether whoever holds this token gave these answers. Of those that anybody may give, nobody knows who did.
pub fn speaks_for(submission: &Submission, token: &str) -> bool {
    !token.is_empty() && holder(&submission.token) == holder(token)
}

/// Whether both are the same customer's, to the same survey.
pub fn is_same(one: &Submission, other: &Submission) -> bool {
    one.survey == other.survey && (one.id == other.id || speaks_for(one, &other.token))
}

/// Days since 1970.
fn days_now() -> usize {
    (page::now() / (24.0 * 60.0 * 60.0 * 1000.0)) as usize
}

/// The draft of whoever holds this token.
pub fn draft(survey: &str, token: &str) -> Option<Submission> {
    let text = session()?.get_item(&draft_key(survey, token)).ok()??;
    json::parse(&text)
}

/// Keeps the draft.
pub fn keep_draft(draft: &Submission) {
    if let Some(storage) = session() {
        let _ = storage.set_item(&draft_key(&draft.survey, &draft.token), &json::submission(draft));
    }
}

/// What was not sent to one collector. An entry is `<day, counted from 1970> <body>`.
#[derive(Clone)]
pub struct Outbox {
    prefix: String,
}

impl Outbox {
    /// The outbox for this collector.
    pub fn of(collector: &str) -> Self {
        Self { prefix: ["hearback-outbox ", collector, " "].concat() }
    }

    fn key(&self, submission: &Submission) -> String {
        [&self.prefix, &submission.survey, " ", &submission.id].concat()
    }

    /// What was not sent of this draft.
    pub fn of_draft(&self, draft: &Submission) -> Option<Submission> {
        read(&local()?, &self.key(draft))
    }

    /// Keeps this until it is removed, unless another tab has kept more of it.
    pub fn keep(&self, submission: &Submission) {
        if let Some(storage) = local()
            && !self.of_draft(submission).is_some_and(|kept| flow::outweighs(&kept, submission))
        {
            let now = digits(days_now());
            let entry = [&now, " ", &json::submission(submission)].concat();
            let _ = storage.set_item(&self.key(submission), &entry);
        }
    }

    /// Forgets this, unless another tab has kept something else in its place meanwhile.
    pub fn remove(&self, sent: &Submission) {
        if let Some(storage) = local()
            && self.of_draft(sent).as_ref() == Some(sent)
        {
            let _ = storage.remove_item(&self.key(sent));
        }
    }

    /// All that is kept. Forgets what is too old.
    pub fn all(&self) -> Vec<Submission> {
        let mut all = Vec::new();
        if let Some(storage) = local() {
            // From the end: what is forgotten moves only what was seen.
            for index in (0..storage.length().unwrap_or(0)).rev() {
                if let Ok(Some(key)) = storage.key(index)
                    && key.starts_with(&self.prefix)
                    && let Some(kept) = read(&storage, &key)
                {
                    all.push(kept);
                }
            }
        }
        all
    }
}

/// The entry with this key. Forgets it if it is too old.
fn read(storage: &Storage, key: &str) -> Option<Submission> {
    let entry = storage.get_item(key).ok()??;
    let (day, body) = entry.split_once(' ')?;
    if day.parse().is_ok_and(|day: usize| days_now() <= day + PATIENCE) {
        return json::parse(body);
    }
    let _ = storage.remove_item(key);
    None
}
