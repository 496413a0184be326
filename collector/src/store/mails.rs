//! Mails: kept as they were pushed, and ready for words in memory.

use std::sync::Arc;

use wire::FieldProblem;

use super::committer::Size;
use super::{Store, StoreError, keys};
use crate::domain::mails::{Mail, Templates, is_built_in};
use crate::domain::outbox::Outgoing;

impl Store {
    /// Keeps a sound mail under its name; says whether it differs from what was there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn push_mail(&self, templates: Templates) -> Result<bool, StoreError> {
        self.write(Size::Small, move |transaction| {
            let key = keys::mail(&templates.mail.name);
            let json = serde_json::to_string(&templates.mail)
                .map_err(|error| StoreError::Unreadable(error.to_string().into()))?;
            if transaction.get::<String>(&key)?.is_some_and(|before| before == json) {
                return Ok(false);
            }
            transaction.put(key, &json)?;
            transaction.after(move |catalog| catalog.add_mail(templates));
            Ok(true)
        })
        .await
    }
}

/// What came of removing a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is not there any more.
    Gone,
    /// Nobody pushed such a mail.
    Unknown,
    /// These use it; it stays.
    Used(Vec<FieldProblem>),
}

impl Store {
    /// Removes a mail, unless something uses it. The built-in one takes the place of one of its name, so nothing has to be
    /// looked for then.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub async fn remove_mail(&self, name: String) -> Result<Removed, StoreError> {
        // Not in the transaction: everybody would wait for it, however many mails wait to be sent. One that is put in
        // meanwhile is given up, and says why.
        let users = if is_built_in(&name) { Vec::new() } else { self.users_of_mail(&name).await? };
        self.write(Size::Small, move |transaction| {
            let key = keys::mail(&name);
            if transaction.get::<String>(&key)?.is_none() {
                return Ok(Removed::Unknown);
            }
            if !users.is_empty() {
                return Ok(Removed::Used(users));
            }
            transaction.remove(key);
            transaction.after(move |catalog| drop(catalog.mails.remove(&name)));
            Ok(Removed::Gone)
        })
        .await
    }

    async fn users_of_mail(&self, name: &str) -> Result<Vec<FieldProblem>, StoreError> {
        let mut users = self.catalog().users_of_mail(name);
        let name = name.to_owned();
        let waiting = self.read(move |disk| {
            let mut waiting = 0;
            for entry in disk.scan::<Outgoing>(keys::OUTBOX) {
                waiting += usize::from(entry?.1.mail() == Some(&name));
            }
            Ok::<usize, StoreError>(waiting)
        });
        match waiting.await? {
            0 => {}
            n => users.push(FieldProblem::new("outbox", format!("mails that wait to be sent: {n}"))),
        }
        Ok(users)
    }
}

/// Makes a stored mail ready. One that this version of the program can make nothing of is not there: a start is not to fail
/// for it.
pub(super) fn read(json: &str) -> Result<Option<Arc<Templates>>, StoreError> {
    let mail: Mail =
        serde_json::from_str(json).map_err(|error| StoreError::Unreadable(error.to_string().into()))?;
    let name = mail.name.clone();
    match Templates::new(mail) {
        Ok(templates) => Ok(Some(Arc::new(templates))),
        Err(problems) => {
            let problems: Vec<_> =
                problems.iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect();
            tracing::error!(
                mail = name,
                problems = problems.join("; "),
                "this mail is not valid any more, and is not sent: push it again"
            );
            Ok(None)
        }
    }
}
