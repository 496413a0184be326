//! Cells that no spreadsheet takes for a formula.

use std::borrow::Cow;

/// A text as a cell. What a spreadsheet would run as a formula gets an apostrophe before it, which makes it text there (OWASP,
/// "CSV Injection"); so does what would be taken for such a cell when it is read again.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of a cell.
pub(super) fn read(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_formula(text)).unwrap_or(cell)
}

fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_is_written_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", "'=1"] {
            assert!(written(text).starts_with('\''), "{text}");
        }
        for text in ["a=1", "1-1", "'s-Hertogenbosch", ""] {
            assert_eq!(written(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(text in "['=+@a-]{0,6}") {
            let cell = written(&text);
            prop_assert_eq!(read(&cell), &text);
        }
    }
}
