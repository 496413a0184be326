//! Whether a survey is sound: everything wrong with it, at once, each with its path.

use std::collections::BTreeMap;

use wire::survey::Thanks;
use wire::{Answer, FieldProblem, Kind, Localised, Question, Submission, Survey};

use super::personal::{Piece, pieces};
use crate::domain::limits::Limits;
use crate::domain::names::{is_key, is_survey_id};

/// Everything that is wrong with a survey; nothing, if it can be used.
pub fn check(survey: &Survey, limits: &Limits) -> Vec<FieldProblem> {
    let mut found = Findings { survey, problems: Vec::new() };
    found.identity();
    found.brand();
    if let Some(intro) = &survey.intro {
        found.text("intro", intro);
    }
    found.questions(limits);
    for (name, thanks) in [
        ("promoter", &survey.thanks.promoter),
        ("passive", &survey.thanks.passive),
        ("detractor", &survey.thanks.detractor),
    ] {
        found.thanks(name, thanks);
    }
    found.problems
}

struct Findings<'a> {
    survey: &'a Survey,
    problems: Vec<FieldProblem>,
}

impl Findings<'_> {
    fn add(&mut self, path: impl Into<String>, detail: impl Into<String>) {
        self.problems.push(FieldProblem::new(path, detail));
    }

    fn identity(&mut self) {
        let survey = self.survey;
        if !is_survey_id(&survey.id) {
            self.add("id", "1 to 64 lower-case letters, digits and -");
        }
        if !is_web_address(&survey.page) {
            self.add(
                "page",
                "the full address of the page with the survey, such as https://www.example.com/survey.html",
            );
        }
        if survey.languages.is_empty() {
            self.add("languages", "at least one language, such as \"en\"");
        }
        for (i, language) in survey.languages.iter().enumerate() {
            if !is_language(language) {
                self.add(
                    format!("languages[{i}]"),
                    format!("{language:?} is not a language tag such as \"en\" or \"pt-BR\""),
                );
            } else if survey.languages[..i].contains(language) {
                self.add(format!("languages[{i}]"), format!("{language:?} is named twice"));
            }
        }
        for (i, origin) in survey.allowed_origins.iter().enumerate() {
            if !is_origin(origin) {
                let detail = format!(
                    "{origin:?} is not an origin: scheme and host, such as https://www.example.com, no path"
                );
                self.add(format!("allowed_origins[{i}]"), detail);
            }
        }
        for (i, word) in survey.personal_words.iter().enumerate() {
            if !is_key(word) {
                self.add(
                    format!("personal_words[{i}]"),
                    format!("{word:?}: lower-case letters, digits and _"),
                );
            }
        }
        if survey.invitation_days == 0 || survey.invitation_days > 3650 {
            self.add("invitation_days", "1 to 3650 days");
        }
    }

    fn brand(&mut self) {
        let brand = &self.survey.brand;
        if let Some(logo) = &brand.logo
            && !is_web_address(logo)
        {
            self.add("brand.logo", "a full address, such as https://www.example.com/logo.svg");
        }
        if let Some(color) = &brand.color
            && !is_color(color)
        {
            self.add("brand.color", format!("{color:?} is not a colour such as #0b6e4f"));
        }
        if let Some(font) = &brand.font
            && (font.len() > 200 || font.contains([';', '{', '}', '<', '\\']))
        {
            self.add("brand.font", "a CSS font family, such as \"Inter, sans-serif\"");
        }
    }

    fn questions(&mut self, limits: &Limits) {
        let questions = &self.survey.questions;
        let scores = questions.iter().filter(|question| question.kind == Kind::Nps).count();
        if scores != 1 {
            self.add("questions", format!("exactly one question of kind \"nps\", not {scores}"));
        }
        for (i, question) in questions.iter().enumerate() {
            let path = format!("questions[{i}]");
            if !is_key(&question.id) {
                self.add(
                    format!("{path}.id"),
                    "1 to 64 lower-case letters, digits and _, beginning with a letter",
                );
            } else if questions[..i].iter().any(|other| other.id == question.id) {
                self.add(format!("{path}.id"), format!("{:?} is used by two questions", question.id));
            }
            self.question(&path, question, limits);
        }
        self.room(limits);
    }

    /// A customer who has used the length of every comment must be able to send the answer.
    fn room(&mut self, limits: &Limits) {
        let comments = || self.survey.questions.iter().filter(|question| question.kind == Kind::Comment);
        let (most, bytes) = (limits.submission_bytes, largest_submission(self.survey));
        if bytes > most && comments().all(|question| question.longest() <= limits.comment_characters) {
            let names: Vec<&str> = comments().map(|question| &*question.id).collect();
            let detail = format!(
                "the longest answers, to {}, take {bytes} bytes at 4 a character, and a submission has at most {most} \
                 (limits.submission_bytes): give them a smaller max_length",
                names.join(", ")
            );
            self.add("questions", detail);
        }
    }

    fn question(&mut self, path: &str, question: &Question<Localised>, limits: &Limits) {
        self.text(&format!("{path}.text"), &question.text);
        if let Some(texts) = &question.text_by_category {
            self.text(&format!("{path}.text_by_category.promoter"), &texts.promoter);
            self.text(&format!("{path}.text_by_category.passive"), &texts.passive);
            self.text(&format!("{path}.text_by_category.detractor"), &texts.detractor);
        }
        for (name, text) in [("low", &question.low), ("high", &question.high)] {
            match (text, question.kind) {
                (Some(text), Kind::Nps | Kind::Rating | Kind::Ces) => {
                    self.text(&format!("{path}.{name}"), text)
                }
                (Some(_), kind) => {
                    let detail = format!("a {} has no scale to name the ends of", kind.as_str());
                    self.add(format!("{path}.{name}"), detail);
                }
                (None, _) => {}
            }
        }
        let most = limits.comment_characters;
        if question.kind == Kind::Comment && !(1..=most).contains(&question.longest()) {
            self.add(
                format!("{path}.max_length"),
                format!("1 to {most} characters (limits.comment_characters)"),
            );
        }
    }

    fn thanks(&mut self, name: &str, thanks: &Thanks<Localised>) {
        self.text(&format!("thanks.{name}.title"), &thanks.title);
        self.text(&format!("thanks.{name}.text"), &thanks.text);
    }

    /// A text is there in every language, and its personal words are allowed and have a fallback.
    fn text(&mut self, path: &str, text: &Localised) {
        for language in &self.survey.languages {
            if text.get(language).is_none_or(|text| text.trim().is_empty()) {
                self.add(path, format!("no text in {language:?}"));
            }
        }
        for (language, text) in text {
            let path = format!("{path}.{language}");
            if !self.survey.languages.contains(language) {
                self.add(path.as_str(), format!("{language:?} is not one of the survey's languages"));
            }
            for piece in pieces(text) {
                let Piece::Word { word, fallback } = piece else {
                    continue;
                };
                if !self.survey.personal_words.iter().any(|allowed| allowed == word) {
                    self.add(path.as_str(), format!("{{{word}}} is not among the survey's personal_words"));
                } else if fallback.is_none() {
                    let detail = format!("{{{word}}} needs words for when it is not known: {{{word}|…}}");
                    self.add(path.as_str(), detail);
                }
            }
        }
    }
}

/// The bytes of a submission with every comment as long as it may be. A character takes four at most in UTF-8; those
/// that are made of several, such as flags and families, are as rare as the long comments that hold nothing else.
fn largest_submission(survey: &Survey) -> usize {
    let answer = |question: &Question<Localised>| match question.kind {
        Kind::Comment => Answer::Text(String::new()),
        _ => Answer::Number(10),
    };
    let around = Submission {
        id: uuid::Uuid::nil().to_string(),
        revision: u32::MAX,
        survey: survey.id.clone(),
        version: Some(u32::MAX),
        token: "x".repeat(22),
        language: survey.languages.iter().max_by_key(|language| language.len()).cloned(),
        complete: true,
        answers: survey.questions.iter().map(|question| (question.id.clone(), answer(question))).collect(),
        agent: None,
        attributes: BTreeMap::new(),
    };
    let around = serde_json::to_vec(&around).map_or(0, |json| json.len());
    let comments = survey.questions.iter().filter(|question| question.kind == Kind::Comment);
    comments.fold(around, |sum, question| sum.saturating_add(4 * question.longest() as usize))
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

fn is_origin(text: &str) -> bool {
    is_web_address(text) && text.matches('/').count() == 2 && !text.contains(['?', '#', '*'])
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::domain::surveys) fn survey() -> Survey {
        let json = r##"{
            "id": "support", "page": "https://example.com/survey.html", "languages": ["en", "ar"],
            "allowed_origins": ["https://example.com"], "personal_words": ["first_name"],
            "questions": [
                {"id": "nps", "kind": "nps", "text": {"en": "How likely, {first_name|you}?", "ar": "سؤال"}},
                {"id": "why", "kind": "comment", "text": {"en": "Why?", "ar": "لماذا؟"}}
            ],
            "thanks": {
                "promoter": {"title": {"en": "a", "ar": "a"}, "text": {"en": "a", "ar": "a"}},
                "passive": {"title": {"en": "b", "ar": "b"}, "text": {"en": "b", "ar": "b"}},
                "detractor": {"title": {"en": "c", "ar": "c"}, "text": {"en": "c", "ar": "c"}}
            }
        }"##;
        serde_json::from_str(json).unwrap()
    }

    fn found(change: impl FnOnce(&mut Survey)) -> Vec<String> {
        let mut survey = survey();
        change(&mut survey);
        let problems = check(&survey, &Limits::default());
        problems.into_iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect()
    }

    #[test]
    fn a_sound_survey_has_no_problems() {
        assert_eq!(found(|_| ()), [""; 0]);
    }

    #[test]
    fn a_missing_translation_is_named() {
        assert_eq!(
            found(|s| drop(s.questions[1].text.remove("ar"))),
            ["questions[1].text: no text in \"ar\""]
        );
    }

    #[test]
    fn a_personal_word_must_be_allowed_and_have_a_fallback() {
        let said = found(|s| {
            s.intro = Some(Localised::from([
                ("en".into(), "{first_name} {vip|x}".into()),
                ("ar".into(), "x".into()),
            ]));
        });
        assert_eq!(
            said,
            [
                "intro.en: {first_name} needs words for when it is not known: {first_name|…}",
                "intro.en: {vip} is not among the survey's personal_words",
            ]
        );
    }

    #[test]
    fn exactly_one_question_gives_the_score() {
        assert_eq!(
            found(|s| drop(s.questions.remove(0))),
            ["questions: exactly one question of kind \"nps\", not 0"]
        );
    }

    #[test]
    fn the_longest_answers_must_fit_in_a_submission() {
        let comments = |lengths: &'static [u32]| {
            found(|s| {
                for (i, length) in lengths.iter().enumerate() {
                    let id = format!("c{i}");
                    s.questions.push(Question { id, max_length: Some(*length), ..s.questions[1].clone() });
                }
                s.questions.remove(1);
            })
        };
        assert_eq!(comments(&[4000]), [""; 0], "each limit's default goes with the other's");
        let said = comments(&[2000, 2200]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("questions: the longest answers, to c0, c1, take 17"), "{said:?}");
        assert!(said[0].contains("at most 16384 (limits.submission_bytes)"), "{said:?}");
    }

    #[test]
    fn the_survey_of_the_example_is_sound() {
        let survey: Survey = toml::from_str(include_str!("../../../../examples/survey.toml")).unwrap();
        assert_eq!(check(&survey, &Limits::default()), []);
    }

    #[test]
    fn an_origin_is_not_an_address() {
        assert_eq!(found(|s| s.allowed_origins = vec!["https://example.com/".into()]).len(), 1);
        assert_eq!(found(|s| s.allowed_origins = vec!["*".into()]).len(), 1);
        assert_eq!(found(|s| s.allowed_origins = vec!["http://localhost:8081".into()]).len(), 0);
    }

    #[test]
    fn looks_that_could_break_out_of_the_style_sheet_are_refused() {
        assert_eq!(found(|s| s.brand.color = Some("red; }".into())).len(), 1);
        assert_eq!(found(|s| s.brand.font = Some("x; } * { display: none".into())).len(), 1);
    }
}
