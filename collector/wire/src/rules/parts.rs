//! What the answers to a question are called. Most questions have one answer, which has the question's name; some have
//! more, each with a name of its own: `reach` asks for `reach_email`.

use crate::survey::{ContactField, Kind, Question};

/// The id that stands for the customer's own words among the choices.
pub const OTHER: &str = "other";

/// The words may be quoted with the customer's name, without it, or not at all.
pub const QUOTES: [&str; 3] = ["named", "unnamed", "no"];

/// One of the answers to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The answer.
    Whole,
    /// What was written beside `other`.
    Other,
    /// The name of a `contact`.
    Name,
    /// The e-mail address of a `contact`.
    Email,
    /// The telephone number of a `contact`.
    Phone,
    /// Whether the customer agrees to be contacted.
    Consent,
    /// Whether the words of a comment may be quoted, and how: one of [`QUOTES`].
    Quote,
}

impl Part {
    const ALL: [Self; 7] =
        [Self::Whole, Self::Other, Self::Name, Self::Email, Self::Phone, Self::Consent, Self::Quote];

    /// What is put behind the question's id.
    fn ending(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Other => "_other",
            Self::Name => "_name",
            Self::Email => "_email",
            Self::Phone => "_phone",
            Self::Consent => "_consent",
            Self::Quote => "_quote",
        }
    }
}

impl From<ContactField> for Part {
    fn from(field: ContactField) -> Self {
        match field {
            ContactField::Name => Self::Name,
            ContactField::Email => Self::Email,
            ContactField::Phone => Self::Phone,
        }
    }
}

fn has<T>(question: &Question<T>, part: Part) -> bool {
    let field = |field| question.contact_fields().contains(&field);
    match part {
        Part::Whole => !matches!(question.kind, Kind::Contact | Kind::Statement),
        Part::Other => matches!(question.kind, Kind::Choice | Kind::Choices) && question.other.is_some(),
        Part::Name => field(ContactField::Name),
        Part::Email => field(ContactField::Email),
        Part::Phone => field(ContactField::Phone),
        Part::Consent => question.kind == Kind::Contact && question.consent.is_some(),
        Part::Quote => question.kind == Kind::Comment && question.quote.is_some(),
    }
}

/// The answers that a question takes.
pub fn parts<T>(question: &Question<T>) -> Vec<Part> {
    Part::ALL.into_iter().filter(|part| has(question, *part)).collect()
}

/// What an answer is called.
pub fn name<T>(question: &Question<T>, part: Part) -> String {
    [&question.id, part.ending()].concat()
}

/// The question, by its place, and the part of it that an answer with this name is to.
pub fn find<T>(questions: &[Question<T>], answer: &str) -> Option<(usize, Part)> {
    questions.iter().enumerate().find_map(|(index, question)| {
        let ending = answer.strip_prefix(&*question.id)?;
        let part = Part::ALL.into_iter().find(|part| part.ending() == ending && has(question, *part))?;
        Some((index, part))
    })
}
