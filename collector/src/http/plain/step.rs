//! A page with questions.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use uuid::Uuid;
use wire::{Answers, Category, Question, Score, Words, rules};

use super::asked::Asked;
use super::page::{Page, logo};
use super::questions::{Drawing, question, say, target};
use super::visit::Visit;
use super::{BACK, ID};
use crate::domain::plain::{Mistake, Steps};
use crate::domain::words;
use crate::http::error::Error;

/// What else there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    None,
    /// The score has arrived.
    Saved,
    /// Something is missing or wrong.
    Mistakes,
    /// Nothing can be stored just now.
    Unavailable,
    /// It is more than is taken, though no single answer is.
    TooLarge,
}

impl Notice {
    /// The name of the widget's state that looks the same.
    fn state(self) -> &'static str {
        match self {
            Self::None => "open",
            Self::Saved => "saved",
            Self::Mistakes | Self::TooLarge => "refused",
            Self::Unavailable => "kept",
        }
    }
}

/// A step of the survey with what is known and wrong so far.
pub(super) struct StepPage<'a> {
    pub(super) visit: &'a Visit,
    pub(super) asked: &'a Asked,
    pub(super) steps: &'a Steps<'a, String>,
    pub(super) step: usize,
    /// What is chosen and written in the fields.
    pub(super) answers: &'a Answers,
    pub(super) mistakes: &'a [Mistake],
    /// The submission's.
    pub(super) id: Uuid,
    pub(super) notice: Notice,
}

impl StepPage<'_> {
    pub(super) fn respond(&self, status: StatusCode) -> Response {
        self.page(|page| page.respond(status))
    }

    pub(super) fn respond_with(&self, error: &Error) -> Response {
        self.page(|page| page.respond_with(error))
    }

    fn page(&self, respond: impl FnOnce(Page<'_>) -> Response) -> Response {
        let form = &self.visit.form;
        let title = match (self.heading(), form.brand.name.as_str()) {
            (heading, "") => heading,
            (heading, name) => format!("{heading} – {name}"),
        };
        respond(Page {
            language: &form.language,
            direction: form.direction,
            title: &title,
            survey: Some(&self.visit.survey),
            content: self.content(),
        })
    }

    /// What the page is called beside the company's name.
    fn heading(&self) -> String {
        if self.notice == Notice::Mistakes { self.words().refused.clone() } else { self.progress() }
    }

    fn words(&self) -> &Words {
        &self.visit.form.words
    }

    fn asked_here(&self) -> Vec<(usize, &Question<String>)> {
        let questions = &self.visit.form.questions;
        self.steps.asked(self.step).into_iter().map(|place| (place, &questions[place])).collect()
    }

    /// The question that the customer has come to.
    fn position(&self) -> usize {
        self.steps.asked(self.step).last().map_or(1, |place| self.steps.position(*place))
    }

    fn progress(&self) -> String {
        let words = self.words().progress.replace("{n}", &self.position().to_string());
        words.replace("{total}", &self.steps.total().to_string())
    }

    fn content(&self) -> Markup {
        let form = &self.visit.form;
        let action = self.asked.step(self.steps.name(self.step));
        let is_first = self.steps.before(self.step).is_none();
        html! {
            form.card method="post" action=(action) novalidate data-state=(self.notice.state()) {
                input type="hidden" name=(ID) value=(self.id);
                @if self.visit.is_anybody() {
                    @for (name, value) in self.asked.told() { input type="hidden" name=(name) value=(value); }
                }
                div.head {
                    h1.title { (logo(&form.brand)) }
                    @if self.steps.total() > 1 { (self.progress_bar()) }
                }
                (self.status())
                div.body {
                    @if is_first {
                        @if let Some(intro) = &form.intro { p.intro { (intro) } }
                        @if form.answered { p.again { (self.words().again) } }
                    }
                    @for (place, asked) in self.asked_here() {
                        (question(&self.drawing(place, asked)))
                    }
                    (self.buttons(is_first))
                }
            }
        }
    }

    /// Of the score that was known before this page.
    fn category(&self) -> Option<Category> {
        rules::score(&self.visit.form.questions, &self.visit.known).map(Score::category)
    }

    fn drawing<'a>(&'a self, place: usize, question: &'a Question<String>) -> Drawing<'a> {
        Drawing {
            question,
            category: self.category(),
            words: self.words(),
            language: &self.visit.form.language,
            answers: self.answers,
            mistakes: self.mistakes.iter().filter(|mistake| mistake.question == place).collect(),
        }
    }

    fn progress_bar(&self) -> Markup {
        html! {
            div.progress {
                span id="progress" { (self.progress()) }
                // A question that is shown isn't answered yet: it counts half.
                progress aria-labelledby="progress" max=(2 * self.steps.total()) value=(2 * self.position() - 1) {}
            }
        }
    }

    /// What the customer has to know before going on. With an error it is first in line for the keyboard, too.
    fn status(&self) -> Markup {
        let message = |code| words::message(&self.visit.form.language, code);
        let trouble = |what: Markup| html! { div.status role="alert" tabindex="-1" autofocus { (what) } };
        match self.notice {
            Notice::None => html! {},
            Notice::Saved => html! { div.status role="status" { span { (self.words().saved) } } },
            Notice::Mistakes => {
                trouble(html! { strong { (message("invalid_answers")) } (self.list_of_mistakes()) })
            }
            // Not the sentence that widgets have for it: here nothing is kept but what the form holds.
            Notice::Unavailable => trouble(html! { span { (message("internal")) } }),
            Notice::TooLarge => trouble(html! { span { (message("too_large")) } }),
        }
    }

    /// Each with its question, and leading to its field.
    fn list_of_mistakes(&self) -> Markup {
        let form = &self.visit.form;
        html! {
            ul.mistakes {
                @for mistake in self.mistakes {
                    @let question = &form.questions[mistake.question];
                    li {
                        span dir="auto" { (question.wording(self.category())) } " "
                        a href=(format!("#{}", target(question, mistake.part))) {
                            (say(self.words(), &form.language, mistake))
                        }
                    }
                }
            }
        }
    }

    /// The way on comes first: it is what the Enter key does.
    fn buttons(&self, is_first: bool) -> Markup {
        let words = self.words();
        let on = match self.notice {
            Notice::Unavailable => &words.retry,
            _ if self.steps.may_go_on(self.step) => &words.next,
            _ => &words.send,
        };
        html! {
            div.buttons {
                button.send type="submit" { (on) }
                @if !is_first { button.back type="submit" name=(BACK) value="1" { (words.back) } }
            }
        }
    }
}
