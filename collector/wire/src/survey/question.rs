//! Questions.

use serde::{Deserialize, Serialize};

use super::{ByCategory, Condition};
use crate::nps::Category;

/// What kind of answer a question takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 0 to 10: how likely to recommend.
    Nps,
    /// 1 to `points`: stars, smileys or numbers.
    Rating,
    /// 1 to 7: how easy it was (Customer Effort Score).
    Ces,
    /// One of `choices`.
    Choice,
    /// Any of `choices`.
    Choices,
    /// Free text.
    Comment,
    /// How to reach the customer.
    Contact,
    /// Words without an answer.
    Statement,
}

impl Kind {
    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Rating => "rating",
            Self::Ces => "ces",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Comment => "comment",
            Self::Contact => "contact",
            Self::Statement => "statement",
        }
    }
}

/// How a rating is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// Stars: as many are filled as were given.
    #[default]
    Stars,
    /// Faces, from unhappy to happy.
    Smileys,
    /// Numbers.
    Numbers,
}

impl Look {
    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stars => "stars",
            Self::Smileys => "smileys",
            Self::Numbers => "numbers",
        }
    }
}

/// One of the answers of a `choice` or `choices` question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice<T> {
    /// The answer in submissions, filters and results: lower-case letters, digits and `_`; not `other`.
    pub id: String,
    /// The wording.
    pub text: T,
}

/// What a `contact` question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ContactField {
    /// The customer's name.
    Name,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
}

impl ContactField {
    /// The name, as in JSON; the answer to question `q` is called `q_name`, `q_email` or `q_phone`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// The question whether a comment's words may be quoted. Nothing is chosen beforehand, and without an answer they may not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote<T> {
    /// Only customers of these categories are asked; all, when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<Category>,
    /// The wording, which says what for; the widget's own when absent.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub text: Option<T>,
}

/// One question. `T` is [`super::Localised`] in a survey and `String` in a form.
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
    /// When it is asked: all of these hold. Always, when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    /// The wording.
    pub text: T,
    /// Another wording for the customers of one category.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub text_by_category: Option<ByCategory<T>>,
    /// `nps`, `rating`, `ces`: words at the low end of the scale.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub low: Option<T>,
    /// `nps`, `rating`, `ces`: words at the high end of the scale.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub high: Option<T>,
    /// `rating`: how it is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
    /// `rating`: the best answer, 2–10; 5 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<u32>,
    /// `choice`, `choices`: what can be chosen.
    #[serde(default = "nothing", skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice<T>>,
    /// `choice`, `choices`: the wording of one more, answered in the customer's own words.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub other: Option<T>,
    /// `contact`: what is asked for; e-mail and telephone when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ContactField>,
    /// `contact`: what the customer agrees to by ticking a box, without which nothing is taken.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub consent: Option<T>,
    /// `comment`: whether the customer is asked if the words may be quoted.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote<T>>,
    /// The longest text taken, in characters as people count them (grapheme clusters). When absent, 2000 for a `comment`
    /// and 200 for any other text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
}

// `#[serde(default)]` on a generic field would ask for `T: Default`.
fn none<T>() -> Option<T> {
    None
}

fn nothing<T>() -> Vec<T> {
    Vec::new()
}

impl<T> Question<T> {
    /// The wording for a customer of this category, or the general one where the category is not known yet.
    pub fn wording(&self, category: Option<Category>) -> &T {
        match (&self.text_by_category, category) {
            (Some(texts), Some(category)) => texts.get(category),
            _ => &self.text,
        }
    }

    /// The least and the best number it takes; none if it takes no number.
    pub fn range(&self) -> Option<(u32, u32)> {
        match self.kind {
            Kind::Nps => Some((0, 10)),
            Kind::Ces => Some((1, 7)),
            Kind::Rating => Some((1, self.points.unwrap_or(5))),
            _ => None,
        }
    }

    /// The longest text it takes, in characters as people count them.
    pub fn longest(&self) -> u32 {
        self.max_length.unwrap_or(if self.kind == Kind::Comment { 2000 } else { 200 })
    }

    /// What a `contact` question asks for.
    pub fn contact_fields(&self) -> &[ContactField] {
        match (self.kind, &*self.fields) {
            (Kind::Contact, []) => &[ContactField::Email, ContactField::Phone],
            (Kind::Contact, fields) => fields,
            _ => &[],
        }
    }

    /// Whether a customer of this category is asked if the words of the comment may be quoted.
    pub fn asks_to_quote(&self, category: Option<Category>) -> bool {
        let of = self.quote.as_ref().filter(|_| self.kind == Kind::Comment).map(|quote| &quote.of);
        of.is_some_and(|of| of.is_empty() || category.is_some_and(|category| of.contains(&category)))
    }

    /// The same question with each text translated by `f`.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Question<U> {
        Question {
            id: self.id.clone(),
            kind: self.kind,
            required: self.required,
            when: self.when.clone(),
            text: f(&self.text),
            text_by_category: self.text_by_category.as_ref().map(|texts| texts.map(&mut f)),
            low: self.low.as_ref().map(&mut f),
            high: self.high.as_ref().map(&mut f),
            look: self.look,
            points: self.points,
            choices: self
                .choices
                .iter()
                .map(|choice| Choice { id: choice.id.clone(), text: f(&choice.text) })
                .collect(),
            other: self.other.as_ref().map(&mut f),
            fields: self.fields.clone(),
            consent: self.consent.as_ref().map(&mut f),
            quote: self
                .quote
                .as_ref()
                .map(|quote| Quote { of: quote.of.clone(), text: quote.text.as_ref().map(&mut f) }),
            max_length: self.max_length,
        }
    }
}
