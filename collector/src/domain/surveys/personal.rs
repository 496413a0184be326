//! Personal words in a survey's texts: `{first_name|there}`, filled in by the collector.
//!
//! The part behind the bar stands where the word is not known. A survey is not taken without it, so no customer ever
//! reads a brace or an empty place.

use std::collections::BTreeMap;

/// Where the words of one customer's invitation are looked up.
pub struct Personal<'a> {
    /// The customer's first name.
    pub first_name: Option<&'a str>,
    /// The agent's name.
    pub agent: Option<&'a str>,
    /// The invitation's attributes that the survey allows in its texts.
    pub attributes: Option<&'a BTreeMap<String, String>>,
}

impl Personal<'_> {
    /// Nothing is known: every word takes its fallback.
    pub fn nobody() -> Self {
        Personal { first_name: None, agent: None, attributes: None }
    }

    fn get(&self, word: &str) -> Option<&str> {
        match word {
            "first_name" => self.first_name,
            "agent" => self.agent,
            _ => self.attributes.and_then(|attributes| attributes.get(word)).map(String::as_str),
        }
    }

    /// The text with each `{word|fallback}` replaced.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Word { word, fallback } => {
                    let known = self.get(word).filter(|value| !value.trim().is_empty());
                    filled.push_str(known.or(fallback).unwrap_or_default());
                }
            }
        }
        filled
    }
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Word { word: &'a str, fallback: Option<&'a str> },
}

/// Cuts a text at its personal words. A brace without its partner is text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inside, behind)) = after.split_once('}') else {
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let (word, fallback) = inside.split_once('|').map_or((inside, None), |(word, f)| (word, Some(f)));
        pieces.push(Piece::Word { word, fallback });
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_filled_in_and_unknown_ones_fall_back() {
        let attributes = BTreeMap::from([("product".to_owned(), "Fibre".to_owned())]);
        let personal = Personal { first_name: Some("Ana"), agent: None, attributes: Some(&attributes) };
        let text = "Hello {first_name|there}, {agent|a colleague} helped with {product|it}. {";
        assert_eq!(personal.fill(text), "Hello Ana, a colleague helped with Fibre. {");
        assert_eq!(Personal::nobody().fill(text), "Hello there, a colleague helped with it. {");
    }

    #[test]
    fn a_word_is_not_searched_for_words_again() {
        let personal = Personal { first_name: Some("{agent|x}"), agent: Some("secret"), attributes: None };
        assert_eq!(personal.fill("{first_name|there}"), "{agent|x}");
    }
}
