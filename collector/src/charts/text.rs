//! Text that is measured before it is drawn: how wide it will be about, and where it must end.
//!
//! The font is the reader's own, so widths are taken from one of the usual shape (Helvetica, by its metrics that Adobe published)
//! with some room to spare.

use unicode_segmentation::UnicodeSegmentation;

/// Widths of the characters from the space to the tilde, thousandths of the size.
#[rustfmt::skip]
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Other fonts are wider than that one by up to so much, and their bold letters by so much again.
const ROOM: f64 = 1.16;
const BOLD: f64 = 1.13;

/// How wide a text is about, in the units of its size.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let letters: f64 = text.graphemes(true).map(letter).sum();
    letters * size / 1000.0 * if bold { ROOM * BOLD } else { ROOM }
}

/// The width of what is drawn as one letter.
fn letter(grapheme: &str) -> f64 {
    let Some(first) = grapheme.chars().next() else {
        return 0.0;
    };
    let code = u32::from(first);
    f64::from(match code {
        0x20..=0x7e => WIDTHS[code as usize - 0x20],
        // Isolates and marks of direction are not seen.
        0x200b..=0x200f | 0x2066..=0x2069 => 0,
        // Latin with its accents, Greek, Cyrillic, Hebrew, Arabic.
        0xa0..=0x10ff => 640,
        // Punctuation and signs.
        0x2000..=0x2bff => 700,
        // Hangul, Chinese, Japanese, emoji: a square each. What is left is as wide as the widest of them.
        _ => 1050,
    })
}

/// The text, or as much of its beginning as fits, with `…`.
pub(super) fn fit(text: &str, size: f64, bold: bool, most: f64) -> String {
    let text = clean(text);
    if width(&text, size, bold) <= most {
        return isolate(text);
    }
    let most = most - width("…", size, bold);
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let next = at + grapheme.len();
        if width(&text[..next], size, bold) > most {
            break;
        }
        end = next;
    }
    isolate(format!("{}…", text[..end].trim_end()))
}

/// The text in lines, broken between words, at most so many; the last one ends with `…` if there would be more.
pub(super) fn wrap(text: &str, size: f64, bold: bool, most: f64, lines: usize) -> Vec<String> {
    let text = clean(text);
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let full = wrapped.len() == lines;
        if let Some(line) = wrapped.last_mut() {
            let longer = format!("{line} {word}");
            if width(&longer, size, bold) <= most || full {
                *line = longer;
                continue;
            }
        }
        wrapped.push(word.to_owned());
    }
    wrapped.into_iter().map(|line| fit(&line, size, bold, most)).collect()
}

/// Without what XML does not know (Extensible Markup Language 1.0, production 2), and without marks that turn the direction of
/// whatever stands behind them. Lines become one.
pub(super) fn clean(text: &str) -> String {
    let known =
        |c: &char| !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    let text: String = text.chars().map(plain).filter(known).collect();
    text.trim().to_owned()
}

/// The text, kept from mixing with what stands beside it, if it runs from right to left: with its `…` where it ends.
fn isolate(text: String) -> String {
    let from_right =
        |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}');
    if text.contains(from_right) { format!("\u{2068}{text}\u{2069}") } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_too_long_ends_where_it_must() {
        assert_eq!(fit("Amelia Hart", 13.0, false, 200.0), "Amelia Hart");
        assert_eq!(fit("Amelia Hart of Customer Care", 13.0, false, 90.0), "Amelia Hart…");
        assert_eq!(fit("a\u{0}b\nc", 13.0, false, 90.0), "a b c");
        // A family is one letter, and is not torn apart.
        assert_eq!(fit("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 10.0, false, 36.0), "👩‍👩‍👧‍👦👩‍👩‍👧‍👦…");
    }

    #[test]
    fn what_runs_from_the_right_is_kept_apart() {
        assert_eq!(fit("أميرة", 13.0, false, 90.0), "\u{2068}أميرة\u{2069}");
        assert_eq!(fit("\u{202e}evil", 13.0, false, 90.0), "evil");
    }

    #[test]
    fn lines_break_between_words() {
        let lines = wrap("one two three four five six", 10.0, false, 60.0, 2);
        assert_eq!(lines, ["one two", "three four…"]);
    }

    proptest! {
        #[test]
        fn what_fits_is_no_wider_than_it_may_be(text in "\\PC{0,60}", most in 20.0..400.0) {
            let fitted = fit(&text, 13.0, true, most);
            prop_assert!(width(&fitted, 13.0, true) <= most, "{fitted:?}");
            for line in wrap(&text, 13.0, false, most, 2) {
                prop_assert!(width(&line, 13.0, false) <= most, "{line:?}");
            }
        }
    }
}
