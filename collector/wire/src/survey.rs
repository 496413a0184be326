//! What is asked: questions, brand, languages and thank-you words.
//!
//! A [`Survey`] holds every language. The same structures with plain strings make a [`crate::Form`], the survey in one
//! language; the type parameter `T` of [`Question`] and [`Thanks`] is [`Localised`] in one and `String` in the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::nps::Category;

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
    /// Address of the company's page that shows the survey; an invitation's link is this with `?t=TOKEN`.
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
    /// How many days an invitation stays valid.
    #[serde(default = "thirty")]
    pub invitation_days: u32,
    /// The company's looks.
    #[serde(default)]
    pub brand: Brand,
    /// A greeting above the first question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Localised>,
    /// The questions, in the order they are asked; exactly one is of kind `nps`.
    pub questions: Vec<Question<Localised>>,
    /// The words after the last answer.
    pub thanks: ByCategory<Thanks<Localised>>,
}

fn an_hour() -> u32 {
    60
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
}

/// What kind of answer a question takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 0 to 10: how likely to recommend.
    Nps,
    /// Free text.
    Comment,
}

/// One question. `T` is [`Localised`] in a survey and `String` in a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question<T> {
    /// Name of the answer in submissions, filters and results: lower-case letters, digits and `_`.
    pub id: String,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// Whether a survey can be completed without an answer to it. An `nps` question is always required.
    #[serde(default)]
    pub required: bool,
    /// The wording.
    pub text: T,
    /// Another wording for the customers of one category.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub text_by_category: Option<ByCategory<T>>,
    /// `nps`: words at the low end of the scale.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub low: Option<T>,
    /// `nps`: words at the high end of the scale.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub high: Option<T>,
    /// `comment`: the longest answer taken, in characters as people count them (grapheme clusters).
    #[serde(default = "two_thousand")]
    pub max_length: u32,
}

// `#[serde(default)]` on a generic field would ask for `T: Default`.
fn none<T>() -> Option<T> {
    None
}

fn two_thousand() -> u32 {
    2000
}

impl<T> Question<T> {
    /// The wording for a customer of this category, or the general one where the category is not known yet.
    pub fn wording(&self, category: Option<Category>) -> &T {
        match (&self.text_by_category, category) {
            (Some(texts), Some(category)) => texts.get(category),
            _ => &self.text,
        }
    }

    /// The same question with each text translated by `f`.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Question<U> {
        Question {
            id: self.id.clone(),
            kind: self.kind,
            required: self.required,
            text: f(&self.text),
            text_by_category: self.text_by_category.as_ref().map(|texts| texts.map(&mut f)),
            low: self.low.as_ref().map(&mut f),
            high: self.high.as_ref().map(&mut f),
            max_length: self.max_length,
        }
    }
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
}

impl<T> Thanks<T> {
    /// The same with each text changed by `f`.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Thanks<U> {
        Thanks { title: f(&self.title), text: f(&self.text) }
    }
}
