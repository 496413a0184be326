//! What is wrong with answers.

use super::parts::{OTHER, Part, QUOTES, find, name, parts};
use super::{is_missing, path};
use crate::nps::Score;
use crate::problem::FieldProblem;
use crate::submission::{Answer, Answers};
use crate::survey::{Kind, Question};

/// Counts the characters of a text as people see them: extended grapheme clusters of Unicode UAX #29.
///
/// The tables for this are large and every browser has them (`Intl.Segmenter`), so each side brings its own.
pub type CountCharacters<'a> = &'a dyn Fn(&str) -> usize;

/// What a customer can get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// So many characters too many.
    TooLong(usize),
    /// No e-mail address.
    Email,
    /// No telephone number.
    Phone,
    /// There is something to reach the customer by, but the box isn't ticked.
    Consent,
}

/// What is wrong with one answer that a customer has given.
pub fn fault<T>(
    question: &Question<T>,
    part: Part,
    answers: &Answers,
    count: CountCharacters<'_>,
) -> Option<Fault> {
    let text = |part| match answers.get(&name(question, part)) {
        Some(Answer::Text(text)) => text.trim(),
        _ => "",
    };
    if part == Part::Consent {
        let told = [Part::Name, Part::Email, Part::Phone].into_iter().any(|part| !text(part).is_empty());
        let agreed = answers.get(&name(question, part)) == Some(&Answer::Flag(true));
        return (told && !agreed).then_some(Fault::Consent);
    }
    if part == Part::Quote || part == Part::Whole && question.kind != Kind::Comment {
        return None;
    }
    let given = text(part);
    match excess(question, given, count) {
        0 => {}
        over => return Some(Fault::TooLong(over)),
    }
    match part {
        Part::Email if !given.is_empty() && !is_email(given) => Some(Fault::Email),
        Part::Phone if !given.is_empty() && !is_phone(given) => Some(Fault::Phone),
        _ => None,
    }
}

/// By how many characters a text is longer than its question allows; 0 if it is not.
pub fn excess<T>(question: &Question<T>, text: &str, count: CountCharacters<'_>) -> usize {
    let limit = question.longest() as usize;
    // A character people see has at least one byte: most texts need no counting.
    if text.len() <= limit { 0 } else { count(text).saturating_sub(limit) }
}

/// As browsers do (HTML, 4.10.5.1.5), but with a dot: nobody means a mailbox of the machine next door.
fn is_email(text: &str) -> bool {
    let (mut is_domain, mut length, mut dots) = (false, 0, 0);
    for c in text.chars() {
        match c {
            '@' if !is_domain && length > 0 => (is_domain, length) = (true, 0),
            '.' if is_domain && length > 0 => (dots, length) = (dots + 1, 0),
            '.' if !is_domain => length += 1,
            '@' | '.' | '<' | '>' | ',' | ';' => return false,
            c if c.is_whitespace() || c.is_control() => return false,
            _ => length += 1,
        }
    }
    is_domain && dots > 0 && length > 0
}

/// Five digits or more, in any spelling and script.
fn is_phone(text: &str) -> bool {
    let mut digits = 0;
    for c in text.chars() {
        match c {
            c if c.is_numeric() => digits += 1,
            '+' | '-' | '(' | ')' | '.' | '/' | '\u{200e}' | '\u{200f}' => {}
            c if c.is_whitespace() => {}
            _ => return false,
        }
    }
    digits >= 5
}

/// Everything that is wrong with these answers; nothing, if they can be stored.
///
/// Paths begin with `answers.`. With `complete`, a required question without an answer is a problem too. Answers to
/// questions that the others don't lead to are not: [`super::prune`] forgets them.
pub fn check<T>(
    questions: &[Question<T>],
    answers: &Answers,
    complete: bool,
    count: CountCharacters<'_>,
) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut add =
        |id: &str, detail: String| problems.push(FieldProblem::new(["answers.", id].concat(), detail));
    for (id, answer) in answers {
        let wrong = match find(questions, id) {
            None => Some("the survey has no such question".to_owned()),
            Some((index, part)) => misfit(&questions[index], part, answer).or_else(|| {
                fault(&questions[index], part, answers, count).map(|fault| tell(&questions[index], fault))
            }),
        };
        wrong.into_iter().for_each(|detail| add(id, detail));
    }
    for question in path(questions, answers).into_iter().map(|index| &questions[index]) {
        let consent = name(question, Part::Consent);
        if parts(question).contains(&Part::Consent)
            && !answers.contains_key(&consent)
            && let Some(fault) = fault(question, Part::Consent, answers, count)
        {
            add(&consent, tell(question, fault));
        }
        if complete && is_missing(question, answers) {
            let id = if question.kind == Kind::Contact {
                parts(question).into_iter().next().map(|part| name(question, part))
            } else {
                Some(question.id.clone())
            };
            add(&id.unwrap_or_default(), "an answer is required".to_owned());
        }
    }
    problems
}

/// Why an answer is none to its question at all, which a customer can't bring about by the widget.
fn misfit<T>(question: &Question<T>, part: Part, answer: &Answer) -> Option<String> {
    let kind = question.kind.as_str();
    let offered = |id: &String| {
        question.choices.iter().any(|choice| choice.id == *id) || question.other.is_some() && id == OTHER
    };
    match (part, question.kind, answer) {
        (Part::Whole, Kind::Nps, Answer::Number(number)) => {
            Score::try_from(*number).err().map(|why| format!("{why}, not {number}"))
        }
        (Part::Whole, Kind::Nps, other) => {
            Some(format!("a score is a whole number from 0 to 10, not {}", noun(other)))
        }
        (Part::Whole, Kind::Rating | Kind::Ces, answer) => {
            let (least, most) = question.range().unwrap_or_default();
            let right = format!("{kind} takes a whole number from {least} to {most}");
            match answer {
                Answer::Number(number) => (!(i64::from(least)..=i64::from(most)).contains(number))
                    .then(|| format!("{right}, not {number}")),
                other => Some(format!("{right}, not {}", noun(other))),
            }
        }
        (Part::Whole, Kind::Choice, Answer::Text(id)) => {
            (!offered(id)).then(|| format!("{id:?} is none of its choices"))
        }
        (Part::Whole, Kind::Choice, other) => {
            Some(format!("choice takes the id of one of its choices, not {}", noun(other)))
        }
        (Part::Whole, Kind::Choices, Answer::List(ids)) => ids.iter().enumerate().find_map(|(i, id)| {
            if !offered(id) {
                Some(format!("{id:?} is none of its choices"))
            } else {
                ids[..i].contains(id).then(|| format!("{id:?} is there twice"))
            }
        }),
        (Part::Whole, Kind::Choices, other) => {
            Some(format!("choices takes a list of ids, not {}", noun(other)))
        }
        (Part::Consent, _, Answer::Flag(_)) => None,
        (Part::Consent, _, other) => Some(format!("consent is true or false, not {}", noun(other))),
        (Part::Quote, _, Answer::Text(how)) => (!how.is_empty() && !QUOTES.contains(&how.as_str()))
            .then(|| format!("named, unnamed or no, not {how:?}")),
        (_, _, Answer::Text(_)) => None,
        (_, _, other) => Some(format!("this is a text, not {}", noun(other))),
    }
}

fn noun(answer: &Answer) -> &'static str {
    match answer {
        Answer::Number(_) => "a number",
        Answer::Text(_) => "a text",
        Answer::List(_) => "a list",
        Answer::Flag(_) => "true or false",
    }
}

fn tell<T>(question: &Question<T>, fault: Fault) -> String {
    match fault {
        Fault::TooLong(over) => format!("{over} characters over the limit of {}", question.longest()),
        Fault::Email => "no e-mail address, such as name@example.com".to_owned(),
        Fault::Phone => "no telephone number: at least five digits".to_owned(),
        Fault::Consent => {
            "details to reach the customer by are taken with the customer's consent only".to_owned()
        }
    }
}
