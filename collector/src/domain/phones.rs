//! Telephone numbers: one number is one text, however it is spelt.
//!
//! Without a country a number is its digits as they come, with a `+` before an international one. With the company's
//! country it is an E.164 number (ITU-T E.164), whether it was written as one dials it there or from abroad. The tables of
//! how each country numbers its telephones (libphonenumber's) take 17 MB of memory, so they are not touched without one.

use phonenumber::{Mode, country};

/// Shorter numbers, without a `+`, are a company's own extensions: they belong to no country.
const SHORTEST_NATIONAL: usize = 7;

/// How numbers are read: by the country whose national spellings are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phones {
    country: Option<country::Id>,
}

impl Phones {
    /// Numbers of a company in this country, by its two letters (ISO 3166-1); nothing if there is no such country.
    pub fn of(country: &str) -> Option<Self> {
        let country = country.trim().to_ascii_uppercase().parse().ok()?;
        Some(Self { country: Some(country) })
    }

    /// Gets the country's tables ready, which takes a moment.
    pub fn prepare(self) {
        // Any number will do.
        let _ = self.normal("+12125550123");
    }

    /// A telephone number as it is stored and looked up.
    ///
    /// # Errors
    /// Says what is wrong. Lengths follow E.164: at most 15 digits.
    pub fn normal(self, text: &str) -> Result<String, &'static str> {
        let digits = digits(text)?;
        Ok(self.international(&digits).unwrap_or(digits))
    }

    /// How a number in normal form may have been stored before the country was known: in itself, as it is dialled within
    /// the country, and in parts.
    pub fn earlier(self, normal: &str) -> Vec<String> {
        let mut spellings = vec![normal.to_owned()];
        if let Some(country) = self.country
            && let Ok(number) = phonenumber::parse(None, normal)
            && number.country().id() == Some(country)
        {
            let national = number.format().mode(Mode::National).to_string();
            let national = national.chars().filter(char::is_ascii_digit).collect();
            let code = number.code().value();
            let significant = normal.strip_prefix(&format!("+{code}")).unwrap_or_default().to_owned();
            spellings.extend([national, format!("{code}{significant}"), significant]);
            spellings.sort();
            spellings.dedup();
        }
        spellings
    }

    /// The number as E.164 has it, if the country is known and it is one.
    fn international(self, digits: &str) -> Option<String> {
        let country = self.country?;
        if digits.len() < SHORTEST_NATIONAL && !digits.starts_with('+') {
            return None;
        }
        let number = phonenumber::parse(Some(country), digits).ok()?;
        let text = number.format().mode(Mode::E164).to_string();
        // What is longer is no number of any country: it stays as it was given.
        (text.len() <= 16).then_some(text)
    }
}

/// The digits, with a `+` before an international number.
///
/// Spaces, dots, dashes, slashes, brackets and marks that nobody sees are dropped and a leading `00` becomes `+`. `(0)` goes
/// too: it is how people write a trunk prefix that is not dialled from abroad.
fn digits(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    // As telephones hand it over (RFC 3966).
    let text =
        text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:")).map_or(text, |_| &text[4..]);
    let text: String = text.chars().filter(|c| !is_between(*c)).map(plain).collect();
    let mut digits: String = text.replace("(0)", "").chars().filter(|c| !matches!(c, '(' | ')')).collect();
    if let Some(rest) = digits.strip_prefix("00") {
        digits = format!("+{rest}");
    }
    let number = digits.strip_prefix('+').unwrap_or(&digits);
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err("a telephone number has only digits, spaces, + . - / ( )");
    }
    if !(3..=15).contains(&number.len()) {
        return Err("a telephone number has 3 to 15 digits");
    }
    Ok(digits)
}

/// What stands between digits for the eye: spaces, dots, strokes, and the marks of direction that are copied along.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '.' | '-' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Digits of other scripts, and those of East Asian width, as ASCII has them.
fn plain(c: char) -> char {
    let zero = match c {
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06f0}'..='\u{06f9}' => 0x06f0,
        '\u{0966}'..='\u{096f}' => 0x0966,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        '\u{ff0b}' => return '+',
        other => return other,
    };
    char::from_digit(c as u32 - zero, 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_telephone_number_in_many_spellings_is_one() {
        for text in [
            "+49 30 1234567",
            "0049 (30) 123 45 67",
            "+49 (0)30/1234567",
            "+49-30-1234567",
            "+49.30.1234567",
            "tel:+49-30-1234567",
            "\u{202a}+49\u{a0}30\u{2011}1234567\u{202c}",
            "＋４９ 30 1234567",
        ] {
            for phones in [Phones::default(), Phones::of("DE").unwrap(), Phones::of("us").unwrap()] {
                assert_eq!(phones.normal(text).as_deref(), Ok("+49301234567"), "{text}");
            }
        }
        assert_eq!(Phones::default().normal("٠٣٠ ١٢٣٤٥٦٧").as_deref(), Ok("0301234567"));
        for wrong in ["call me", "+1234567890123456", "12", "+", ""] {
            assert!(Phones::default().normal(wrong).is_err(), "{wrong}");
            assert!(Phones::of("DE").unwrap().normal(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_companys_country_tells_what_a_national_spelling_means() {
        for (country, text, number) in [
            ("DE", "030 1234567", "+49301234567"),
            ("DE", "(030) 123-45-67", "+49301234567"),
            ("DE", "49 30 1234567", "+49301234567"),
            ("US", "(212) 555-0123", "+12125550123"),
            ("US", "1-212-555-0123", "+12125550123"),
            ("US", "011 49 30 1234567", "+49301234567"),
            ("GB", "020 7946 0018", "+442079460018"),
            // In Italy the zero is part of the number.
            ("IT", "06 6982 1234", "+390669821234"),
            ("HU", "06 1 234 5678", "+3612345678"),
            ("FR", "01 23 45 67 89", "+33123456789"),
            ("AR", "011 15-3456-7890", "+5491134567890"),
            // An extension of the company's own.
            ("DE", "4711", "4711"),
        ] {
            assert_eq!(Phones::of(country).unwrap().normal(text).as_deref(), Ok(number), "{country} {text}");
        }
        assert_eq!(Phones::of("XX"), None);
        assert_eq!(Phones::of("Germany"), None);
    }

    #[test]
    fn a_number_is_found_as_it_was_stored_before_the_country_was_known() {
        let phones = Phones::of("DE").unwrap();
        for stored in ["030 1234567", "+49 30 1234567", "49 30 1234567", "30 1234567"] {
            let stored = Phones::default().normal(stored).unwrap();
            assert!(phones.earlier("+49301234567").contains(&stored), "{stored}");
        }
        assert_eq!(Phones::default().earlier("+49301234567"), ["+49301234567"]);
        assert_eq!(phones.earlier("+12125550123"), ["+12125550123"]);
    }

    proptest! {
        #[test]
        fn a_number_in_normal_form_stays_as_it_is(text in "(\\+|00|0|)[0-9 ()./-]{3,16}") {
            for phones in [Phones::default(), Phones::of("DE").unwrap(), Phones::of("IT").unwrap()] {
                if let Ok(normal) = phones.normal(&text) {
                    prop_assert_eq!(phones.normal(&normal), Ok(normal.clone()), "{} by {:?}", &text, phones);
                }
            }
        }
    }
}
