//! Invitations to tell others that were followed: how many, never by whom.
//!
//! What is counted is a link, a day and a category. Nothing leads from it to a customer, so that nothing has to be erased, and
//! nothing proves that it was not the same customer twice.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{Category, Survey};

use crate::domain::pages::escaped;

/// How many followed a link on one day. Stored: fields are only added, with a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Where it leads.
    pub url: String,
    /// How many, by category.
    pub followed: ByCategory,
}

/// How many of each category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ByCategory {
    /// Who gave 9 or 10.
    pub promoter: u64,
    /// Who gave 7 or 8.
    pub passive: u64,
    /// Who gave 0 to 6.
    pub detractor: u64,
}

impl ByCategory {
    /// Counts one more.
    pub fn add(&mut self, category: Category) {
        let count = match category {
            Category::Promoter => &mut self.promoter,
            Category::Passive => &mut self.passive,
            Category::Detractor => &mut self.detractor,
        };
        *count += 1;
    }

    fn add_all(&mut self, other: Self) {
        self.promoter += other.promoter;
        self.passive += other.passive;
        self.detractor += other.detractor;
    }
}

/// What `GET /v1/surveys/{survey}/reviews` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewsReport {
    /// The survey's id.
    pub survey: String,
    /// From this day on.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Before this day.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// The links: those that the survey has now, and behind them those that it had and that were followed.
    pub reviews: Vec<ReviewFollowed>,
}

/// A link to tell others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewFollowed {
    /// Where it leads.
    pub url: String,
    /// Whether the survey has it now.
    pub offered: bool,
    /// How many followed it on a page, by category.
    pub followed: ByCategory,
}

/// The links of a survey, with how many followed each on these days.
pub fn sum(survey: &Survey, days: Vec<Followed>) -> Vec<ReviewFollowed> {
    let none = |url: String, offered| ReviewFollowed { url, offered, followed: ByCategory::default() };
    let mut links: Vec<ReviewFollowed> =
        survey.reviews.iter().map(|review| none(review.url.clone(), true)).collect();
    for day in days {
        let place = links.iter().position(|link| link.url == day.url).unwrap_or_else(|| {
            links.push(none(day.url, false));
            links.len() - 1
        });
        links[place].followed.add_all(day.followed);
    }
    links
}

/// Whether such a customer is shown this link.
pub fn is_offered(survey: &Survey, url: &str, category: Category) -> bool {
    survey.reviews.iter().any(|review| review.url == url && review.is_for(category))
}

/// Where it is told that somebody has followed a link.
pub fn address(survey: &str, url: &str, category: Category) -> String {
    format!("/v1/surveys/{survey}/reviews/followed?url={}&category={}", escaped(url), category.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn days_are_summed_and_a_link_that_is_no_longer_offered_stays() {
        let survey: Survey = serde_json::from_value(json!({
            "id": "s", "languages": ["en"], "questions": [],
            "reviews": [{"url": "https://a.example/", "text": {}}, {"url": "https://b.example/", "text": {}, "to": ["promoter"]}],
            "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
        }))
        .unwrap();
        let day = |url: &str, categories: &[Category]| {
            let mut day = Followed { url: url.to_owned(), ..Followed::default() };
            categories.iter().for_each(|category| day.followed.add(*category));
            day
        };
        let days = vec![
            day("https://old.example/", &[Category::Passive]),
            day("https://a.example/", &[Category::Promoter, Category::Promoter]),
            day("https://a.example/", &[Category::Detractor]),
        ];
        let said: Vec<_> =
            sum(&survey, days).into_iter().map(|link| (link.url, link.offered, link.followed)).collect();
        let counts = |promoter, passive, detractor| ByCategory { promoter, passive, detractor };
        assert_eq!(
            said,
            [
                ("https://a.example/".to_owned(), true, counts(2, 0, 1)),
                ("https://b.example/".to_owned(), true, counts(0, 0, 0)),
                ("https://old.example/".to_owned(), false, counts(0, 1, 0)),
            ]
        );
        assert!(is_offered(&survey, "https://a.example/", Category::Detractor));
        assert!(!is_offered(&survey, "https://b.example/", Category::Detractor));
        assert!(!is_offered(&survey, "https://old.example/", Category::Promoter));
    }
}
