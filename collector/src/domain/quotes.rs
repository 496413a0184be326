//! Whether what a customer wrote may be quoted: asked below the comment, never taken for granted, and taken back at any time.
//!
//! What is kept shows that the customer agreed, to what and when (GDPR, Article 7): the sentence as it was shown, its language, the
//! survey's version. Consent that was taken back stays known as such: what was quoted until then was allowed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::rules::{self, Part};
use wire::{Answer, Category, Question, Score, Survey};

use crate::domain::responses::Response;
use crate::domain::surveys::{Personal, say};
use crate::domain::words;

/// That the words of a comment may be quoted. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quote {
    /// The question whose answer may be quoted.
    pub question: String,
    /// Whether with the customer's name.
    pub named: bool,
    /// When the customer agreed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// The survey's version that asked.
    pub version: u32,
    /// The language in which it was asked.
    pub language: String,
    /// The sentence that was shown.
    pub text: String,
    /// When the customer took it back.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    #[schema(value_type = Option<i64>)]
    pub withdrawn_at: Option<Timestamp>,
}

impl Quote {
    /// What a response says that was just given or changed; `before` is what it said until then.
    pub fn read(response: &Response, survey: &Survey, before: Option<Self>, now: Timestamp) -> Option<Self> {
        let Some((question, named)) = allowed(response, survey) else {
            return before.map(|before| before.withdrawn(now));
        };
        let language = response.language.clone().or_else(|| survey.languages.first().cloned());
        let language = language.unwrap_or_default();
        let given = Self {
            question: question.id.clone(),
            named,
            at: now,
            version: response.version,
            text: sentence(question, survey, &language),
            language,
            withdrawn_at: None,
        };
        // Sending the same again is no new consent.
        Some(match before {
            Some(before) if (Self { at: now, ..before.clone() }) == given => before,
            _ => given,
        })
    }

    /// The same, taken back; what was so already stays as it was.
    pub fn withdrawn(self, now: Timestamp) -> Self {
        Self { withdrawn_at: self.withdrawn_at.or(Some(now)), ..self }
    }

    /// Whether the words may be quoted now.
    pub fn holds(&self) -> bool {
        self.withdrawn_at.is_none()
    }

    /// How the words may be quoted now, as in results.
    pub fn as_str(&self) -> Option<&'static str> {
        self.holds().then_some(if self.named { "named" } else { "unnamed" })
    }
}

/// What may be quoted: the words, and of whom they are no more than the customer agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quotation {
    /// The response's id.
    pub response: String,
    /// The survey's id.
    pub survey: String,
    /// When the response was given.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The score, 0 to 10.
    pub score: Option<Score>,
    /// What it says.
    pub category: Option<Category>,
    /// The words.
    pub words: String,
    /// The language in which the customer was asked.
    pub language: String,
    /// The customer's id, where the words may be quoted with the name; absent where they may not, or nobody knows.
    pub customer: Option<String>,
    /// The question that the words answer.
    pub question: String,
    /// When the customer agreed.
    #[schema(value_type = String, format = DateTime)]
    pub agreed_at: Timestamp,
    /// To what: the sentence as it was shown.
    pub agreed_to: String,
}

impl Quotation {
    /// What may be quoted of a response now.
    pub fn of(mut response: Response) -> Option<Self> {
        let quote = response.quote.filter(Quote::holds)?;
        let Some(Answer::Text(words)) = response.answers.remove(&quote.question) else { return None };
        Some(Self {
            response: response.id.to_string(),
            survey: response.survey,
            at: response.at,
            score: response.score,
            category: response.score.map(Score::category),
            words,
            language: quote.language,
            customer: response.customer.filter(|_| quote.named).map(String::from),
            question: quote.question,
            agreed_at: quote.at,
            agreed_to: quote.text,
        })
    }
}

/// What is asked below a comment, in this language: the survey's own words, or the widget's.
pub fn sentence(question: &Question<wire::Localised>, survey: &Survey, language: &str) -> String {
    match question.quote.as_ref().and_then(|quote| quote.text.as_ref()) {
        Some(text) => say(survey, text, language, &Personal::nobody()),
        None => words::of(language).quoting.ask.clone(),
    }
}

/// The question whose answer may be quoted, and whether with the name.
fn allowed<'a>(response: &Response, survey: &'a Survey) -> Option<(&'a Question<wire::Localised>, bool)> {
    let question = survey.questions.iter().find(|question| question.quote.is_some())?;
    match response.answers.get(&rules::name(question, Part::Quote)) {
        Some(Answer::Text(how)) if how == "named" => Some((question, true)),
        Some(Answer::Text(how)) if how == "unnamed" => Some((question, false)),
        _ => None,
    }
}

/// Takes back that a response may be quoted; says whether there was something to take back.
pub fn withdraw(response: &mut Response, now: Timestamp) -> bool {
    let Some(quote) = response.quote.take_if(|quote| quote.holds()) else { return false };
    response.answers.remove(&[&quote.question, "_quote"].concat());
    response.quote = Some(quote.withdrawn(now));
    response.updated_at = response.updated_at.max(now);
    true
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn survey() -> Survey {
        serde_json::from_value(json!({
            "id": "s", "languages": ["en", "de"],
            "questions": [
                {"id": "nps", "kind": "nps", "text": {}},
                {"id": "why", "kind": "comment", "text": {}, "quote": {"of": ["promoter"], "text": {"en": "May we?", "de": "Dürfen wir?"}}}
            ],
            "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
        }))
        .unwrap()
    }

    fn response(answers: Value) -> Response {
        serde_json::from_value(json!({
            "id": uuid::Uuid::nil(), "survey": "s", "version": 3, "customer": "C-1", "agent": null, "attributes": {}, "language": "de",
            "score": 9, "answers": answers, "at": 1000, "updated_at": 1000, "completed_at": 1000, "submissions": []
        }))
        .unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn what_was_agreed_to_is_kept_as_it_was_shown_and_once() {
        let yes = response(json!({"nps": 9, "why": "good", "why_quote": "unnamed"}));
        let given = Quote::read(&yes, &survey(), None, at(5)).unwrap();
        assert_eq!(
            (&*given.text, &*given.language, given.version, given.named),
            ("Dürfen wir?", "de", 3, false)
        );
        assert_eq!(
            Quote::read(&yes, &survey(), Some(given.clone()), at(9)),
            Some(given.clone()),
            "no new consent"
        );
        let named = response(json!({"nps": 9, "why": "good", "why_quote": "named"}));
        let newer = Quote::read(&named, &survey(), Some(given.clone()), at(9)).unwrap();
        assert_eq!((newer.named, newer.at), (true, at(9)));
        for no in [json!({"why": "good"}), json!({"why": "good", "why_quote": "no"})] {
            assert_eq!(
                Quote::read(&response(no.clone()), &survey(), None, at(9)),
                None,
                "never taken for granted"
            );
            let back = Quote::read(&response(no), &survey(), Some(given.clone()), at(9)).unwrap();
            assert_eq!((back.holds(), back.withdrawn_at, back.at), (false, Some(at(9)), at(5)));
        }
    }

    #[test]
    fn what_is_taken_back_stays_so_until_the_customer_agrees_anew() {
        let mut response = response(json!({"nps": 9, "why": "good", "why_quote": "named"}));
        response.quote = Quote::read(&response, &survey(), None, at(5));
        assert!(withdraw(&mut response, at(7)) && !withdraw(&mut response, at(8)));
        assert_eq!(response.quote.as_ref().and_then(|quote| quote.withdrawn_at), Some(at(7)));
        let said = Quote::read(&response, &survey(), response.quote.clone(), at(9)).unwrap();
        assert_eq!(said.withdrawn_at, Some(at(7)));
    }

    #[test]
    fn what_is_quoted_without_the_name_does_not_say_whose_it_is() {
        let quotation = |how: &str| {
            let mut response = response(json!({"nps": 9, "why": "good", "why_quote": how}));
            response.quote = Quote::read(&response, &survey(), None, at(5));
            Quotation::of(response)
        };
        assert_eq!(quotation("named").and_then(|it| it.customer).as_deref(), Some("C-1"));
        let unnamed = quotation("unnamed").unwrap();
        assert_eq!((&*unnamed.words, unnamed.customer, &*unnamed.agreed_to), ("good", None, "Dürfen wir?"));
        assert_eq!(quotation("no"), None);
        let mut withdrawn = response(json!({"nps": 9, "why": "good", "why_quote": "named"}));
        withdrawn.quote = Quote::read(&withdrawn, &survey(), None, at(5));
        assert!(withdraw(&mut withdrawn, at(7)));
        assert_eq!(Quotation::of(withdrawn), None);
    }
}
