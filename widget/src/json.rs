//! The contract's values and JSON, by way of the browser's own reader and writer.
//!
//! By hand: what serde derives for these types, with its reasons for every way in which they can be wrong, was 19 kB of
//! the download (by brotli), as much as all of Leptos. Here what is wrong is `None`; the collector, which reads with
//! serde, says why.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wire::form::ThanksPage;
use wire::survey::Kind;
use wire::{
    Answer, Answers, Brand, ByCategory, Category, Direction, Form, Problem, Question, Receipt, Submission,
    Thanks, Words,
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

impl Read for Direction {
    fn read(value: &JsValue) -> Option<Self> {
        match value.as_string()?.as_str() {
            "ltr" => Some(Self::Ltr),
            "rtl" => Some(Self::Rtl),
            _ => None,
        }
    }
}

impl Read for Category {
    fn read(value: &JsValue) -> Option<Self> {
        let name = value.as_string()?;
        [Self::Promoter, Self::Passive, Self::Detractor]
            .into_iter()
            .find(|category| category.as_str() == name)
    }
}

impl Read for Kind {
    fn read(value: &JsValue) -> Option<Self> {
        match value.as_string()?.as_str() {
            "nps" => Some(Self::Nps),
            "comment" => Some(Self::Comment),
            _ => None,
        }
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
        Some(Self { title: get(value, "title")?, text: get(value, "text")? })
    }
}

impl Read for Brand {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            name: get(value, "name").unwrap_or_default(),
            logo: get(value, "logo"),
            color: get(value, "color"),
            font: get(value, "font"),
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
            max_length: get(value, "max_length").unwrap_or(2000),
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
        })
    }
}

impl Read for Vec<Question<String>> {
    fn read(value: &JsValue) -> Option<Self> {
        let list = value.dyn_ref::<Array>()?;
        let mut questions = Self::new();
        for index in 0..list.length() {
            // A newer collector may ask what this widget can't: without it then.
            questions.extend(Question::read(&list.get(index)));
        }
        Some(questions)
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
            intro: get(value, "intro"),
            questions: get(value, "questions")?,
            thanks: get(value, "thanks")?,
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

impl Read for Submission {
    fn read(value: &JsValue) -> Option<Self> {
        let mut answers = Answers::new();
        for entry in Object::entries(&field(value, "answers").dyn_into().ok()?) {
            let entry: Array = entry.dyn_into().ok()?;
            let answer = entry.get(1);
            let answer = match answer.as_f64() {
                Some(number) => Answer::Number(number as i64),
                None => Answer::Text(answer.as_string()?),
            };
            answers.insert(entry.get(0).as_string()?, answer);
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
        })
    }
}

/// The JSON of a submission.
pub fn submission(submission: &Submission) -> String {
    let Submission { id, revision, survey, version, token, language, complete, answers } = submission;
    let object = Object::new();
    let set = |object: &Object, name: &str, value: JsValue| drop(Reflect::set(object, &name.into(), &value));
    set(&object, "id", id.into());
    set(&object, "revision", (*revision).into());
    set(&object, "survey", survey.into());
    set(&object, "version", version.map_or(JsValue::UNDEFINED, Into::into));
    set(&object, "token", token.into());
    set(&object, "language", language.as_deref().map_or(JsValue::UNDEFINED, Into::into));
    set(&object, "complete", (*complete).into());
    let list = Object::new();
    for (id, answer) in answers {
        let value = match answer {
            Answer::Number(number) => JsValue::from(*number as f64),
            Answer::Text(text) => text.into(),
        };
        set(&list, id, value);
    }
    set(&object, "answers", list.into());
    JSON::stringify(&object).map_or(String::new(), Into::into)
}
