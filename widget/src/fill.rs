//! Numbers put into words.

/// Puts `n` where the words say `{n}` and `total` where they say `{total}`.
pub fn fill(words: &str, n: usize, total: usize) -> String {
    // By hand: `str::replace` brings a general string search along.
    let mut filled = String::new();
    for (index, part) in words.split('{').enumerate() {
        let (number, rest) = match (part.strip_prefix("n}"), part.strip_prefix("total}")) {
            (Some(rest), _) if index > 0 => (n, rest),
            (_, Some(rest)) if index > 0 => (total, rest),
            _ => {
                if index > 0 {
                    filled.push('{');
                }
                filled.push_str(part);
                continue;
            }
        };
        filled.push_str(&number.to_string());
        filled.push_str(rest);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_marks_are_filled_and_other_braces_left() {
        assert_eq!(fill("Question {n} of {total}", 1, 12), "Question 1 of 12");
        assert_eq!(fill("{n}", 3, 0), "3");
        assert_eq!(fill("n} {other} {", 3, 4), "n} {other} {");
        assert_eq!(fill("{total} من {n}", 3, 4), "4 من 3");
    }
}
