//! The words that stand in a customer's mail.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Object, Value};
use wire::colour::Colour;
use wire::survey::Review;
use wire::{Kind, Localised, Score, Survey, Thanks};

use super::{Link, scale};
use crate::domain::surveys::{self, Personal, direction, pick_language, say};

/// The colour of a company that has chosen none.
const COLOR: &str = "#1f5fbf";

/// Where the words of one customer's mail come from. A word that is not known is not defined: a template falls back by
/// `|default(…)`, or the mail is not sent.
pub struct Words<'a> {
    /// `first_name`
    pub first_name: Option<&'a str>,
    /// `agent`: the name.
    pub agent: Option<&'a str>,
    /// `attributes.product` and so on.
    pub attributes: &'a BTreeMap<String, String>,
    /// `company` (also `brand`), `question`, `low`, `high`, `intro` and `survey`.
    pub survey: &'a Survey,
    /// The customer's language, if it is known.
    pub language: Option<&'a str>,
    /// `link`, and `scores`, the links that choose a score.
    pub link: Link,
    /// `unsubscribe_link`
    pub unsubscribe_link: Option<String>,
    /// `score`, `category`, `thanks` and `reviews`, of a customer who has answered.
    pub score: Option<Score>,
}

/// What a template is filled in for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// HTML, where links and the row of scores are marked up.
    Html,
    /// HTML that text is made from: the row would be eleven links.
    Bare,
    /// Text and subject.
    Text,
}

impl Words<'_> {
    /// Every word, as an unknown customer of this survey would see it in a trial.
    pub fn sample<'a>(
        survey: &'a Survey,
        attributes: &'a BTreeMap<String, String>,
        link: String,
    ) -> Words<'a> {
        Words {
            first_name: Some("Ana"),
            agent: Some("Sam Rivera"),
            attributes,
            survey,
            language: None,
            link: link.into(),
            unsubscribe_link: Some("https://example.com/unsubscribe".into()),
            score: Score::try_from(9_u8).ok(),
        }
    }

    /// The languages that suit the customer, best first.
    pub(super) fn wanted(&self) -> Vec<&str> {
        self.language.into_iter().chain(self.survey.languages.first().map(String::as_str)).collect()
    }

    /// All words, for a mail in this language. With `any`, every attribute has a value.
    pub(super) fn context(&self, language: &str, part: Part, any: bool) -> Value {
        let spoken = pick_language(&self.survey.languages, &self.wanted());
        let personal =
            Personal { first_name: self.first_name, agent: self.agent, attributes: Some(self.attributes) };
        let said = |text: &Localised| say(self.survey, text, spoken, &personal);
        let asked = self.survey.questions.iter().find(|question| question.kind == Kind::Nps);

        let brand = &self.survey.brand;
        let color = brand.color.as_deref().unwrap_or(COLOR);
        let ink = Colour::parse(color).map_or_else(|| "#ffffff".to_owned(), |color| color.text().hex());
        let company = known([
            ("name", Some(Value::from(brand.name.as_str()))),
            ("color", Some(Value::from(color))),
            ("ink", Some(Value::from(ink.as_str()))),
            ("logo", brand.logo.as_deref().map(|logo| address(logo, part))),
        ]);
        let links: Vec<String> = (0..=10).map(|score| self.link.with_score(score)).collect();
        let scale = match part {
            Part::Html => Value::from_safe_string(scale::row(&links, color, &ink)),
            Part::Bare => Value::from(""),
            Part::Text => Value::from(self.link.address()),
        };
        let attributes: BTreeMap<_, _> =
            self.attributes.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let category = self.score.map(Score::category);
        let thanks = category.map(|category| {
            let Thanks { title, text, .. } = self.survey.thanks.get(category).map(said);
            known([("title", Some(Value::from(title))), ("text", Some(Value::from(text)))])
        });
        let reviews = category.map(|category| surveys::reviews(self.survey, category, said));
        let review = |review: Review<String>| {
            known([("text", Some(Value::from(review.text))), ("link", Some(address(&review.url, part)))])
        };
        let reviews: Vec<Value> = reviews.unwrap_or_default().into_iter().map(review).collect();
        known([
            ("score", self.score.map(|score| Value::from(score.get()))),
            ("category", category.map(|category| Value::from(category.as_str()))),
            ("thanks", thanks),
            ("reviews", Some(Value::from(reviews))),
            ("first_name", self.first_name.map(Value::from)),
            ("agent", self.agent.map(Value::from)),
            ("company", Some(company.clone())),
            ("brand", Some(company)),
            ("survey", Some(Value::from(self.survey.name.as_str()))),
            ("question", asked.map(|question| Value::from(said(&question.text)))),
            ("low", asked.and_then(|question| question.low.as_ref()).map(|text| Value::from(said(text)))),
            ("high", asked.and_then(|question| question.high.as_ref()).map(|text| Value::from(said(text)))),
            ("intro", self.survey.intro.as_ref().map(|text| Value::from(said(text)))),
            ("language", Some(Value::from(language))),
            ("direction", Some(Value::from(direction(language).as_str()))),
            ("link", Some(address(self.link.address(), part))),
            ("unsubscribe_link", self.unsubscribe_link.as_deref().map(|link| address(link, part))),
            ("scores", Some(links.iter().map(|link| address(link, part)).collect())),
            ("scale", Some(scale)),
            ("attributes", Some(if any { Value::from_object(Any) } else { Value::from_pairs(attributes) })),
        ])
    }
}

/// A link: escaped by ourselves, as little as an attribute needs. Escaped in full, `/` too would be written by its number,
/// which some programs that rewrite links do not read.
fn address(link: &str, part: Part) -> Value {
    if part == Part::Text { Value::from(link) } else { Value::from_safe_string(scale::in_html(link)) }
}

/// The words that there are.
fn known<const N: usize>(words: [(&'static str, Option<Value>); N]) -> Value {
    Value::from_pairs(words.into_iter().filter_map(|(name, value)| Some((name, value?))))
}

/// The attributes of a customer of whom everything is known.
#[derive(Debug)]
struct Any;

impl Object for Any {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        Some(Value::from(key.as_str()?))
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }
}
