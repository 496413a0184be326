//! A survey as one customer sees it: one language, personal words filled in, nothing else about the customer.

use serde::{Deserialize, Serialize};

use crate::nps::Category;
use crate::survey::{Brand, ByCategory, Layout, Question, Review, Thanks};

/// What `GET /v1/surveys/{survey}/form` answers: everything the widget needs to draw the survey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Form {
    /// The survey's id.
    pub survey: String,
    /// The survey's version; a submission names it.
    pub version: u32,
    /// Language tag of every text here.
    pub language: String,
    /// Which way that language runs.
    pub direction: Direction,
    /// The company's looks.
    pub brand: Brand,
    /// How the questions are laid out.
    #[serde(default)]
    pub layout: Layout,
    /// A greeting above the first question.
    #[serde(default)]
    pub intro: Option<String>,
    /// The questions, in the order they are asked.
    pub questions: Vec<Question<String>>,
    /// The words after the last answer.
    pub thanks: ByCategory<Thanks<String>>,
    /// Where the customer is invited to tell others, after that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review<String>>,
    /// The widget's own words.
    pub words: Words,
    /// The link was used before and the answer can still be changed.
    #[serde(default)]
    pub answered: bool,
}

/// What `GET /v1/surveys/{survey}/thanks` answers: the words of a thank-you page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThanksPage {
    /// Language tag of every text here.
    pub language: String,
    /// Which way that language runs.
    pub direction: Direction,
    /// The company's looks.
    pub brand: Brand,
    /// Whom the words are for.
    pub category: Category,
    /// The words.
    pub thanks: Thanks<String>,
    /// Where such a customer is invited to tell others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review<String>>,
    /// What a screen reader says of a link that opens beside the page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub new_tab: String,
}

/// Which way a language runs; the value of the HTML attribute `dir`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    #[default]
    Ltr,
    /// Right to left: the scale is mirrored too.
    Rtl,
}

impl Direction {
    /// The value of the HTML attribute `dir`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// The widget's own words in one language. `{…}` marks are filled in by the widget.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Words {
    /// The button that completes the survey.
    pub send: String,
    /// While it is being sent.
    pub sending: String,
    /// Sending failed; the answers are kept and it goes on trying.
    pub kept: String,
    /// The button that tries again at once.
    pub retry: String,
    /// Beside a question that may be left out.
    pub optional: String,
    /// A required question has no answer.
    pub required: String,
    /// A comment is too long; `{n}` is by how many characters.
    pub too_long: String,
    /// How many characters are left; `{n}`.
    pub left: String,
    /// Progress; `{n}` of `{total}`.
    pub progress: String,
    /// The link was used before; the answer given now replaces the one before.
    pub again: String,
    /// The score alone has arrived.
    pub saved: String,
    /// Heading of the message shown when answers were refused for good.
    pub refused: String,
    /// The button that goes on to the next question.
    pub next: String,
    /// The button that goes back to the question before.
    pub back: String,
    /// The button that puts the survey away.
    pub close: String,
    /// One answer of a rating, for a screen reader: `{n}` of `{total}`.
    pub rating: String,
    /// Beside a question that takes several of its choices.
    pub several: String,
    /// Label of the field for the customer's name.
    pub name: String,
    /// Label of the field for the e-mail address.
    pub email: String,
    /// Label of the field for the telephone number.
    pub phone: String,
    /// What was given is no e-mail address.
    pub bad_email: String,
    /// What was given is no telephone number.
    pub bad_phone: String,
    /// The box that agrees to being contacted isn't ticked.
    pub consent_needed: String,
    /// A comment's words may be quoted, without the customer's name.
    pub quote_unnamed: String,
    /// They may be quoted with the name.
    pub quote_named: String,
    /// They may not be quoted.
    pub quote_no: String,
    /// What a screen reader says of a link that opens beside the page.
    pub new_tab: String,
}
