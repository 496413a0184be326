//! What is asked: questions, brand, languages and thank-you words.
//!
//! A [`Survey`] holds every language. The same structures with plain strings make a [`crate::Form`], the survey in one
//! language; the type parameter `T` of [`Question`] and [`Thanks`] is [`Localised`] in one and `String` in the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::nps::Category;

mod branching;
mod question;

pub use branching::Condition;
pub use question::{Choice, ContactField, Kind, Look, Question, Quote};

/// One text in several languages: BCP 47 language tag → text.
pub type Localised = BTreeMap<String, String>;

/// A survey as its author writes it, in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Survey {
    /// Short name used in the tag and the API: lower-case letters, digits and `-`, 1–64 characters.
    pub id: String,
    /// Given by the collector: 1 for the first survey pushed under this id, one more for each change.
    #[serde(default)]
    pub version: u32,
    /// Name for the people who read results.
    #[serde(default)]
    pub name: String,
    /// Address of the company's page that shows the survey; an invitation's link is this with `?t=TOKEN`. Without it the
    /// link is the collector's own page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// Language tags the texts come in; the first is used when nothing better fits.
    pub languages: Vec<String>,
    /// Origins whose pages may show this survey, as the browser spells them: `https://www.example.com`.
    #[serde(default)]
    pub allowed_origins: Vec<String>,
    /// Personal words the texts may use as `{word}`: `first_name`, `agent`, or the name of an attribute.
    #[serde(default)]
    pub personal_words: Vec<String>,
    /// For how many minutes after completing it the customer may change the answer by the same link.
    #[serde(default = "an_hour")]
    pub edit_minutes: u32,
    /// Where its results are told in hours, days and months: an IANA name such as `Europe/Berlin`; the organisation's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// How many days an invitation stays valid.
    #[serde(default = "thirty")]
    pub invitation_days: u32,
    /// Whether people without an invitation may answer, and what their page may tell of them; absent: they may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
    /// The company's looks.
    #[serde(default)]
    pub brand: Brand,
    /// How the questions are laid out.
    #[serde(default)]
    pub layout: Layout,
    /// A greeting above the first question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Localised>,
    /// The questions, in the order they are asked; exactly one is of kind `nps`.
    pub questions: Vec<Question<Localised>>,
    /// The words after the last answer.
    pub thanks: ByCategory<Thanks<Localised>>,
    /// For how many minutes after the last answer the mails of `thanks` wait: the customer may still change it.
    #[serde(default = "ten")]
    pub thanks_minutes: u32,
    /// Where customers are invited to tell others, after the last answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review<Localised>>,
}

fn an_hour() -> u32 {
    60
}

fn ten() -> u32 {
    10
}

fn thirty() -> u32 {
    30
}

/// The company's looks. Colours are CSS hex colours (`#rrggbb`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Brand {
    /// Shown as the logo's text alternative.
    pub name: String,
    /// Address of the logo; an absolute `https:` address, or `http:` for a trial on one machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Colour of buttons and of the chosen score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// CSS font family; the page's own when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub font: Option<String>,
    /// How round corners are, in CSS pixels, 0–40; 16 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<u32>,
    /// Light or dark.
    #[serde(skip_serializing_if = "Theme::is_auto")]
    pub theme: Theme,
    /// More style rules, for the survey alone: nothing outside it is touched by them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub css: Option<String>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the customer's device asks for it.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Whether the device decides.
    pub fn is_auto(&self) -> bool {
        *self == Self::Auto
    }

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How the questions are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// All on a page; the questions behind a required one appear with its answer.
    #[default]
    Page,
    /// One after the other, with a way back.
    Steps,
}

impl Layout {
    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Steps => "steps",
        }
    }
}

/// What people without an invitation may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Open {
    /// Attributes that the page may give (`data-attribute-plan="pro"`); `agent` among them lets it name the agent. Anybody
    /// can write anything there: they are no better than what a stranger says.
    pub attributes: Vec<String>,
}

/// Something that differs by category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ByCategory<T> {
    /// For scores 9 and 10.
    pub promoter: T,
    /// For scores 7 and 8.
    pub passive: T,
    /// For scores 0 to 6.
    pub detractor: T,
}

impl<T> ByCategory<T> {
    /// The one for this category.
    pub fn get(&self, category: Category) -> &T {
        match category {
            Category::Promoter => &self.promoter,
            Category::Passive => &self.passive,
            Category::Detractor => &self.detractor,
        }
    }

    /// Each with its category's name.
    pub fn named(&self) -> [(&'static str, &T); 3] {
        [("promoter", &self.promoter), ("passive", &self.passive), ("detractor", &self.detractor)]
    }

    /// The same with each one changed by `f`.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> ByCategory<U> {
        ByCategory { promoter: f(&self.promoter), passive: f(&self.passive), detractor: f(&self.detractor) }
    }
}

/// The words that thank a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thanks<T> {
    /// A heading.
    pub title: T,
    /// A sentence or two.
    pub text: T,
    /// The mail that thanks a customer with an address, once; none without it. No form holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
}

impl<T> Thanks<T> {
    /// The same with each text changed by `f`.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Thanks<U> {
        Thanks { title: f(&self.title), text: f(&self.text), mail: None }
    }
}

/// A place where customers can tell others, such as a page of reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review<T> {
    /// Its address, `https:`.
    pub url: String,
    /// What the link says.
    pub text: T,
    /// Only customers of these categories are shown it; all, when there are none. Sites of reviews forbid to invite only those
    /// who are content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Category>,
}

impl<T> Review<T> {
    /// Whether it is shown to a customer of this category.
    pub fn is_for(&self, category: Category) -> bool {
        self.to.is_empty() || self.to.contains(&category)
    }

    /// The same with its text changed by `f`.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Review<U> {
        Review { url: self.url.clone(), text: f(&self.text), to: self.to.clone() }
    }
}
