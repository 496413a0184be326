//! Conditions: which responses are meant.

use super::{Key, Unreadable};

/// The longest condition, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// How deep conditions stand in one another.
const MAX_DEPTH: usize = 32;

/// Which responses are meant.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these hold; of none of them: always.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// The key has one of these values.
    Is(Key, Vec<Value>),
}

impl Default for Condition {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// One value, or many.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// This one.
    Text(String),
    /// Numbers from the first on and below the second.
    Range(Option<f64>, Option<f64>),
    /// There is none.
    Absent,
}

impl Condition {
    /// Reads a condition; see [`super`] for how it is written.
    ///
    /// # Errors
    /// What is not understood, and where.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        if text.len() > MAX_BYTES {
            return Err(Unreadable(format!("longer than {MAX_BYTES} bytes")));
        }
        let mut reader = Reader { text, place: 0 };
        let condition = reader.any(0)?;
        reader.space();
        if reader.rest().is_empty() { Ok(condition) } else { Err(reader.surprised()) }
    }

    /// A condition that holds where this one and the other hold.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All(mut all), other) => {
                all.push(other);
                Self::All(all)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }
}

/// Whether a value is among those that are meant; "absent" is none.
pub fn matches(values: &[Value], value: &str) -> bool {
    values.iter().any(|wanted| match wanted {
        Value::Text(text) => text == value,
        Value::Range(low, high) => value
            .trim()
            .parse::<f64>()
            .is_ok_and(|number| low.is_none_or(|low| number >= low) && high.is_none_or(|high| number < high)),
        Value::Absent => false,
    })
}

struct Reader<'a> {
    text: &'a str,
    place: usize,
}

impl<'a> Reader<'a> {
    fn any(&mut self, depth: usize) -> Result<Condition, Unreadable> {
        let mut parts = vec![self.all(depth)?];
        while self.word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, Unreadable> {
        let mut parts = vec![self.one(depth)?];
        while self.word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn one(&mut self, depth: usize) -> Result<Condition, Unreadable> {
        if depth > MAX_DEPTH {
            return Err(Unreadable(format!("more than {MAX_DEPTH} conditions stand in one another")));
        }
        if self.word("not") {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.sign('(') {
            let inner = self.any(depth + 1)?;
            return if self.sign(')') {
                Ok(inner)
            } else {
                Err(Unreadable(format!("a ) is missing {}", self.here())))
            };
        }
        self.test()
    }

    fn test(&mut self) -> Result<Condition, Unreadable> {
        self.space();
        let end = self.rest().find(|c: char| c == ':' || is_end(c)).unwrap_or(self.rest().len());
        let (key, rest) = self.rest().split_at(end);
        if !rest.starts_with(':') {
            return Err(Unreadable(format!("{} is not key:value, such as region:north", self.here())));
        }
        let key = Key::read(key)?;
        self.place += end + 1;
        let mut values = vec![self.value(&key)?];
        while self.rest().starts_with(',') {
            self.place += 1;
            values.push(self.value(&key)?);
        }
        Ok(Condition::Is(key, values))
    }

    fn value(&mut self, key: &Key) -> Result<Value, Unreadable> {
        if let Some(quoted) = self.rest().strip_prefix('"') {
            let mut text = String::new();
            let mut characters = quoted.char_indices();
            while let Some((place, character)) = characters.next() {
                match character {
                    '"' => {
                        self.place += place + 2;
                        return Ok(Value::Text(text));
                    }
                    '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                    _ => text.push(character),
                }
            }
            return Err(Unreadable(format!("the quotes of {} do not end", self.here())));
        }
        let end = self.rest().find(|c: char| c == ',' || is_end(c)).unwrap_or(self.rest().len());
        let word = &self.rest()[..end];
        if word.is_empty() {
            return Err(Unreadable(format!("{key}: has no value; {key}:absent means that there is none")));
        }
        self.place += end;
        Ok(if word == "absent" { Value::Absent } else { range(word).unwrap_or(Value::Text(word.to_owned())) })
    }

    /// Goes on behind this word, if it comes next.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        let comes = self.rest().strip_prefix(word).is_some_and(|rest| {
            // `or:x` would be a key called so.
            rest.chars().next().is_none_or(|next| is_end(next) && next != ':')
        });
        if comes {
            self.place += word.len();
        }
        comes
    }

    fn sign(&mut self, sign: char) -> bool {
        self.space();
        let comes = self.rest().starts_with(sign);
        if comes {
            self.place += sign.len_utf8();
        }
        comes
    }

    fn space(&mut self) {
        self.place = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.place..]
    }

    fn here(&self) -> String {
        match self.rest() {
            "" => "the end".to_owned(),
            rest => format!("{:?}", rest.chars().take(24).collect::<String>()),
        }
    }

    fn surprised(&self) -> Unreadable {
        Unreadable(format!(
            "{} comes where and, or, or the end was expected; a value with spaces stands in quotes: region:\"north west\"",
            self.here()
        ))
    }
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || c == '(' || c == ')'
}

fn one_or(mut parts: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    if parts.len() == 1 { parts.swap_remove(0) } else { several(parts) }
}

/// `low..high`, one of the ends may be missing.
fn range(word: &str) -> Option<Value> {
    let (low, high) = word.split_once("..")?;
    let end = |text: &str| match text {
        "" => Some(None),
        text => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Some),
    };
    match (end(low)?, end(high)?) {
        (None, None) => None,
        (low, high) => Some(Value::Range(low, high)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is(key: &str, values: &[&str]) -> Condition {
        let values = values.iter().map(|value| Value::Text((*value).to_owned())).collect();
        Condition::Is(Key::read(key).unwrap(), values)
    }

    #[test]
    fn and_binds_closer_than_or_and_not_closest() {
        assert_eq!(
            Condition::read("a:1 or not b:2 and (c:3 or d:4)").unwrap(),
            Condition::Any(vec![
                is("a", &["1"]),
                Condition::All(vec![
                    Condition::Not(Box::new(is("b", &["2"]))),
                    Condition::Any(vec![is("c", &["3"]), is("d", &["4"])]),
                ]),
            ])
        );
    }

    #[test]
    fn values_are_words_quotes_ranges_and_nothing() {
        let value = |text: &str| match Condition::read(text).unwrap() {
            Condition::Is(_, mut values) => values.remove(0),
            other => panic!("{other:?}"),
        };
        assert_eq!(Condition::read("region:north,\"a, (b)\"").unwrap(), is("region", &["north", "a, (b)"]));
        assert_eq!(value(r#"x:"say \"hi\"""#), Value::Text("say \"hi\"".into()));
        assert_eq!(value("x:absent"), Value::Absent);
        assert_eq!(value("x:\"absent\""), Value::Text("absent".into()));
        assert_eq!(value("x:50..200"), Value::Range(Some(50.0), Some(200.0)));
        assert_eq!(value("x:-1.5.."), Value::Range(Some(-1.5), None));
        assert_eq!(value("x:..3"), Value::Range(None, Some(3.0)));
        assert_eq!(value("x:a..b"), Value::Text("a..b".into()));
        assert_eq!(value("x:\"1..2\""), Value::Text("1..2".into()));
        assert_eq!(value("time:09:30"), Value::Text("09:30".into()), "a value may hold colons");
    }

    #[test]
    fn what_is_not_understood_is_shown() {
        for (text, told) in [
            ("", "the end is not key:value"),
            ("north", "\"north\" is not key:value"),
            ("region:north west", "\"west\" comes where and, or, or the end was expected"),
            ("(a:1 or b:2", "a ) is missing the end"),
            ("a:1)", "\")\" comes where"),
            ("a:", "a: has no value"),
            ("a:1,", "a: has no value"),
            ("a:\"x", "do not end"),
            ("a:1 and", "the end is not key:value"),
            ("b.c:1", "begins with unit."),
        ] {
            let error = Condition::read(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
        let deep = "(".repeat(5000) + "a:1" + &")".repeat(5000);
        assert!(Condition::read(&deep).unwrap_err().to_string().contains("longer than"));
        let deep = "not ".repeat(2000) + "a:1";
        assert!(Condition::read(&deep).unwrap_err().to_string().contains("more than 32"));
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_ends_in_a_panic(text in "[ a:1,.\"\\\\()ndortß]{0,40}") {
            let _ = Condition::read(&text);
        }
    }
}
