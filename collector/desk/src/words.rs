//! What things are called, and times as people say them.

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;
use wire::cases::{Action, By, Happened, Promise, State, TrailEntry};
use wire::{Category, Score};

pub(crate) fn state(state: State) -> &'static str {
    match state {
        State::New => "New",
        State::Acknowledged => "Acknowledged",
        State::Contacted => "Contacted",
        State::Resolved => "Resolved",
        State::NoAnswer => "No answer",
        State::NotNeeded => "Not needed",
    }
}

pub(crate) fn action(action: Action) -> &'static str {
    match action {
        Action::Acknowledge => "Acknowledge",
        Action::Contact => "Contacted",
        Action::Resolve => "Resolve",
        Action::NoAnswer => "No answer",
        Action::NotNeeded => "Not needed",
        Action::Reopen => "Open again",
        Action::Assign => "Hand over",
        Action::RootCause => "Root cause",
        Action::Note => "Note",
    }
}

/// What is said once it is done.
pub(crate) fn done(action: Action) -> &'static str {
    match action {
        Action::Acknowledge => "Acknowledged.",
        Action::Contact => "Noted that you have talked to the customer.",
        Action::Resolve => "Resolved.",
        Action::NoAnswer => "Closed: nobody answered.",
        Action::NotNeeded => "Closed: nothing to do.",
        Action::Reopen => "Opened again.",
        Action::Assign => "Handed over.",
        Action::RootCause => "Root cause noted.",
        Action::Note => "Noted.",
    }
}

pub(crate) fn promise(promise: Promise) -> &'static str {
    match promise {
        Promise::Acknowledge => "Acknowledge",
        Promise::Contact => "Talk to the customer",
        Promise::Resolve => "Close",
    }
}

pub(crate) fn category(category: Category) -> &'static str {
    match category {
        Category::Promoter => "Promoter",
        Category::Passive => "Passive",
        Category::Detractor => "Detractor",
    }
}

/// For screen readers, and where there is no colour.
pub(crate) fn score(score: Score) -> String {
    format!("{} of 10, {}", score.get(), category(score.category()).to_lowercase())
}

/// What happened, in a sentence.
pub(crate) fn happened(entry: &TrailEntry, name: impl Fn(&str) -> String) -> String {
    let to = entry.to.as_deref().unwrap_or_default();
    let from = entry.from.as_deref().unwrap_or_default();
    let state_of =
        |text: &str| text.parse::<State>().map_or_else(|_| text.to_owned(), |found| state(found).to_owned());
    match entry.what {
        Happened::Opened if to.is_empty() => "opened the case".to_owned(),
        Happened::Opened => format!("opened the case, by the rule “{to}”"),
        Happened::State => format!("set it to {}", state_of(to)),
        Happened::Assigned => format!("handed it over to {}", name(to)),
        Happened::Escalated => match entry.promise {
            Some(missed) => format!("took it up in the organisation: “{}” was late", promise(missed)),
            None => "took it up in the organisation".to_owned(),
        },
        Happened::RootCause => format!("named the root cause: {}", name(to)),
        Happened::Note => "wrote a note".to_owned(),
        Happened::Answered if entry.erased => "noted another score".to_owned(),
        Happened::Answered => format!("noted another score: {to} instead of {from}"),
        Happened::Reopened => "opened it again".to_owned(),
        Happened::Mailed => format!("sent a mail to {}", name(to)),
        Happened::NotMailed => format!("could not send a mail to {}", name(to)),
        Happened::Erased => "erased the customer".to_owned(),
    }
}

/// Who did something.
pub(crate) fn by(entry: &TrailEntry) -> String {
    match (&entry.who, entry.by) {
        (Some(who), By::Key) => format!("{} (key)", who.name),
        (Some(who), _) => who.name.clone(),
        (None, By::Operator) => "The operator".to_owned(),
        (None, _) => "Hearback".to_owned(),
    }
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// How long, roughly.
fn span(seconds: f64) -> String {
    let (number, unit) = match seconds {
        s if s < 90.0 * MINUTE => ((s / MINUTE).ceil(), "minute"),
        s if s < 36.0 * HOUR => ((s / HOUR).round(), "hour"),
        s => ((s / DAY).round(), "day"),
    };
    format!("{number} {unit}{}", if number == 1.0 { "" } else { "s" })
}

/// From now until then, in words.
pub(crate) fn until(time: &str) -> String {
    let seconds = (Date::new(&JsValue::from_str(time)).get_time() - Date::now()) / 1000.0;
    if seconds >= 0.0 { format!("in {}", span(seconds)) } else { format!("{} late", span(-seconds)) }
}

/// How long ago, in words.
pub(crate) fn ago(time: &str) -> String {
    let seconds = (Date::now() - Date::new(&JsValue::from_str(time)).get_time()) / 1000.0;
    if seconds < MINUTE { "just now".to_owned() } else { format!("{} ago", span(seconds)) }
}

/// Day and time where the reader is.
pub(crate) fn moment(time: &str) -> String {
    let options = Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    Date::new(&JsValue::from_str(time)).to_locale_string("default", &options).into()
}
