//! The widget's own words and the sentences customers read when something is wrong, one language each.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use wire::{Category, Words};

use crate::domain::surveys::pick_language;

/// The words of one language: one file of `widget/words`.
#[derive(Debug, Deserialize)]
pub struct Language {
    /// The widget's.
    #[serde(flatten)]
    pub words: Words,
    /// What a card or an icon with a last score says to an agent.
    pub card: CardWords,
    /// What a customer who takes leave reads.
    pub leave: LeaveWords,
    /// What is said of quoting what a customer wrote.
    pub quoting: QuotingWords,
    /// Problem code → sentence for the customer.
    pub messages: BTreeMap<String, String>,
}

/// The words of the page on which a customer takes leave.
#[derive(Clone, Debug, Deserialize)]
pub struct LeaveWords {
    /// The heading.
    pub title: String,
    /// The button: not this survey again.
    pub survey: String,
    /// The button: no survey again.
    pub all: String,
    /// Said after the first.
    pub left_survey: String,
    /// Said after the second.
    pub left_all: String,
    /// The button that undoes it.
    pub undo: String,
    /// Said after that.
    pub undone: String,
}

/// The words about quoting a customer.
#[derive(Clone, Debug, Deserialize)]
pub struct QuotingWords {
    /// The question below a comment.
    pub ask: String,
    /// Said to a customer who has agreed.
    pub given: String,
    /// The button that takes it back.
    pub withdraw: String,
    /// Said after that.
    pub withdrawn: String,
}

/// The words of a card with a last score.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CardWords {
    /// The heading.
    pub last_score: String,
    /// Nine or ten.
    pub promoter: String,
    /// Seven or eight.
    pub passive: String,
    /// Six or less.
    pub detractor: String,
    /// The customer has not answered.
    pub never: String,
    /// There is no such customer.
    pub unknown: String,
    /// How old the score is: {n} days.
    pub days: String,
    /// The score is higher than the one before, {n}.
    pub higher: String,
    /// It is lower.
    pub lower: String,
    /// It is the same.
    pub same: String,
    /// The scores so far, {scores}, the oldest first.
    pub history: String,
    /// Heading over the customer's words.
    pub comment: String,
    /// Something has changed while the card was looked at.
    pub new: String,
    /// The card's link is no longer valid.
    pub expired: String,
    /// The collector cannot be reached.
    pub offline: String,
}

impl CardWords {
    /// The word for a category.
    pub fn category(&self, category: Category) -> &str {
        match category {
            Category::Promoter => &self.promoter,
            Category::Passive => &self.passive,
            Category::Detractor => &self.detractor,
        }
    }
}

macro_rules! files {
    ($($tag:literal)*) => {
        &[$(($tag, include_str!(concat!("../../../widget/words/", $tag, ".toml")))),*]
    };
}

/// Language tag → its file. English first: it stands in for the languages that are not here.
const FILES: &[(&str, &str)] = files!(
    "en" "ar" "cs" "da" "de" "el" "es" "fa" "fi" "fr" "he" "hi" "hu" "id" "it" "ja" "ko" "nb" "nl" "pl" "pt" "pt-BR"
    "ro" "ru" "sk" "sv" "th" "tr" "uk" "ur" "vi" "zh-Hans" "zh-Hant"
);

/// How many languages there are words in.
pub const COUNT: usize = FILES.len();

static TAGS: LazyLock<Vec<String>> =
    LazyLock::new(|| FILES.iter().map(|(tag, _)| (*tag).to_owned()).collect());

static LANGUAGES: LazyLock<BTreeMap<&str, Language>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the files are part of the program; a test reads them all")]
    FILES
        .iter()
        .map(|(tag, file)| (*tag, toml::from_str(file).expect("a file of words is well-formed")))
        .collect()
});

/// The words in this language, or in English.
pub fn of(language: &str) -> &'static Language {
    &LANGUAGES[tag(language)]
}

/// The tag of the language whose words these are.
pub fn tag(language: &str) -> &'static str {
    pick_language(&TAGS, &[language])
}

/// The first of these languages that there are words in, or English.
pub fn pick(wanted: &[&str]) -> &'static str {
    pick_language(&TAGS, wanted)
}

/// The sentence for a customer about the problem called `code`.
pub fn message(language: &str, code: &str) -> &'static str {
    let messages = &of(language).messages;
    messages.get(code).or_else(|| messages.get("internal")).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of a file, by its key.
    fn texts(file: &str) -> BTreeMap<String, String> {
        let mut table: toml::Table = toml::from_str(file).unwrap();
        let mut inner = Vec::new();
        for name in ["card", "leave", "quoting", "messages"] {
            let Some(toml::Value::Table(texts)) = table.remove(name) else { panic!("no {name}") };
            inner.extend(texts.into_iter().map(|(key, text)| (format!("{name}.{key}"), text)));
        }
        table.into_iter().chain(inner).map(|(key, text)| (key, text.as_str().unwrap().to_owned())).collect()
    }

    /// The `{…}` of a text, sorted: languages order them differently.
    fn marks(text: &str) -> Vec<&str> {
        let mut marks: Vec<_> = text.split('{').skip(1).map(|part| part.split_once('}').unwrap().0).collect();
        marks.sort_unstable();
        marks
    }

    #[test]
    fn every_language_says_everything_in_its_own_words() {
        // The same word, in the same spelling, in that language too.
        const SAME: [(&str, &str); 6] = [
            ("da", "send"),
            ("de", "name"),
            ("es", "card.detractor"),
            ("es", "quote_no"),
            ("it", "quote_no"),
            ("nb", "send"),
        ];
        let english = texts(FILES[0].1);
        for (tag, file) in &FILES[1..] {
            let texts = texts(file);
            assert!(texts.keys().eq(english.keys()), "{tag} has other keys than English");
            for (key, text) in &texts {
                assert!(!text.trim().is_empty() && text.trim() == text, "{tag}: {key} = {text:?}");
                assert_eq!(marks(text), marks(&english[key]), "{tag}: {key}");
                assert_eq!(*text == english[key], SAME.contains(&(tag, key)), "{tag}: {key} = {text:?}");
            }
        }
    }

    #[test]
    fn english_is_first_and_the_others_are_sorted() {
        let tags: Vec<_> = FILES.iter().map(|(tag, _)| *tag).collect();
        assert_eq!(tags[0], "en");
        assert!(tags[1..].is_sorted());
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../widget/words");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), tags.len(), "a file is not listed");
    }

    #[test]
    fn every_language_is_found_by_its_tag() {
        for (tag, file) in FILES {
            assert_eq!(of(tag).words.send, texts(file)["send"], "{tag}");
        }
    }

    #[test]
    fn an_unknown_language_falls_back_to_english() {
        assert_eq!(of("xx").words, of("en").words);
        assert_eq!(of("").words, of("en").words);
    }

    #[test]
    fn other_tags_of_a_language_find_it() {
        for (asked, tag) in [
            ("zh", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-SG", "zh-Hans"),
            ("zh-Hans-HK", "zh-Hans"),
            ("ZH_tw", "zh-Hant"),
            ("zh-HK", "zh-Hant"),
            ("zh-MO", "zh-Hant"),
            ("zh-Hant-CN", "zh-Hant"),
            ("no", "nb"),
            ("nn-NO", "nb"),
            ("iw-IL", "he"),
            ("in", "id"),
            ("pt-PT", "pt"),
            ("pt-br", "pt-BR"),
            ("es-419", "es"),
            ("it-IN", "it"),
        ] {
            assert_eq!(of(asked).words, of(tag).words, "{asked}");
        }
    }
}
