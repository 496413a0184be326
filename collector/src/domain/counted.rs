//! Responses and invitations as the numbers see them: without what is not counted, and without a copy of what is. After a start
//! without a snapshot every record there is comes through here: reading all of each would take three times as long.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use wire::{Answer, Score};

use crate::domain::invitations::Invitation;
use crate::domain::responses::Response;
use crate::domain::visits::{Channel, Device, QUOTABLE, seen};

/// A response. Its fields are those of [`Response`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CountedResponse<'a> {
    /// The survey's id.
    pub survey: &'a str,
    /// The survey's version.
    pub version: u32,
    /// Whose interaction was scored.
    #[serde(borrow)]
    pub agent: Option<&'a str>,
    /// What was known about the interaction.
    #[serde(borrow)]
    pub attributes: Pairs<'a, &'a str>,
    /// Language the form was shown in.
    #[serde(borrow)]
    pub language: Option<&'a str>,
    /// Question id → answer.
    #[serde(borrow)]
    pub answers: Pairs<'a, CountedAnswer<'a>>,
    /// The answer that counts.
    pub score: Option<Score>,
    /// When the first submission came.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// When it was last changed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub updated_at: Timestamp,
    /// When the customer finished.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub completed_at: Option<Timestamp>,
    /// How the customer came to the survey.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// What the customer answered on.
    #[serde(default)]
    pub device: Option<Device>,
    /// Whether what the customer wrote may be quoted.
    #[serde(default)]
    pub quote: Option<CountedQuote>,
}

/// Consent to be quoted, as `domain::quotes::Quote`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct CountedQuote {
    /// Whether with the customer's name.
    pub named: bool,
    /// When the customer took it back.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub withdrawn_at: Option<Timestamp>,
}

/// An answer, as [`Answer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountedAnswer<'a> {
    /// A whole number.
    Number(i64),
    /// A text, or the id of a choice.
    Text(&'a str),
    /// Ids of choices.
    List(Vec<&'a str>),
    /// Whether a box is ticked.
    Flag(bool),
}

/// Names and values. There are few of them: they are looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs<'a, V>(Vec<(&'a str, V)>);

/// An invitation. Its fields are those of [`Invitation`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CountedInvitation<'a> {
    /// The survey's id.
    #[serde(rename = "s", alias = "survey")]
    pub survey: &'a str,
    /// Whose interaction is scored.
    #[serde(rename = "a", alias = "agent", borrow, default)]
    pub agent: Option<&'a str>,
    /// The customer's language.
    #[serde(rename = "l", alias = "language", borrow, default)]
    pub language: Option<&'a str>,
    /// Whatever else is known.
    #[serde(rename = "k", alias = "attributes", borrow)]
    pub attributes: Pairs<'a, &'a str>,
    /// When it was made.
    #[serde(rename = "m", alias = "created_at", with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// The response it led to, by its sequence number.
    #[serde(rename = "r", alias = "response", default)]
    pub response: Option<u64>,
    /// Its number; none of what was made for an answer that came unasked.
    #[serde(rename = "n", alias = "number", default)]
    pub number: Option<u64>,
}

impl<'a> CountedResponse<'a> {
    /// As [`Response::known`].
    pub fn known(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let how = |quote: CountedQuote| if quote.named { "named" } else { "unnamed" };
        let quotable = self.quote.filter(|quote| quote.withdrawn_at.is_none()).map(how);
        let seen = seen(self.channel, self.device, quotable);
        let told = self.attributes.iter().filter(|(name, _)| *name != QUOTABLE);
        told.chain(seen.filter(|(name, _)| *name == QUOTABLE || self.attributes.get(name).is_none()))
    }
}

impl<'a, V> Pairs<'a, V> {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

impl<'a> Pairs<'a, &'a str> {
    /// Names and values, in the order in which they are stored.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().copied()
    }
}

impl<'a> From<&'a Response> for CountedResponse<'a> {
    fn from(response: &'a Response) -> Self {
        Self {
            survey: &response.survey,
            version: response.version,
            agent: response.agent.as_ref().map(|agent| agent.as_str()),
            attributes: borrowed(&response.attributes),
            language: response.language.as_deref(),
            answers: Pairs(response.answers.iter().map(|(id, answer)| (&**id, answer.into())).collect()),
            score: response.score,
            at: response.at,
            updated_at: response.updated_at,
            completed_at: response.completed_at,
            channel: response.channel,
            device: response.device,
            quote: response
                .quote
                .as_ref()
                .map(|quote| CountedQuote { named: quote.named, withdrawn_at: quote.withdrawn_at }),
        }
    }
}

impl<'a> From<&'a Invitation> for CountedInvitation<'a> {
    fn from(invitation: &'a Invitation) -> Self {
        Self {
            survey: &invitation.survey,
            agent: invitation.agent.as_ref().map(|agent| agent.as_str()),
            language: invitation.language.as_deref(),
            attributes: borrowed(&invitation.attributes),
            created_at: invitation.created_at,
            response: invitation.response,
            number: invitation.number,
        }
    }
}

fn borrowed(attributes: &BTreeMap<String, String>) -> Pairs<'_, &str> {
    Pairs(attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect())
}

impl<'a> From<&'a Answer> for CountedAnswer<'a> {
    fn from(answer: &'a Answer) -> Self {
        match answer {
            Answer::Number(number) => Self::Number(*number),
            Answer::Text(text) => Self::Text(text),
            Answer::List(list) => Self::List(list.iter().map(String::as_str).collect()),
            Answer::Flag(flag) => Self::Flag(*flag),
        }
    }
}

impl<'de: 'a, 'a, V: Deserialize<'de>> Deserialize<'de> for Pairs<'a, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for PairsVisitor<V> {
            type Value = Vec<(&'de str, V)>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("names and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                // What a damaged record says of its length is not believed.
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or_default().min(64));
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }

        deserializer.deserialize_map(PairsVisitor(PhantomData)).map(Pairs)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for CountedAnswer<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnswerVisitor;

        impl<'de> Visitor<'de> for AnswerVisitor {
            type Value = CountedAnswer<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a whole number, a text, a list of texts, true or false")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(CountedAnswer::Number(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
                let number = i64::try_from(number);
                number.map(CountedAnswer::Number).map_err(|_| E::custom("a number that no answer can be"))
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(CountedAnswer::Text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut chosen = Vec::new();
                while let Some(one) = list.next_element()? {
                    chosen.push(one);
                }
                Ok(CountedAnswer::List(chosen))
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(CountedAnswer::Flag(flag))
            }
        }

        deserializer.deserialize_any(AnswerVisitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::quotes::Quote;

    fn answer() -> impl Strategy<Value = Answer> {
        prop_oneof![
            any::<i64>().prop_map(Answer::Number),
            "[ -~äß€]{0,40}".prop_map(Answer::Text),
            prop::collection::vec("[a-z]{0,3}", 0..20).prop_map(Answer::List),
            any::<bool>().prop_map(Answer::Flag),
        ]
    }

    fn attributes() -> impl Strategy<Value = BTreeMap<String, String>> {
        prop::collection::btree_map("[a-z]{1,9}", "[ -~äß€]{0,40}", 0..20)
    }

    fn read<'a, T: Deserialize<'a>>(record: &'a [u8]) -> T {
        rmp_serde::from_slice(record).unwrap()
    }

    proptest! {
        #[test]
        fn of_a_record_the_same_is_counted_as_of_what_it_was_made_of(
            score in prop::option::of(0i64..11),
            names in (prop::option::of("[a-z]{1,9}"), prop::option::of("[a-z]{2}")),
            attributes in attributes(),
            answers in prop::collection::btree_map("[a-z]{1,9}", answer(), 0..9),
            at in -1_000_000_000_000i64..4_000_000_000_000,
            seen in (prop::option::of(Just(Channel::Login)), prop::option::of(Just(Device::Tablet))),
            number in prop::option::of(any::<u64>()),
        ) {
            let (agent, language) = names;
            let at = Timestamp::from_millisecond(at).unwrap();
            let mut response = Response {
                id: uuid::Uuid::nil(),
                survey: "s".into(),
                version: 3,
                customer: None,
                agent: agent.map(|name| name.parse().unwrap()),
                attributes: attributes.clone(),
                language: language.clone(),
                answers: wire::Answers::from(answers),
                score: score.map(|score| Score::try_from(score).unwrap()),
                at,
                updated_at: at,
                completed_at: score.map(|_| at),
                channel: seen.0,
                device: seen.1,
                quote: seen.1.map(|_| Quote {
                    question: "why".into(),
                    named: score.is_some(),
                    at,
                    version: 3,
                    language: "en".into(),
                    text: "May we?".into(),
                    withdrawn_at: number.map(|_| at),
                }),
                submissions: Vec::new(),
            };
            let record = rmp_serde::to_vec_named(&response).unwrap();
            prop_assert_eq!(read::<CountedResponse<'_>>(&record), (&response).into());
            response.attributes.insert("channel".into(), "shop".into());
            let known: Vec<_> = response.known().collect();
            prop_assert_eq!(CountedResponse::from(&response).known().collect::<Vec<_>>(), known);

            let invitation = Invitation {
                agent: response.agent.clone(),
                language,
                attributes,
                response: number,
                number,
                ..Invitation::for_test(at, at)
            };
            let record = rmp_serde::to_vec_named(&invitation).unwrap();
            prop_assert_eq!(read::<CountedInvitation<'_>>(&record), (&invitation).into());
        }
    }
}
