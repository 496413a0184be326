//! The mail that is there without anybody writing one: the company's logo and colour, the survey's own question, the row
//! from 0 to 10, a button.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::{Mail, Templates, Text};

/// Its name. A mail that is pushed under it takes its place.
pub const BUILT_IN: &str = "invitation";

const MJML: &str = include_str!("built_in/mail.mjml");
const TEXT: &str = include_str!("built_in/mail.txt");

/// Language → the words that are the mail's own.
static WORDS: LazyLock<BTreeMap<String, BTreeMap<String, String>>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program; a test reads it")]
    toml::from_str(include_str!("built_in/words.toml")).expect("the words of the mail are well-formed")
});

static TEMPLATES: LazyLock<Arc<Templates>> = LazyLock::new(|| {
    let templates = Templates::new(document());
    #[expect(clippy::expect_used, reason = "it is part of the program; a test makes it")]
    Arc::new(templates.map_err(|problems| format!("{problems:?}")).expect("the built-in mail is sound"))
});

/// The mail, ready for words.
pub fn built_in() -> Arc<Templates> {
    Arc::clone(&TEMPLATES)
}

/// The mail as a company would have written it.
fn document() -> Mail {
    let text = |words: &BTreeMap<String, String>| {
        let say = |template: &str| {
            words
                .iter()
                .fold(template.to_owned(), |said, (key, word)| said.replace(&format!("[[{key}]]"), word))
        };
        Text { subject: say("[[subject]]"), mjml: say(MJML), text: Some(say(TEXT)) }
    };
    let languages = WORDS.iter().map(|(language, words)| (language.clone(), text(words))).collect();
    Mail { name: BUILT_IN.to_owned(), from: None, reply_to: None, languages }
}
