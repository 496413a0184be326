//! Whether a survey is sound: everything wrong with it, at once, each with its path.
//!
//! Read in this order: here, what a survey says of itself and whether a text is whole; `brand`, its looks; `questions`,
//! what belongs to which kind; `conditions`, what they ask of each other's answers; `room`, whether the longest answers fit.

mod brand;
mod conditions;
mod questions;
mod room;

use wire::survey::Thanks;
use wire::{FieldProblem, Localised, Survey};

use super::personal::{Piece, pieces};
use crate::domain::dates::time_zone;
use crate::domain::invitations::RESERVED;
use crate::domain::limits::Limits;
use crate::domain::names::{is_key, is_survey_id};

/// Everything that is wrong with a survey; nothing, if it can be used. `public_url` is where customers reach the
/// collector itself, if they do.
pub fn check(survey: &Survey, limits: &Limits, public_url: Option<&str>) -> Vec<FieldProblem> {
    let mut found = Findings { survey, limits, problems: Vec::new() };
    found.page(public_url);
    found.identity();
    found.open();
    found.brand();
    if let Some(intro) = &survey.intro {
        found.text("intro", intro);
    }
    found.questions();
    for (name, thanks) in survey.thanks.named() {
        found.thanks(name, thanks);
    }
    found.reviews();
    found.problems
}

/// The most places at which customers are invited to tell others.
const MAX_REVIEWS: usize = 5;

/// The longest that a mail of thanks waits.
const MAX_THANKS_MINUTES: u32 = 7 * 24 * 60;

struct Findings<'a> {
    survey: &'a Survey,
    limits: &'a Limits,
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
        for (i, word) in survey.personal_words.iter().enumerate() {
            if !is_key(word) {
                self.add(
                    format!("personal_words[{i}]"),
                    format!("{word:?}: lower-case letters, digits and _"),
                );
            }
        }
        if let Some(zone) = &survey.time_zone
            && time_zone(zone).is_none()
        {
            self.add("time_zone", format!("{zone:?} is no time zone such as \"Europe/Berlin\""));
        }
        if survey.invitation_days == 0 || survey.invitation_days > 3650 {
            self.add("invitation_days", "1 to 3650 days");
        }
    }

    fn page(&mut self, public_url: Option<&str>) {
        let survey = self.survey;
        if survey.page.is_empty() && public_url.is_none() {
            let detail = "the address of the page with the survey, such as https://www.example.com/survey.html; a survey \
                          without one is answered on the collector's own page, and the collector has no address for it \
                          (public_url)";
            self.add("page", detail);
        } else if !survey.page.is_empty() && !is_web_address(&survey.page) {
            self.add(
                "page",
                "the full address of the page with the survey, such as https://www.example.com/survey.html",
            );
        }
        for (i, origin) in survey.allowed_origins.iter().enumerate() {
            if !is_origin(origin) {
                let detail = format!(
                    "{origin:?} is not an origin: scheme and host, such as https://www.example.com, no path"
                );
                self.add(format!("allowed_origins[{i}]"), detail);
            }
        }
    }

    fn open(&mut self) {
        let Some(open) = &self.survey.open else { return };
        let most = self.limits.attributes;
        if open.attributes.len() > most {
            let detail = format!("{} of them, more than {most} (limits.attributes)", open.attributes.len());
            self.add("open.attributes", detail);
        }
        for (i, name) in open.attributes.iter().enumerate() {
            let path = format!("open.attributes[{i}]");
            if open.attributes[..i].contains(name) {
                self.add(path, format!("{name:?} is named twice"));
            } else if name != "agent" && RESERVED.contains(&name.as_str()) {
                self.add(path, format!("{name:?} cannot be an attribute's name"));
            } else if !is_key(name) {
                let detail =
                    format!("{name:?}: 1 to 64 lower-case letters, digits and _, beginning with a letter");
                self.add(path, detail);
            }
        }
    }

    fn thanks(&mut self, name: &str, thanks: &Thanks<Localised>) {
        self.text(&format!("thanks.{name}.title"), &thanks.title);
        self.text(&format!("thanks.{name}.text"), &thanks.text);
    }

    /// Where customers are invited to tell others.
    fn reviews(&mut self) {
        let survey = self.survey;
        if survey.thanks_minutes > MAX_THANKS_MINUTES {
            self.add("thanks_minutes", format!("0 to {MAX_THANKS_MINUTES} minutes, a week"));
        }
        if survey.reviews.len() > MAX_REVIEWS {
            self.add("reviews", format!("{} of them, more than {MAX_REVIEWS}", survey.reviews.len()));
        }
        for (i, review) in survey.reviews.iter().enumerate() {
            if !review.url.starts_with("https://") || !is_web_address(&review.url) {
                let detail = "the full address of the page of reviews: https://…";
                self.add(format!("reviews[{i}].url"), detail);
            }
            self.text(&format!("reviews[{i}].text"), &review.text);
        }
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

/// Whether a text is the full address of something on the web.
pub fn is_web_address(text: &str) -> bool {
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

/// Whether this is a language tag, such as `en` or `pt-BR`.
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
pub(super) mod tests;
