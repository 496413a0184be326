//! What the browser keeps: the one file that names `sessionStorage` and `localStorage`.
//!
//! A browser may refuse either, or have no room. Then nothing is kept, and nothing else changes.
//!
//! - The **draft** is what a reload brings back; it lives as long as the tab.
//! - The **outbox** is what was not sent; it waits for the next visit, for 30 days.

use web_sys::Storage;
use wire::Submission;

use crate::fill::digits;
use crate::{json, page};

/// After so many days, nobody expects the answer any more.
const PATIENCE: usize = 30;

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn draft_key(survey: &str, token: &str) -> String {
    ["hearback-draft ", survey, " ", token].concat()
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

    fn key(&self, survey: &str, id: &str) -> String {
        [&self.prefix, survey, " ", id].concat()
    }

    /// What was not sent of this draft.
    pub fn of_draft(&self, draft: &Submission) -> Option<Submission> {
        let text = local()?.get_item(&self.key(&draft.survey, &draft.id)).ok()??;
        json::parse(text.split_once(' ')?.1)
    }

    /// Keeps this until it is removed.
    pub fn keep(&self, submission: &Submission) {
        if let Some(storage) = local() {
            let now = digits(days_now());
            let entry = [&now, " ", &json::submission(submission)].concat();
            let _ = storage.set_item(&self.key(&submission.survey, &submission.id), &entry);
        }
    }

    /// Forgets what was kept of this draft.
    pub fn remove(&self, draft: &Submission) {
        remove(&self.key(&draft.survey, &draft.id));
    }

    /// The first entry left over, but for that of `own`: its key, for [`remove`], and its body. Forgets what is too old.
    pub fn left_over(&self, own: Option<&Submission>) -> Option<(String, String)> {
        let own = own.map(|draft| self.key(&draft.survey, &draft.id));
        let storage = local()?;
        let mut index = 0;
        while let Ok(Some(key)) = storage.key(index) {
            index += 1;
            if !key.starts_with(&self.prefix) || own.as_ref() == Some(&key) {
                continue;
            }
            let entry = storage.get_item(&key).ok().flatten().unwrap_or_default();
            match entry.split_once(' ') {
                Some((day, body)) if day.parse().is_ok_and(|day: usize| days_now() <= day + PATIENCE) => {
                    return Some((key, body.to_owned()));
                }
                _ => remove(&key),
            }
        }
        None
    }
}

/// Forgets the entry of the outbox with this key.
pub fn remove(key: &str) {
    if let Some(storage) = local() {
        let _ = storage.remove_item(key);
    }
}
