//! Surveys and their versions.

use wire::Survey;

use super::committer::Size;
use super::{Store, StoreError, keys};

/// What pushing a survey did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is a new version.
    New(u32),
    /// It is what the newest version says already.
    Unchanged(u32),
}

impl Store {
    /// Keeps a sound survey as the newest version under its id, unless it is that already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn push_survey(&self, mut survey: Survey) -> Result<Pushed, StoreError> {
        self.write(Size::Small, move |transaction| {
            let newest = match transaction.keys(&keys::versions_of(&survey.id))?.pop() {
                Some(key) => transaction.get::<String>(&key)?,
                None => None,
            };
            let newest = newest.map(|json| read(&json)).transpose()?;
            survey.version = newest.as_ref().map_or(0, |newest| newest.version);
            if newest.is_some_and(|newest| newest == survey) {
                return Ok(Pushed::Unchanged(survey.version));
            }
            survey.version += 1;
            let json = serde_json::to_string(&survey)
                .map_err(|error| StoreError::Unreadable(error.to_string().into()))?;
            transaction.put(keys::survey(&survey.id, survey.version), &json)?;
            let version = survey.version;
            transaction.after(move |catalog| catalog.add_survey(survey));
            Ok(Pushed::New(version))
        })
        .await
    }
}

/// Surveys are kept as JSON: their fields may be left out, which the other records' encoding does not allow for.
pub(super) fn read(json: &str) -> Result<Survey, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Unreadable(error.to_string().into()))
}
