//! What the address of a plain page asks for.

use std::collections::BTreeMap;

use uuid::Uuid;
use wire::{Answer, Answers, Kind, Question, Score};

/// The query of a plain page. What can't be read is passed over: the customer can do nothing about it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// A question of the step to show.
    pub(super) at: String,
    /// The words of thanks are to be shown.
    pub(super) thanks: bool,
    /// A score to choose beforehand, as links in e-mails have it. It is not an answer before the customer sends it.
    pub(super) score: Option<Score>,
    /// The language to show, whatever else is known.
    pub(super) language: Option<String>,
    /// Of an open survey: the submission that was begun.
    pub(super) begun: Option<Uuid>,
    /// Of an open survey: whose interaction it is about, as whoever made the link tells it.
    pub(super) agent: Option<String>,
    /// The same of the attributes.
    pub(super) attributes: BTreeMap<String, String>,
}

/// What the names of fields have before them that are no answers: no question can be called so.
const FIELD: &str = "hb-";

/// What the names of attributes have before them.
const ATTRIBUTE: &str = "attribute-";

impl Asked {
    pub(super) fn read(query: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in query {
            match name.as_str() {
                "at" => asked.at = value,
                "thanks" => asked.thanks = true,
                "score" => asked.score = value.parse::<i64>().ok().and_then(|score| score.try_into().ok()),
                "language" if is_tag(&value) => asked.language = Some(value),
                "begun" => asked.begun = value.parse().ok(),
                "agent" => asked.agent = Some(value),
                name => {
                    if let Some(name) = name.strip_prefix(ATTRIBUTE) {
                        asked.attributes.insert(name.to_owned(), value);
                    }
                }
            }
        }
        asked
    }

    /// What the form hands on of it, as names and values of fields.
    pub(super) fn told(&self) -> Vec<(String, &str)> {
        let agent = self.agent.iter().map(|agent| (format!("{FIELD}agent"), agent.as_str()));
        let attributes = self.attributes.iter();
        agent
            .chain(attributes.map(|(name, value)| (format!("{FIELD}{ATTRIBUTE}{name}"), value.as_str())))
            .collect()
    }

    /// Of somebody with a personal link all that is known already.
    pub(super) fn forget_told(&mut self) {
        (self.agent, self.attributes) = (None, BTreeMap::new());
    }

    /// Takes it from such fields again.
    pub(super) fn hear(&mut self, fields: &[(String, String)]) {
        for (name, value) in fields {
            match name.strip_prefix(FIELD) {
                Some("agent") => self.agent = Some(value.clone()),
                Some(name) => {
                    if let Some(name) = name.strip_prefix(ATTRIBUTE) {
                        self.attributes.insert(name.to_owned(), value.clone());
                    }
                }
                None => {}
            }
        }
    }

    /// The address of a step, relative to the page: the token is not repeated, and a proxy may put the collector anywhere.
    pub(super) fn step(&self, name: &str) -> String {
        self.with_rest(&format!("?at={name}"))
    }

    /// The address of the thanks.
    pub(super) fn thanks(&self) -> String {
        self.with_rest("?thanks")
    }

    fn with_rest(&self, address: &str) -> String {
        let begun = self.begun.map(|id| format!("&begun={id}")).unwrap_or_default();
        let language = self.language.as_ref().map(|tag| format!("&language={tag}")).unwrap_or_default();
        [address, &begun, &language].concat()
    }

    /// Chooses the score that the address names.
    pub(super) fn prefill<T>(&self, questions: &[Question<T>], answers: &mut Answers) {
        let question = questions.iter().find(|question| question.kind == Kind::Nps);
        if let (Some(question), Some(score)) = (question, self.score) {
            answers.insert(question.id.clone(), Answer::Number(score.get().into()));
        }
    }
}

fn is_tag(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Asked {
        Asked::read(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_cannot_be_read_is_passed_over() {
        let odd = [("score", "11"), ("language", "a&b=\"c"), ("utm_source", "mail"), ("score", "-1")];
        assert_eq!(read(&odd), Asked::default());
    }

    #[test]
    fn what_the_link_tells_goes_through_the_form() {
        let asked = read(&[("agent", "amira"), ("attribute-shop", "M & S"), ("attribute", "x")]);
        let fields: Vec<_> = asked.told().into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let mut heard = Asked::default();
        heard.hear(&fields);
        assert_eq!((heard.agent, heard.attributes), (asked.agent, asked.attributes));
    }

    #[test]
    fn the_language_asked_for_stays_in_every_address() {
        let asked = read(&[("language", "pt-BR"), ("score", "9")]);
        assert_eq!(asked.step("why"), "?at=why&language=pt-BR");
        assert_eq!(asked.thanks(), "?thanks&language=pt-BR");
        assert_eq!(read(&[]).step("why"), "?at=why");
    }
}
