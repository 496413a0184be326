//! Words in a comment: whole ones, whether in upper or lower case, as the comment's language has it.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

/// Words that are looked for, in the form in which they are compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// Each of them as its parts, for most languages and for those of Turkey and Azerbaijan.
    usual: Vec<Vec<String>>,
    turkic: Vec<Vec<String>>,
}

impl Words {
    pub(super) fn new(words: &[String]) -> Self {
        let parts = |turkic: bool| words.iter().map(|word| split(word, turkic)).collect();
        Self { usual: parts(false), turkic: parts(true) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.usual.is_empty()
    }

    /// Whether one of them is in this text.
    pub(super) fn are_in(&self, text: &str, language: Option<&str>) -> bool {
        let turkic = is_turkic(language);
        let wanted = if turkic { &self.turkic } else { &self.usual };
        let (said, lowered) = (split(text, turkic), lower(text, turkic));
        let known: BTreeSet<&str> = said.iter().map(String::as_str).collect();
        wanted.iter().any(|parts| match &parts[..] {
            [] => false,
            [one] if !is_unspaced(one) => known.contains(one.as_str()),
            [one] => lowered.contains(one),
            several => said.windows(several.len()).any(|said| said == several),
        })
    }
}

/// The words of a text (Unicode UAX #29), in lower case.
fn split(text: &str, turkic: bool) -> Vec<String> {
    // An apostrophe that was typed and one that a telephone has made of it are the same.
    lower(text, turkic).replace('\u{2019}', "'").unicode_words().map(str::to_owned).collect()
}

/// Lower case. In Turkish and Azerbaijani `I` is the large `ı`, and `İ` the large `i` (Unicode SpecialCasing.txt).
fn lower(text: &str, turkic: bool) -> String {
    match turkic {
        true => text.replace('I', "ı").replace('İ', "i").to_lowercase(),
        false => text.to_lowercase(),
    }
}

fn is_turkic(language: Option<&str>) -> bool {
    let primary = language.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
    primary.eq_ignore_ascii_case("tr") || primary.eq_ignore_ascii_case("az")
}

/// Whether a word is of a script that puts no spaces between words, and that cannot be cut without a dictionary: Thai, Lao,
/// Burmese, Khmer, Katakana.
fn is_unspaced(word: &str) -> bool {
    word.chars().any(|c| matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{30a0}'..='\u{30ff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str, language: &str) -> bool {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Words::new(&words).are_in(text, Some(language))
    }

    #[test]
    fn only_whole_words_are_found() {
        assert!(found(&["cancel"], "I want to CANCEL, now!", "en"));
        assert!(!found(&["cancel"], "Cancellation was easy", "en"));
        assert!(
            found(&["can't wait"], "I can\u{2019}t  wait any longer", "en"),
            "two words, and another apostrophe"
        );
        assert!(!found(&["can't wait"], "I can't. Others wait", "en"));
        assert!(!found(&[""], "anything", "en") && !found(&["..."], "...", "en"));
    }

    #[test]
    fn upper_and_lower_case_are_the_languages_own() {
        assert!(found(&["kündigen"], "ICH WILL KÜNDIGEN", "de-AT"));
        assert!(found(&["iptal"], "İPTAL ETMEK İSTİYORUM", "tr"), "a large İ is a small i");
        assert!(found(&["ılık"], "ILIK", "tr") && !found(&["ılık"], "ILIK", "en"));
        assert!(found(&["ΚΌΣΜΟΣ"], "ο κόσμος", "el"), "the last sigma is another letter");
    }

    #[test]
    fn scripts_without_spaces_are_searched_too() {
        assert!(found(&["退款"], "我要退款。", "zh-Hans"));
        assert!(found(&["ยกเลิก"], "ผมต้องการยกเลิกบริการ", "th"));
        assert!(!found(&["退款"], "退还款项", "zh-Hans"));
    }
}
