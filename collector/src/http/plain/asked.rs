//! What the address of a plain page asks for.

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
}

impl Asked {
    pub(super) fn read(query: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in query {
            match name.as_str() {
                "at" => asked.at = value,
                "thanks" => asked.thanks = true,
                "score" => asked.score = value.parse::<i64>().ok().and_then(|score| score.try_into().ok()),
                "language" if is_tag(&value) => asked.language = Some(value),
                _ => {}
            }
        }
        asked
    }

    /// The address of a step, relative to the page: the token is not repeated, and a proxy may put the collector anywhere.
    pub(super) fn step(&self, name: &str) -> String {
        self.with_language(&format!("?at={name}"))
    }

    /// The address of the thanks.
    pub(super) fn thanks(&self) -> String {
        self.with_language("?thanks")
    }

    fn with_language(&self, address: &str) -> String {
        match &self.language {
            Some(language) => format!("{address}&language={language}"),
            None => address.to_owned(),
        }
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
    fn the_language_asked_for_stays_in_every_address() {
        let asked = read(&[("language", "pt-BR"), ("score", "9")]);
        assert_eq!(asked.step("why"), "?at=why&language=pt-BR");
        assert_eq!(asked.thanks(), "?thanks&language=pt-BR");
        assert_eq!(read(&[]).step("why"), "?at=why");
    }
}
