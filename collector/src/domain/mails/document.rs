//! Reading a mail. By hand: `#[serde(flatten)]` would take a misspelt key for a language, and forget where it stood.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::Mail;

impl<'de> Deserialize<'de> for Mail {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Mail;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a mail: name, from, reply_to, and a table for each language")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Mail, M::Error> {
        let mut mail = Mail::default();
        let mut name = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => name = Some(map.next_value()?),
                "from" => mail.from = map.next_value()?,
                "reply_to" => mail.reply_to = map.next_value()?,
                _ => {
                    let text = map.next_value()?;
                    mail.languages.insert(key, text);
                }
            }
        }
        mail.name = name.ok_or_else(|| M::Error::missing_field("name"))?;
        Ok(mail)
    }
}
