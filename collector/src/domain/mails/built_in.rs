//! The mails that are there without anybody writing them: one that asks, with the company's logo and colour, the survey's own
//! question, the row from 0 to 10 and a button; and one that thanks, with the survey's own words of thanks.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::{Mail, Templates, Text};

/// The name of the one that asks. A mail that is pushed under it takes its place.
pub const BUILT_IN: &str = "invitation";

/// The name of the one that thanks.
pub const THANK_YOU: &str = "thank-you";

/// What a mail is made of: subject, MJML and text, with marks for the words that are its own.
struct Source {
    name: &'static str,
    subject: &'static str,
    mjml: &'static str,
    text: &'static str,
}

const SOURCES: [Source; 2] = [
    Source {
        name: BUILT_IN,
        subject: "[[subject]]",
        mjml: include_str!("built_in/mail.mjml"),
        text: include_str!("built_in/mail.txt"),
    },
    Source {
        name: THANK_YOU,
        subject: "{% if company.name %}{{ company.name }}: {% endif %}{{ thanks.title }}",
        mjml: include_str!("built_in/thanks.mjml"),
        text: include_str!("built_in/thanks.txt"),
    },
];

/// Language → the words that are the mail's own.
static WORDS: LazyLock<BTreeMap<String, BTreeMap<String, String>>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program; a test reads it")]
    toml::from_str(include_str!("built_in/words.toml")).expect("the words of the mail are well-formed")
});

static TEMPLATES: LazyLock<BTreeMap<&str, Arc<Templates>>> = LazyLock::new(|| {
    let made = |source: &Source| {
        let templates = Templates::new(document(source)).map_err(|problems| format!("{problems:?}"));
        #[expect(clippy::expect_used, reason = "they are part of the program; a test makes them")]
        (source.name, Arc::new(templates.expect("a built-in mail is sound")))
    };
    SOURCES.iter().map(made).collect()
});

/// The mail of this name, ready for words, if it is built in.
pub fn built_in(name: &str) -> Option<Arc<Templates>> {
    // Making them ready takes a while, and nobody may ask for one.
    is_built_in(name).then(|| TEMPLATES.get(name).cloned()).flatten()
}

/// Whether a mail of this name is there without anybody writing it.
pub fn is_built_in(name: &str) -> bool {
    names().any(|built_in| built_in == name)
}

/// Their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    SOURCES.iter().map(|source| source.name)
}

/// The mail as a company would have written it.
fn document(source: &Source) -> Mail {
    let text = |words: &BTreeMap<String, String>| {
        let say = |template: &str| {
            words
                .iter()
                .fold(template.to_owned(), |said, (key, word)| said.replace(&format!("[[{key}]]"), word))
        };
        Text { subject: say(source.subject), mjml: say(source.mjml), text: Some(say(source.text)) }
    };
    let languages = WORDS.iter().map(|(language, words)| (language.clone(), text(words))).collect();
    Mail { name: source.name.to_owned(), from: None, reply_to: None, languages }
}
