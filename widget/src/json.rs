//! The contract's values and JSON, by way of the browser's own reader and writer.
//!
//! By hand: what serde derives for these types, with its reasons for every way in which they can be wrong, was 19 kB of
//! the download (by brotli), as much as all of Leptos. Here what is wrong is `None`; the collector, which reads with
//! serde, says why.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;
use wire::form::ThanksPage;
use wire::survey::{Choice, Condition, ContactField, Kind, Layout, Look, Quote, Review, Theme};
use wire::{
    Answer, Answers, Brand, ByCategory, Category, Direction, Form, Map, Problem, Question, Receipt,
    Submission, Thanks, Words,
};

/// Something that can be read out of what `JSON.parse` made.
pub trait Read: Sized {
    /// Reads it, if it is there and right.
    fn read(value: &JsValue) -> Option<Self>;
}

/// `JSON.parse`, and reading what it made.
pub fn parse<T: Read>(text: &str) -> Option<T> {
    T::read(&JSON::parse(text).ok()?)
}

fn field(value: &JsValue, name: &str) -> JsValue {
    // Of what is no object too: then there is no such field.
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn get<T: Read>(value: &JsValue, name: &str) -> Option<T> {
    T::read(&field(value, name))
}

impl Read for String {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl Read for u32 {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_f64().map(|number| number as u32)
    }
}

impl Read for bool {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_bool()
    }
}

/// Reads a value that goes by one of these names.
macro_rules! named {
    ($type:ty { $($variant:ident)* }) => {
        impl Read for $type {
            fn read(value: &JsValue) -> Option<Self> {
                let name = value.as_string()?;
                [$(Self::$variant),*].into_iter().find(|it| it.as_str() == name)
            }
        }
    };
}

named!(Direction { Ltr Rtl });
named!(Category { Promoter Passive Detractor });
named!(Kind { Nps Rating Ces Choice Choices Comment Contact Statement });
named!(Look { Stars Smileys Numbers });
named!(ContactField { Name Email Phone });
named!(Theme { Auto Light Dark });
named!(Layout { Page Steps });

impl<T: Read> Read for Vec<T> {
    fn read(value: &JsValue) -> Option<Self> {
        // What can't be read is left out: a newer collector may ask what this widget can't.
        Some(value.dyn_ref::<Array>()?.iter().filter_map(|item| T::read(&item)).collect())
    }
}

impl Read for Condition {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            question: get(value, "question")?,
            category: get(value, "category").unwrap_or_default(),
            any_of: get(value, "any_of").unwrap_or_default(),
            at_least: get(value, "at_least"),
            at_most: get(value, "at_most"),
        })
    }
}

impl Read for Choice<String> {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self { id: get(value, "id")?, text: get(value, "text")? })
    }
}

impl Read for Answer {
    fn read(value: &JsValue) -> Option<Self> {
        let number = || value.as_f64().map(|number| Self::Number(number as i64));
        let text = || value.as_string().map(Self::Text);
        let flag = || value.as_bool().map(Self::Flag);
        number().or_else(text).or_else(flag).or_else(|| Vec::read(value).map(Self::List))
    }
}

impl<T: Read> Read for ByCategory<T> {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            promoter: get(value, "promoter")?,
            passive: get(value, "passive")?,
            detractor: get(value, "detractor")?,
        })
    }
}

impl Read for Thanks<String> {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self { title: get(value, "title")?, text: get(value, "text")?, mail: None })
    }
}

impl Read for Review<String> {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            url: get(value, "url")?,
            text: get(value, "text")?,
            to: get(value, "to").unwrap_or_default(),
        })
    }
}

impl Read for Quote<String> {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self { of: get(value, "of").unwrap_or_default(), text: get(value, "text") })
    }
}

impl Read for Brand {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            name: get(value, "name").unwrap_or_default(),
            logo: get(value, "logo"),
            color: get(value, "color"),
            font: get(value, "font"),
            radius: get(value, "radius"),
            theme: get(value, "theme").unwrap_or_default(),
            css: get(value, "css"),
        })
    }
}

impl Read for Question<String> {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            id: get(value, "id")?,
            kind: get(value, "kind")?,
            required: get(value, "required").unwrap_or_default(),
            text: get(value, "text")?,
            text_by_category: get(value, "text_by_category"),
            low: get(value, "low"),
            high: get(value, "high"),
            max_length: get(value, "max_length"),
            when: get(value, "when").unwrap_or_default(),
            look: get(value, "look"),
            points: get(value, "points"),
            choices: get(value, "choices").unwrap_or_default(),
            other: get(value, "other"),
            fields: get(value, "fields").unwrap_or_default(),
            consent: get(value, "consent"),
            quote: get(value, "quote"),
        })
    }
}

impl Read for Words {
    fn read(value: &JsValue) -> Option<Self> {
        // A collector older than the widget may lack a word: better no word than no survey.
        let word = |name| get(value, name).unwrap_or_default();
        Some(Self {
            send: get(value, "send")?,
            sending: word("sending"),
            kept: word("kept"),
            retry: word("retry"),
            optional: word("optional"),
            required: word("required"),
            too_long: word("too_long"),
            left: word("left"),
            progress: word("progress"),
            again: word("again"),
            saved: word("saved"),
            refused: word("refused"),
            next: word("next"),
            back: word("back"),
            close: word("close"),
            rating: word("rating"),
            several: word("several"),
            name: word("name"),
            email: word("email"),
            phone: word("phone"),
            bad_email: word("bad_email"),
            bad_phone: word("bad_phone"),
            consent_needed: word("consent_needed"),
            quote_unnamed: word("quote_unnamed"),
            quote_named: word("quote_named"),
            quote_no: word("quote_no"),
            new_tab: word("new_tab"),
        })
    }
}

impl Read for Form {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            survey: get(value, "survey")?,
            version: get(value, "version")?,
            language: get(value, "language")?,
            direction: get(value, "direction")?,
            brand: get(value, "brand")?,
            layout: get(value, "layout").unwrap_or_default(),
            intro: get(value, "intro"),
            questions: get(value, "questions")?,
            thanks: get(value, "thanks")?,
            reviews: get(value, "reviews").unwrap_or_default(),
            words: get(value, "words")?,
            answered: get(value, "answered").unwrap_or_default(),
        })
    }
}

impl Read for ThanksPage {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            language: get(value, "language")?,
            direction: get(value, "direction")?,
            brand: get(value, "brand")?,
            category: get(value, "category")?,
            thanks: get(value, "thanks")?,
            reviews: get(value, "reviews").unwrap_or_default(),
            new_tab: get(value, "new_tab").unwrap_or_default(),
        })
    }
}

impl Read for Receipt {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            response: get(value, "response")?,
            // The widget knows the score.
            score: None,
            category: get(value, "category"),
            complete: get(value, "complete")?,
        })
    }
}

impl Read for Problem {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            code: get(value, "code")?,
            detail: get(value, "detail")?,
            message: get(value, "message"),
            language: get(value, "language"),
            // They are for programs.
            fields: Vec::new(),
        })
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn atob(text: &str) -> Result<String, JsValue>;
}

/// Whom a pass (a JWT) names, and the interaction: its claims `sub` and `jti`. None if it is no pass.
pub fn holder(token: &str) -> Option<String> {
    let claims = token.split('.').nth(1)?;
    // base64url, which the browser's reader doesn't know. It needs no padding.
    let mut base64 = String::new();
    for c in claims.chars() {
        base64.push(match c {
            '-' => '+',
            '_' => '/',
            c => c,
        });
    }
    let claims = JSON::parse(&atob(&base64).ok()?).ok()?;
    let claim = |name| get::<String>(&claims, name).unwrap_or_default();
    Some([&claim("sub"), " ", &*claim("jti")].concat())
}

/// What stands in an object, name by name.
fn entries(value: &JsValue) -> Vec<(String, JsValue)> {
    let mut found = Vec::new();
    if let Some(object) = value.dyn_ref::<Object>() {
        for entry in Object::entries(object).iter() {
            let entry: Array = entry.unchecked_into();
            found.push((entry.get(0).as_string().unwrap_or_default(), entry.get(1)));
        }
    }
    found
}

/// The texts of an object.
pub fn texts(value: &JsValue) -> Map<String> {
    let mut texts = Map::new();
    for (name, value) in entries(value) {
        if let Some(text) = value.as_string() {
            texts.insert(name, text);
        }
    }
    texts
}

impl Read for Submission {
    fn read(value: &JsValue) -> Option<Self> {
        let mut answers = Answers::new();
        for (name, value) in entries(&field(value, "answers")) {
            answers.insert(name, Answer::read(&value)?);
        }
        Some(Self {
            id: get(value, "id")?,
            revision: get(value, "revision")?,
            survey: get(value, "survey")?,
            version: get(value, "version"),
            token: get(value, "token")?,
            language: get(value, "language"),
            complete: get(value, "complete")?,
            answers,
            agent: get(value, "agent"),
            attributes: texts(&field(value, "attributes")),
        })
    }
}

/// A value that no old library's `toJSON` speaks for: Prototype's makes a text of every list.
fn own<T: AsRef<JsValue>>(value: T) -> T {
    let _ = Reflect::set(value.as_ref(), &"toJSON".into(), &JsValue::UNDEFINED);
    value
}

/// The JSON of a submission.
pub fn submission(submission: &Submission) -> String {
    let Submission { id, revision, survey, version, token, language, complete, answers, agent, attributes } =
        submission;
    let object = own(Object::new());
    let set = |object: &Object, name: &str, value: JsValue| drop(Reflect::set(object, &name.into(), &value));
    set(&object, "id", id.into());
    set(&object, "revision", (*revision).into());
    set(&object, "survey", survey.into());
    set(&object, "version", version.map_or(JsValue::UNDEFINED, Into::into));
    set(&object, "token", token.into());
    set(&object, "language", language.as_deref().map_or(JsValue::UNDEFINED, Into::into));
    set(&object, "complete", (*complete).into());
    let list = own(Object::new());
    for (id, answer) in answers {
        let value = match answer {
            Answer::Number(number) => JsValue::from(*number as f64),
            Answer::Text(text) => text.into(),
            Answer::List(ids) => own(ids.iter().map(JsValue::from).collect::<Array>()).into(),
            Answer::Flag(flag) => (*flag).into(),
        };
        set(&list, id, value);
    }
    set(&object, "answers", list.into());
    set(&object, "agent", agent.as_deref().map_or(JsValue::UNDEFINED, Into::into));
    let list = own(Object::new());
    for (name, text) in attributes {
        set(&list, name, text.into());
    }
    set(&object, "attributes", list.into());
    JSON::stringify(&object).map_or(String::new(), Into::into)
}
