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
        filled.push_str(&digits(number));
        filled.push_str(rest);
    }
    filled
}

/// The decimal digits of a number; `to_string` brings all of the formatting machinery along.
pub fn digits(mut number: usize) -> String {
    let mut digits = String::new();
    loop {
        digits.insert(0, char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return digits;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_marks_are_filled_and_other_braces_left() {
        assert_eq!(fill("Question {n} of {total}", 1, 12), "Question 1 of 12");
        assert_eq!(fill("{n}", 3, 0), "3");
        assert_eq!([0, 7, 10, 65_535].map(digits), ["0", "7", "10", "65535"]);
        assert_eq!(fill("n} {other} {", 3, 4), "n} {other} {");
        assert_eq!(fill("{total} من {n}", 3, 4), "4 من 3");
    }
}
