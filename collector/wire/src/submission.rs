//! What the widget sends: the answers so far.

use std::fmt;

use crate::map::Map;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Question id → answer.
pub type Answers = Map<Answer>;

/// The body of `POST /v1/submissions`. Sending it twice changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submission {
    /// Made by the client, one for each time a person fills in the form: a UUID (RFC 9562).
    pub id: String,
    /// Counts up with each sending of the same id, so that a late one is known to be old.
    #[serde(default)]
    pub revision: u32,
    /// The survey's id.
    pub survey: String,
    /// The version the form had; the newest when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The invitation's token, from the personal link; or the pass that the company's page signed for the customer; or
    /// nothing, where the survey is open to anybody.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token: String,
    /// Language the form was shown in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether the customer has finished. An incomplete submission adds to what is there, a complete one replaces it.
    #[serde(default)]
    pub complete: bool,
    /// Answers so far.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, Answer>))]
    pub answers: Answers,
    /// Whose interaction this is, as an open survey's page tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What else an open survey's page tells; left out are those that the survey doesn't name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub attributes: Map<String>,
}

/// One answer: a number, a string, a list of strings, or `true` in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Answer))]
#[cfg_attr(feature = "openapi", serde(untagged))]
pub enum Answer {
    /// A whole number: `nps`, `rating`, `ces`.
    Number(i64),
    /// Text: `comment`, the id of a `choice`, what was written beside `other`, a field of `contact`.
    Text(String),
    /// Ids: `choices`.
    List(Vec<String>),
    /// Whether a box is ticked: the consent of `contact`.
    Flag(bool),
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => serializer.collect_seq(list),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

// By hand because `#[serde(untagged)]` buffers the value first, which costs the widget kilobytes, and because its
// error names neither what was expected nor what was found.
impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnswerVisitor;

        impl<'de> Visitor<'de> for AnswerVisitor {
            type Value = Answer;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a whole number, a text, a list of texts, true or false")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Answer, E> {
                Ok(Answer::Number(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Answer, E> {
                i64::try_from(number)
                    .map(Answer::Number)
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
            }

            // JavaScript has no integers: 9 may arrive as 9.0.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Answer, E> {
                // 2^53: beyond it a double no longer tells neighbours apart.
                if number.trunc() == number && number.abs() <= 9_007_199_254_740_992.0 {
                    Ok(Answer::Number(number as i64))
                } else {
                    Err(E::invalid_value(de::Unexpected::Float(number), &self))
                }
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Answer, E> {
                Ok(Answer::Text(text.to_owned()))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Answer, E> {
                Ok(Answer::Text(text))
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Answer, E> {
                Ok(Answer::Flag(flag))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Answer, A::Error> {
                let mut list = Vec::new();
                while let Some(text) = seq.next_element()? {
                    list.push(text);
                }
                Ok(Answer::List(list))
            }
        }

        deserializer.deserialize_any(AnswerVisitor)
    }
}
