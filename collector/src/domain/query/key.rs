//! Names of what responses are told apart by.

use std::fmt;

use super::Unreadable;

/// The names of what every response has, and of what the clock says when it is given.
pub const OF_ALL: [&str; 13] = [
    "agent", "survey", "language", "category", "score", "complete", "hour", "weekday", "day", "week",
    "month", "quarter", "year",
];

/// Most bands of one key.
const MAX_BANDS: usize = 100;

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Where the name is looked up.
    pub space: Space,
    /// The name.
    pub name: String,
}

/// Where a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// Wherever it is found first.
    Any,
    /// Among the kinds of units.
    Unit,
    /// Among the attributes.
    Attribute,
    /// Among the answers.
    Answer,
}

impl Key {
    /// Reads `name`, `unit.name`, `attribute.name` or `answer.name`.
    ///
    /// # Errors
    /// When nothing can be called so.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let (space, name) = match text.split_once('.') {
            None => (Space::Any, text),
            Some(("unit", name)) => (Space::Unit, name),
            Some(("attribute", name)) => (Space::Attribute, name),
            Some(("answer", name)) => (Space::Answer, name),
            Some((other, _)) => {
                return Err(Unreadable(format!(
                    "{text:?}: a name begins with unit., attribute. or answer., not with {other}."
                )));
            }
        };
        let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(Unreadable(format!("{text:?} is not a name: letters, digits, _ and -")));
        }
        Ok(Self { space, name: name.to_owned() })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.space {
            Space::Any => f.write_str(&self.name),
            Space::Unit => write!(f, "unit.{}", self.name),
            Space::Attribute => write!(f, "attribute.{}", self.name),
            Space::Answer => write!(f, "answer.{}", self.name),
        }
    }
}

/// What responses are grouped by: the values of a key, or the bands that its numbers fall in.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    /// The key.
    pub key: Key,
    /// Where one band ends and the next begins, ascending; none: each value is a group.
    pub bands: Vec<f64>,
}

impl Dimension {
    /// Reads `key` or `key:0,50,200`.
    ///
    /// # Errors
    /// When the key is none, or the bands are not ascending numbers.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let (key, bands) = match text.split_once(':') {
            Some((key, bands)) => (key, read_bands(bands)?),
            None => (text, Vec::new()),
        };
        Ok(Self { key: Key::read(key.trim())?, bands })
    }

    /// What the band of this place is called: the one below the first number has place 0.
    pub fn band(&self, place: usize) -> String {
        let end = |place: Option<usize>| {
            place.and_then(|place| self.bands.get(place)).map(f64::to_string).unwrap_or_default()
        };
        format!("{}..{}", end(place.checked_sub(1)), end(Some(place)))
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)?;
        for (place, bound) in self.bands.iter().enumerate() {
            write!(f, "{}{bound}", if place == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

fn read_bands(text: &str) -> Result<Vec<f64>, Unreadable> {
    let number = |text: &str| {
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| Unreadable(format!("{text:?} is not a number; bands are written key:0,50,200")))
    };
    let bands = text.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
    if bands.len() > MAX_BANDS {
        return Err(Unreadable(format!("{} bands, more than {MAX_BANDS}", bands.len())));
    }
    match bands.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(Unreadable(format!("{} stands before {}: bands ascend", pair[0], pair[1]))),
        None => Ok(bands),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_written_the_same() {
        for text in ["team", "attribute.month", "answer.why", "unit.team", "order_value:-5,0,50.5,200"] {
            assert_eq!(Dimension::read(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn bands_are_named_by_their_ends() {
        let dimension = Dimension::read("value:0,50,200").unwrap();
        let names: Vec<String> = (0..4).map(|place| dimension.band(place)).collect();
        assert_eq!(names, ["..0", "0..50", "50..200", "200.."]);
    }

    #[test]
    fn what_cannot_be_a_name_is_told() {
        for (text, told) in [
            ("", "is not a name"),
            ("team.x", "begins with unit."),
            ("a b", "is not a name"),
            ("value:1,x", "\"x\" is not a number"),
            ("value:5,5", "bands ascend"),
            ("value:", "is not a number"),
            ("value:nan", "is not a number"),
        ] {
            let error = Dimension::read(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
