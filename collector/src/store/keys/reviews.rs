//! The keys of links to tell others that were followed.

use jiff::civil::Date;

use super::day_number;
use crate::domain::secrets::TokenHash;

pub(in crate::store) const FOLLOWED: &[u8] = b"T";

/// The first key of a survey's links that were followed on this day or later; of all of them, without a day.
pub(in crate::store) fn followed_since(survey: &str, day: Option<Date>) -> Vec<u8> {
    let number = day.map_or(0, day_number);
    [FOLLOWED, survey.as_bytes(), &[0], &number.to_be_bytes()].concat()
}

/// The first key behind all of a survey's.
pub(in crate::store) fn followed_end(survey: &str) -> Vec<u8> {
    [FOLLOWED, survey.as_bytes(), &[1]].concat()
}

pub(in crate::store) fn followed(survey: &str, day: Date, url: &str) -> Vec<u8> {
    let hash = TokenHash::derived(&["review", url]);
    [&followed_since(survey, Some(day))[..], &hash.0].concat()
}
