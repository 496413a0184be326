//! Each kind of question, with its answer and what is wrong with it.

use maud::{Markup, html};
use wire::rules::{self, Fault, OTHER, Part, QUOTES};
use wire::survey::ContactField;
use wire::{Answer, Answers, Category, Kind, Question, Words};

use super::scale::scale;
use crate::domain::plain::Mistake;
use crate::domain::words;

/// A question and everything needed to draw it.
pub(super) struct Drawing<'a> {
    pub(super) question: &'a Question<String>,
    pub(super) category: Option<Category>,
    pub(super) words: &'a Words,
    pub(super) language: &'a str,
    pub(super) answers: &'a Answers,
    /// Those made here.
    pub(super) mistakes: Vec<&'a Mistake>,
}

impl<'a> Drawing<'a> {
    fn name(&self, part: Part) -> String {
        rules::name(self.question, part)
    }

    fn text(&self, part: Part) -> &'a str {
        match self.answers.get(&self.name(part)) {
            Some(Answer::Text(text)) => text,
            _ => "",
        }
    }

    /// The number that is chosen.
    pub(super) fn number(&self) -> Option<i64> {
        match self.answers.get(&self.question.id) {
            Some(Answer::Number(number)) => Some(*number),
            _ => None,
        }
    }

    fn is_chosen(&self, id: &str) -> bool {
        match self.answers.get(&self.question.id) {
            Some(Answer::Text(chosen)) => chosen == id,
            Some(Answer::List(list)) => list.iter().any(|chosen| chosen == id),
            _ => false,
        }
    }

    fn mistake(&self, part: Part) -> Option<&Mistake> {
        self.mistakes.iter().copied().find(|mistake| mistake.part == part)
    }

    /// For `aria-invalid`.
    pub(super) fn invalid(&self, part: Part) -> Option<&'static str> {
        self.mistake(part).map(|_| "true")
    }

    /// For `aria-describedby`.
    pub(super) fn described(&self, part: Part) -> Option<String> {
        self.mistake(part).map(|_| format!("error-{}", self.name(part)))
    }

    /// What is wrong with a part, beside it.
    pub(super) fn error(&self, part: Part) -> Markup {
        html! {
            @if let Some(mistake) = self.mistake(part) {
                p.error id=(format!("error-{}", self.name(part))) { (say(self.words, self.language, mistake)) }
            }
        }
    }

    /// The wording, and whether it can be left out.
    fn wording(&self) -> Markup {
        html! {
            span { (self.question.wording(self.category)) }
            @if self.question.kind == Kind::Choices { " " span.optional { (self.words.several) } }
            @if !rules::is_required(self.question) { " " span.optional { (self.words.optional) } }
        }
    }

    /// The same over a group of fields.
    pub(super) fn legend(&self) -> Markup {
        html! { legend.ask { (self.wording()) } }
    }
}

/// Where in the page the field of a part is.
pub(super) fn target(question: &Question<String>, part: Part) -> String {
    let name = rules::name(question, part);
    let first = match (part, question.kind) {
        (Part::Whole, Kind::Choice | Kind::Choices) => {
            Some(question.choices.first().map_or(OTHER, |it| &it.id).to_owned())
        }
        (Part::Whole, _) => question.range().map(|(least, _)| least.to_string()),
        _ => None,
    };
    match first {
        Some(first) => format!("answer-{name}-{first}"),
        None => format!("answer-{name}"),
    }
}

/// What is wrong, in words for the customer.
pub(super) fn say(words: &Words, language: &str, mistake: &Mistake) -> String {
    match mistake.fault {
        Some(Fault::TooLong(over)) => words.too_long.replace("{n}", &over.to_string()),
        Some(Fault::Email) => words.bad_email.clone(),
        Some(Fault::Phone) => words.bad_phone.clone(),
        Some(Fault::Consent) => words.consent_needed.clone(),
        None if mistake.missing => words.required.clone(),
        None => words::message(language, "invalid_answers").to_owned(),
    }
}

/// Draws a question.
pub(super) fn question(drawing: &Drawing<'_>) -> Markup {
    match drawing.question.kind {
        Kind::Nps | Kind::Rating | Kind::Ces => scale(drawing),
        Kind::Choice => choices(drawing, "radio"),
        Kind::Choices => choices(drawing, "checkbox"),
        Kind::Comment => comment(drawing),
        Kind::Contact => contact(drawing),
        Kind::Statement => html! {
            div.question data-question=(drawing.question.id) data-kind="statement" {
                p.ask { (drawing.question.wording(drawing.category)) }
            }
        },
    }
}

fn choices(drawing: &Drawing<'_>, kind: &str) -> Markup {
    let question = drawing.question;
    let radio = kind == "radio";
    let choice = |id: &str, text: &str| {
        html! {
            label.choice {
                // A group of boxes can't be invalid as a whole; one of circles can.
                input type=(kind) id=(format!("answer-{}-{id}", question.id)) name=(question.id) value=(id)
                    checked[drawing.is_chosen(id)] aria-invalid=[drawing.invalid(Part::Whole).filter(|_| !radio)];
                span id=(format!("choice-{}-{id}", question.id)) dir="auto" { (text) }
            }
        }
    };
    html! {
        fieldset.question role=[radio.then_some("radiogroup")] data-question=(question.id)
            data-kind=(question.kind.as_str()) aria-required=[(radio && rules::is_required(question)).then_some("true")]
            aria-invalid=[drawing.invalid(Part::Whole).filter(|_| radio)] aria-describedby=[drawing.described(Part::Whole)] {
            (drawing.legend())
            div.choices {
                @for offered in &question.choices { (choice(&offered.id, &offered.text)) }
                @if let Some(other) = &question.other { (choice(OTHER, other)) }
            }
            (drawing.error(Part::Whole))
            @if question.other.is_some() {
                @let label = format!("choice-{}-{OTHER}", question.id);
                div.beside { (drawing.line(Part::Other, ("text", "off", "auto"), Some(&label))) }
            }
        }
    }
}

fn comment(drawing: &Drawing<'_>) -> Markup {
    let question = drawing.question;
    html! {
        div.question data-question=(question.id) data-kind="comment" {
            label.ask for=(target(question, Part::Whole)) { (drawing.wording()) }
            textarea.field id=(target(question, Part::Whole)) name=(question.id) rows="4" dir="auto"
                aria-required=[rules::is_required(question).then_some("true")]
                aria-invalid=[drawing.invalid(Part::Whole)] aria-describedby=[drawing.described(Part::Whole)] {
                // A browser drops a line end at the beginning.
                "\n" (drawing.text(Part::Whole))
            }
            (drawing.error(Part::Whole))
            @if question.asks_to_quote(drawing.category) { (quote(drawing)) }
        }
    }
}

/// Whether the words may be quoted: nothing is chosen beforehand.
fn quote(drawing: &Drawing<'_>) -> Markup {
    let text = drawing.question.quote.as_ref().and_then(|quote| quote.text.as_deref());
    let (name, words) = (drawing.name(Part::Quote), drawing.words);
    let ways = [&words.quote_named, &words.quote_unnamed, &words.quote_no];
    html! {
        fieldset.quote {
            legend.label { (text.unwrap_or_default()) }
            div.choices {
                @for (way, text) in QUOTES.into_iter().zip(ways) {
                    label.choice {
                        input type="radio" id=(format!("answer-{name}-{way}")) name=(name) value=(way)
                            checked[drawing.text(Part::Quote) == way];
                        span { (text) }
                    }
                }
            }
            (drawing.error(Part::Quote))
        }
    }
}

fn contact(drawing: &Drawing<'_>) -> Markup {
    let question = drawing.question;
    html! {
        fieldset.question data-question=(question.id) data-kind="contact" {
            (drawing.legend())
            @for field in question.contact_fields() { (contact_field(drawing, *field)) }
            @if question.consent.is_some() { (consent(drawing)) }
        }
    }
}

fn contact_field(drawing: &Drawing<'_>, field: ContactField) -> Markup {
    let part = Part::from(field);
    let (label, kind) = match field {
        ContactField::Name => (&drawing.words.name, ("text", "name", "auto")),
        ContactField::Email => (&drawing.words.email, ("email", "email", "ltr")),
        ContactField::Phone => (&drawing.words.phone, ("tel", "tel", "ltr")),
    };
    html! {
        label.label for=(target(drawing.question, part)) { (label) }
        (drawing.line(part, kind, None))
    }
}

fn consent(drawing: &Drawing<'_>) -> Markup {
    let agreed = drawing.answers.get(&drawing.name(Part::Consent)) == Some(&Answer::Flag(true));
    html! {
        label.choice.consent {
            input type="checkbox" id=(target(drawing.question, Part::Consent)) name=(drawing.name(Part::Consent))
                value="yes" checked[agreed] aria-invalid=[drawing.invalid(Part::Consent)]
                aria-describedby=[drawing.described(Part::Consent)];
            @if let Some(consent) = &drawing.question.consent { span { (consent) } }
        }
        (drawing.error(Part::Consent))
    }
}

impl Drawing<'_> {
    /// A field of one line: its type, what a browser may fill in, which way it runs.
    fn line(
        &self,
        part: Part,
        (kind, completes, direction): (&str, &str, &str),
        labelled: Option<&str>,
    ) -> Markup {
        html! {
            input.field type=(kind) id=(target(self.question, part)) name=(self.name(part)) value=(self.text(part))
                dir=(direction) autocomplete=(completes) aria-labelledby=[labelled]
                aria-invalid=[self.invalid(part)] aria-describedby=[self.described(part)];
            (self.error(part))
        }
    }
}
