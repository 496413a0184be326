//! The pages as a customer has them before her. Each keeps apart what is found on it, what is done there, and what can
//! be seen.

mod card;
mod plain;
mod survey;
mod thanks;
mod widget;

pub(crate) use card::Card;
pub(crate) use plain::PlainPage;
pub(crate) use survey::SurveyPage;
pub(crate) use thanks::ThanksPage;
