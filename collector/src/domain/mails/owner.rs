//! The mail to whoever follows up, in the person's language where there are words in it, in English else.
//!
//! What a score says is told by a shape and a number, and by colour besides. The link that acknowledges leads to a page with a
//! button: programs follow every link.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::{Environment, Value, context};
use wire::cases::{Promise, State};
use wire::colour::Colour;
use wire::{Category, Score, Survey};

use super::{Mail, Rendered, Text, template};
use crate::domain::cases::{Case, CaseId, Entry, InForce, Staff, What, said};
use crate::domain::names::{AgentId, UnitId};
use crate::domain::people::Person;
use crate::domain::responses::Response;
use crate::domain::surveys::pick_language;
use crate::domain::words;

const MJML: &str = include_str!("built_in/case.mjml");
const TEXT: &str = include_str!("built_in/case.txt");

/// The colour of a company that has chosen none.
const COLOR: &str = "#1f5fbf";

/// Most scores of the history.
const HISTORY: usize = 10;

type Words = BTreeMap<String, String>;

static WORDS: LazyLock<BTreeMap<String, Words>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program; a test reads it")]
    toml::from_str(include_str!("built_in/case.toml")).expect("the words of the mail are well-formed")
});

static LANGUAGES: LazyLock<Vec<String>> = LazyLock::new(|| {
    // English first: it stands in for all others.
    let others = WORDS.keys().filter(|language| *language != "en").cloned();
    std::iter::once("en".to_owned()).chain(others).collect()
});

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = template::environment();
    for (language, words) in &*WORDS {
        let say = |template: &str| {
            words
                .iter()
                .fold(template.to_owned(), |said, (key, word)| said.replace(&format!("[[{key}]]"), word))
        };
        let text = Text { subject: say("[[subject]]"), mjml: say(MJML), text: Some(say(TEXT)) };
        template::add(&mut environment, language, &text, &mut |path, detail| {
            unreachable!("the built-in mail is sound, as a test shows: {path}: {detail}")
        });
    }
    environment
});

/// What somebody is told of.
pub struct Told<'a> {
    /// The case's number.
    pub id: CaseId,
    /// The case.
    pub case: &'a Case,
    /// The response it is about, with the survey that it answers.
    pub response: Option<(&'a Response, Option<&'a Survey>)>,
    /// The customer's first name.
    pub first_name: Option<&'a str>,
    /// The customer's scores, the newest first.
    pub history: &'a [(Score, Timestamp)],
    /// What happened so far.
    pub trail: &'a [Entry],
    /// The company as it is now.
    pub staff: &'a Staff,
    /// The follow-up document in force.
    pub in_force: &'a InForce,
    /// Who is told.
    pub person: &'a Person,
    /// Where the case is shown.
    pub desk: Option<String>,
    /// Where it is acknowledged without signing in.
    pub acknowledge: Option<String>,
    /// Now.
    pub now: Timestamp,
}

/// The mail.
///
/// # Errors
/// When its templates cannot be filled in.
pub fn owner_mail(told: &Told<'_>) -> Result<(Mail, Rendered), String> {
    let language = language_of(told.person);
    let context = told.context(language);
    let fill = |name: &str| {
        let template = TEMPLATES.get_template(&format!("{language}/{name}"));
        template.and_then(|template| template.render(&context)).map_err(|error| error.to_string())
    };
    let subject = fill("subject")?.split_whitespace().collect::<Vec<_>>().join(" ");
    let rendered =
        Rendered { language: language.to_owned(), subject, html: fill("html")?, text: fill("text")? };
    let mail = Mail { name: "case".to_owned(), ..Mail::default() };
    Ok((mail, rendered))
}

/// The language among those there are words in that suits a person best.
pub fn language_of(person: &Person) -> &'static str {
    let wanted: Vec<&str> = person.language.iter().map(String::as_str).collect();
    pick_language(&LANGUAGES, &wanted)
}

/// A word of this mail's, or of its page.
pub fn word(language: &str, key: &str) -> &'static str {
    let words = WORDS.get(language).or_else(|| WORDS.get("en"));
    words.and_then(|words| words.get(key)).map_or("", String::as_str)
}

/// What a state is called.
pub fn state(language: &str, state: State) -> &'static str {
    word(language, state.as_str())
}

/// A time as people read it.
pub fn time(language: &str, at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime(word(language, "time")).to_string()
}

impl Told<'_> {
    fn context(&self, language: &str) -> Value {
        let Self { case, person, in_force, staff, .. } = self;
        let contents = in_force.document.mail.contents;
        let organisation = &staff.organisation;
        let agent = |id: &AgentId| {
            organisation.agent(id.as_str()).map_or_else(|| id.to_string(), |agent| agent.name.clone())
        };
        let unit = |id: &UnitId| {
            organisation.unit(id.as_str()).map_or_else(|| id.to_string(), |unit| unit.name.clone())
        };
        let customer = case.customer.as_ref().map(|id| match self.first_name {
            Some(name) => format!("{name} ({id})"),
            None => id.to_string(),
        });
        let survey = self.response.and_then(|(_, survey)| survey);
        let answers = self.response.zip(survey).map(|((response, _), survey)| {
            let said = said(response, survey, &[language]);
            said.into_iter()
                .map(|said| context! { question => said.question, answer => said.answer })
                .collect()
        });
        let answers: Vec<Value> = answers.unwrap_or_default();
        let zone = in_force.hours(organisation).zone().clone();
        let history = self.history.iter().take(HISTORY).map(|(score, at)| {
            let date = at.to_zoned(zone.clone()).date().to_string();
            context! { shape => shape(*score).0, number => score.get(), date => date }
        });
        let history: Vec<Value> = history.collect();
        let color = survey.and_then(|survey| survey.brand.color.as_deref()).unwrap_or(COLOR);
        let ink = Colour::parse(color).map_or_else(|| "#ffffff".to_owned(), |color| color.text().hex());
        let is_new = case.state == State::New && case.owner == person.id;
        context! {
            id => self.id.0,
            name => person.name.as_str(),
            why => self.why(language),
            urgent => case.is_overdue(self.now),
            contents => contents,
            score => case.score.filter(|_| contents).map(|score| shown(score, language)),
            customer => customer.filter(|_| contents),
            agent => case.agent.as_ref().filter(|_| contents).map(agent),
            unit => case.unit.as_ref().filter(|_| contents).map(unit),
            answers => answers,
            history => history,
            due => self.due(language, &zone),
            acknowledge => self.acknowledge.as_deref().filter(|_| is_new),
            desk => self.desk.as_deref(),
            color => color,
            ink => ink,
        }
    }

    /// Why the mail comes, by what happened last.
    fn why(&self, language: &str) -> String {
        let told = |entry: &&Entry| {
            matches!(entry.what, What::Opened | What::Assigned | What::Escalated | What::Reopened)
        };
        let last = self.trail.iter().rev().find(told).map_or(What::Opened, |entry| entry.what);
        let key = match last {
            _ if self.case.owner != self.person.id => "informed",
            What::Assigned => "assigned",
            What::Escalated => "escalated",
            What::Reopened => "reopened",
            _ => "opened",
        };
        let owner = self.staff.people.get(&self.case.owner);
        let owner = owner.map_or(self.case.owner.as_str(), |owner| &owner.name);
        word(language, key).replace("{owner}", owner)
    }

    fn due(&self, language: &str, zone: &TimeZone) -> Option<String> {
        let (promise, at) = self.case.next_due()?;
        let key = match promise {
            Promise::Acknowledge => "by_acknowledge",
            Promise::Contact => "by_contact",
            Promise::Resolve => "by_resolve",
        };
        Some(word(language, key).replace("{time}", &time(language, at, zone)))
    }
}

fn shown(score: Score, language: &str) -> Value {
    let (shape, color) = shape(score);
    let category = words::of(language).card.category(score.category());
    context! { shape => shape, color => color, number => score.get(), category => category }
}

/// A promoter is a disc, a passive a square, a detractor a square on its corner: as the icon of a last score.
fn shape(score: Score) -> (&'static str, &'static str) {
    match score.category() {
        Category::Promoter => ("●", "#1a7f37"),
        Category::Passive => ("■", "#5b6470"),
        Category::Detractor => ("◆", "#c0262d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_in_its_own_words() {
        let english = &WORDS["en"];
        for (language, words) in &*WORDS {
            assert!(words.keys().eq(english.keys()), "{language} has other keys than English");
            for (key, text) in words {
                assert!(!text.trim().is_empty(), "{language}: {key}");
                for mark in ["{id}", "{time}", "{state}", "{who}", "{owner}"] {
                    assert_eq!(text.contains(mark), english[key].contains(mark), "{language}: {key}");
                }
            }
            for name in ["subject", "html", "text"] {
                assert!(TEMPLATES.get_template(&format!("{language}/{name}")).is_ok(), "{language}/{name}");
            }
        }
    }
}
