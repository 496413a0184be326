//! Mails: kept as they were pushed, and ready for words in memory.

use std::sync::Arc;

use super::committer::Size;
use super::{Store, StoreError, keys};
use crate::domain::mails::{Mail, Templates};

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
