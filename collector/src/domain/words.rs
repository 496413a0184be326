//! The widget's own words and the sentences customers read when something is wrong, one language each.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use wire::Words;

use crate::domain::surveys::pick_language;

/// The words of one language: one file of `widget/words`.
#[derive(Debug, Deserialize)]
pub struct Language {
    /// The widget's.
    #[serde(flatten)]
    pub words: Words,
    /// Problem code → sentence for the customer.
    pub messages: BTreeMap<String, String>,
}

const FILES: [(&str, &str); 2] = [
    ("en", include_str!("../../../widget/words/en.toml")),
    ("ar", include_str!("../../../widget/words/ar.toml")),
];

static LANGUAGES: LazyLock<BTreeMap<&str, Language>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the files are part of the program; a test reads them all")]
    FILES
        .into_iter()
        .map(|(tag, file)| (tag, toml::from_str(file).expect("a file of words is well-formed")))
        .collect()
});

/// The words in this language, or in English.
pub fn of(language: &str) -> &'static Language {
    let tags: Vec<String> = FILES.iter().map(|(tag, _)| (*tag).to_owned()).collect();
    &LANGUAGES[pick_language(&tags, &[language])]
}

/// The sentence for a customer about the problem called `code`.
pub fn message(language: &str, code: &str) -> &'static str {
    let messages = &of(language).messages;
    messages.get(code).or_else(|| messages.get("internal")).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word() {
        for (tag, _) in FILES {
            assert!(!of(tag).words.send.is_empty());
            assert_eq!(
                of(tag).messages.keys().collect::<Vec<_>>(),
                of("en").messages.keys().collect::<Vec<_>>(),
                "{tag}"
            );
        }
    }

    #[test]
    fn an_unknown_language_falls_back_to_english() {
        assert_eq!(of("xx").words, of("en").words);
    }
}
