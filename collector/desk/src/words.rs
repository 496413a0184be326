//! What things are called, in the language of whoever reads.
//!
//! Read in this order: [`Words`] (all of them, of one language), [`Language`] (which there are, and who gets which), the
//! functions below. `time` says times, `english`, `german` and `arabic` are the words themselves. A language that lacks a word
//! does not compile.

mod arabic;
mod english;
mod german;
mod time;

use std::cell::Cell;

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wire::cases::{Action, By, Happened, Promise, State, TrailEntry};
use wire::report::Met;
use wire::{Category, Score};

use crate::place::{Since, Tab};

pub(crate) use time::{ago, moment, month, until};

/// A sentence about a number.
type Counted = fn(u64) -> String;

/// A sentence about somebody or something.
type Of = fn(&str) -> String;

/// All words of a language. Where a number can be one or many, a function makes the sentence.
pub(crate) struct Words {
    // Everywhere.
    pub(crate) skip: &'static str,
    pub(crate) one_moment: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) been_signed_out: &'static str,
    pub(crate) my_numbers: &'static str,
    pub(crate) account: &'static str,
    pub(crate) somebody: &'static str,
    pub(crate) root_cause: &'static str,
    pub(crate) show: &'static str,
    pub(crate) cancel: &'static str,
    /// With the arrow that points back.
    pub(crate) all_follow_ups: &'static str,
    pub(crate) score: fn(u8, Category) -> String,
    pub(crate) case: fn(u64) -> String,
    pub(crate) late: Of,
    pub(crate) just_now: &'static str,

    // What was not done.
    pub(crate) unreached: &'static str,
    pub(crate) sign_in_refused: &'static str,
    pub(crate) too_often: &'static str,
    pub(crate) link_expired: &'static str,
    pub(crate) no_such_case: &'static str,
    pub(crate) role_missing: &'static str,
    pub(crate) current_is_wrong: &'static str,
    /// Of a password that is long enough.
    pub(crate) password_is_weak: &'static str,
    pub(crate) case_changed: &'static str,
    /// With the collector's own sentence, which is English.
    pub(crate) not_done: Of,

    // Signing in, and passwords.
    pub(crate) sign_in: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    pub(crate) forgotten: &'static str,
    pub(crate) signed_in_as: Of,
    pub(crate) set_a_password: &'static str,
    pub(crate) set_the_password: &'static str,
    pub(crate) welcome: Of,
    pub(crate) choose_password: Counted,
    pub(crate) too_short: Counted,
    pub(crate) you_sign_in_with: &'static str,
    pub(crate) show_password: &'static str,
    pub(crate) password_is_set: &'static str,
    pub(crate) change_password: &'static str,
    pub(crate) current_password: &'static str,
    pub(crate) new_password: &'static str,
    pub(crate) password_is_changed: &'static str,
    pub(crate) others_end: &'static str,

    // The list.
    pub(crate) follow_ups: &'static str,
    pub(crate) refresh: &'static str,
    pub(crate) cases: Counted,
    pub(crate) new_cases: Counted,
    pub(crate) list_changed: &'static str,
    pub(crate) nothing_here: &'static str,
    pub(crate) show_more: &'static str,
    pub(crate) tabs: &'static str,
    pub(crate) tab: fn(Tab) -> &'static str,
    pub(crate) owner: &'static str,
    pub(crate) everybody: &'static str,
    pub(crate) any: &'static str,

    // A case.
    pub(crate) state: fn(State) -> &'static str,
    pub(crate) action: fn(Action) -> &'static str,
    /// What is said once it is done.
    pub(crate) done: fn(Action) -> &'static str,
    pub(crate) promise: fn(Promise) -> &'static str,
    pub(crate) what_to_do: &'static str,
    pub(crate) what_was_done: &'static str,
    pub(crate) why_not_needed: &'static str,
    pub(crate) note: &'static str,
    pub(crate) may_be_left_out: &'static str,
    pub(crate) to: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) not_known: &'static str,
    pub(crate) followed_up_by: &'static str,
    pub(crate) promised: &'static str,
    pub(crate) kept: &'static str,
    pub(crate) was_late: &'static str,
    pub(crate) by_then: Of,
    pub(crate) answer: &'static str,
    pub(crate) no_answer_seen: &'static str,
    pub(crate) what_else: &'static str,
    pub(crate) given: &'static str,
    pub(crate) finished: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
    pub(crate) customer: &'static str,
    pub(crate) nobody_knows: &'static str,
    pub(crate) known_as: Of,
    pub(crate) scores_so_far: &'static str,
    pub(crate) its_case: &'static str,
    pub(crate) went_with_customer: &'static str,
    pub(crate) what_happened: &'static str,
    /// What somebody did, behind the name: what it is from then on is there in words.
    pub(crate) happened: fn(&TrailEntry, &str) -> String,
    pub(crate) operator: &'static str,
    pub(crate) key: Of,

    // An agent's numbers.
    pub(crate) numbers: &'static str,
    pub(crate) no_such_agent: &'static str,
    pub(crate) period: &'static str,
    pub(crate) since: fn(Since) -> &'static str,
    pub(crate) answers: Counted,
    pub(crate) no_answers: &'static str,
    /// Between which two numbers the true one is.
    pub(crate) between: fn(&str, &str) -> String,
    pub(crate) still_wide: &'static str,
    pub(crate) target_of: fn(&str, &str) -> String,
    pub(crate) met: fn(Met) -> &'static str,
    pub(crate) scores: &'static str,
    pub(crate) categories: fn(Category) -> &'static str,
    pub(crate) over_time: &'static str,
    pub(crate) trend_explained: &'static str,
    pub(crate) trend_withheld: &'static str,
    pub(crate) as_table: &'static str,
    pub(crate) month: &'static str,
    pub(crate) interval: &'static str,
    pub(crate) answers_head: &'static str,
    pub(crate) too_few: &'static str,
    pub(crate) target: &'static str,
    pub(crate) comments: &'static str,
    pub(crate) no_comments: &'static str,
    pub(crate) open_cases: Counted,
    pub(crate) closed_cases: Counted,
    pub(crate) overdue: Counted,
    pub(crate) no_cases: &'static str,
    pub(crate) newest_of: fn(u64, u64) -> String,
}

/// The languages that there are words in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    German,
    Arabic,
}

impl Language {
    const ALL: [Self; 3] = [Self::English, Self::German, Self::Arabic];

    /// As HTML names it.
    fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Arabic => "ar",
        }
    }

    /// For times: the browser's own English, German or Arabic, if it has one. Scores are drawn in European digits, so all numbers are.
    fn locale(self) -> String {
        let tag = browsers().find(|tag| Self::of([tag.clone()]) == Some(self));
        let tag = tag.as_deref().and_then(|tag| tag.split("-u-").next()).unwrap_or(self.tag());
        format!("{tag}-u-nu-latn")
    }

    fn words(self) -> &'static Words {
        match self {
            Self::English => &english::WORDS,
            Self::German => &german::WORDS,
            Self::Arabic => &arabic::WORDS,
        }
    }

    /// The first of these tags that there are words in; a dialect is a language's.
    fn of(tags: impl IntoIterator<Item = String>) -> Option<Self> {
        let of = |tag: String| {
            let tag = tag.to_lowercase();
            Self::ALL.into_iter().find(|language| tag.split('-').next() == Some(language.tag()))
        };
        tags.into_iter().find_map(of)
    }

    /// That of whoever has signed in, or else the browser's, or else English.
    fn find(persons: Option<&str>) -> Self {
        Self::of(persons.map(str::to_owned).into_iter().chain(browsers())).unwrap_or(Self::English)
    }
}

/// The languages that the browser asks for, the best first.
fn browsers() -> impl Iterator<Item = String> {
    window().navigator().languages().to_vec().into_iter().filter_map(|tag| tag.as_string())
}

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
}

/// The words of the language that is spoken.
pub(crate) fn say() -> &'static Words {
    SPOKEN.get().words()
}

/// Speaks the language of whoever has signed in. What is drawn already stays as it is.
pub(crate) fn speak(persons: Option<&str>) {
    let language = Language::find(persons);
    SPOKEN.set(language);
    let root = document().document_element();
    if let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) {
        root.set_lang(language.tag());
        root.set_dir(if language == Language::Arabic { "rtl" } else { "ltr" });
    }
}

pub(crate) fn state(state: State) -> &'static str {
    (say().state)(state)
}

pub(crate) fn action(action: Action) -> &'static str {
    (say().action)(action)
}

pub(crate) fn promise(promise: Promise) -> &'static str {
    (say().promise)(promise)
}

/// For screen readers, and where there is no colour.
pub(crate) fn score(score: Score) -> String {
    (say().score)(score.get(), score.category())
}

/// What happened, in a sentence that the name of who did it begins.
pub(crate) fn happened(entry: &TrailEntry, name: impl Fn(&str) -> String) -> String {
    let to = entry.to.as_deref().unwrap_or_default();
    let to = match entry.what {
        Happened::State => to.parse().map_or_else(|_| to.to_owned(), |found| state(found).to_owned()),
        Happened::Assigned | Happened::RootCause | Happened::Mailed | Happened::NotMailed => name(to),
        _ => to.to_owned(),
    };
    (say().happened)(entry, &to)
}

/// Who did something.
pub(crate) fn by(entry: &TrailEntry) -> String {
    match (&entry.who, entry.by) {
        (Some(who), By::Key) => (say().key)(&who.name),
        (Some(who), _) => who.name.clone(),
        (None, By::Operator) => say().operator.to_owned(),
        (None, _) => "Hearback".to_owned(),
    }
}

/// An NPS as people write it: whole, with its sign.
pub(crate) fn nps(number: f64) -> String {
    match number.round() as i64 {
        0 => "0".to_owned(),
        number if number < 0 => format!("−{}", -number),
        number => format!("+{number}"),
    }
}
