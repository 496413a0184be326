//! Links to tell others that were followed: a counter for each day, link and category.

use jiff::civil::Date;
use wire::Category;

use super::committer::Size;
use super::{Store, StoreError, keys};
use crate::domain::reviews::Followed;

impl Store {
    /// Counts that somebody has followed a link of a survey's.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn follow_review(
        &self,
        survey: String,
        url: String,
        category: Category,
        day: Date,
    ) -> Result<(), StoreError> {
        self.write(Size::Small, move |transaction| {
            let key = keys::followed(&survey, day, &url);
            let before: Option<Followed> = transaction.get(&key)?;
            let mut counted = before.unwrap_or_else(|| Followed { url, ..Followed::default() });
            counted.followed.add(category);
            transaction.put(key, &counted)
        })
        .await
    }

    /// What was counted of a survey from one day on and before another.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn reviews_followed(
        &self,
        survey: String,
        from: Option<Date>,
        to: Option<Date>,
    ) -> Result<Vec<Followed>, StoreError> {
        self.read(move |disk| {
            let end =
                to.map_or_else(|| keys::followed_end(&survey), |to| keys::followed_since(&survey, Some(to)));
            let counted = disk.range::<Followed>(keys::followed_since(&survey, from)..end);
            counted.map(|entry| entry.map(|(_, followed)| followed)).collect()
        })
        .await
    }
}
