//! Which events somebody wants to hear of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Happened, What};
use crate::domain::names::{CustomerId, UnitId};

/// Which events somebody wants to hear of: those that everything here holds of. Stored: fields are only added, with a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Of one of these types; of any, where there are none.
    #[serde(default)]
    pub types: Vec<Pattern>,
    /// Of this survey.
    #[serde(default)]
    pub survey: Option<String>,
    /// About an agent who was then in this unit, or in one below it.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// About this customer.
    #[serde(default)]
    pub customer: Option<CustomerId>,
}

impl Filter {
    /// Whether this type of event is wanted, whatever it is about.
    pub fn admits_type(&self, what: What) -> bool {
        self.types.is_empty() || self.types.iter().any(|pattern| pattern.admits(what))
    }

    /// Whether this event is wanted.
    pub fn admits(&self, happened: &Happened) -> bool {
        let subject = &happened.subject;
        self.admits_type(happened.event.what)
            && self.survey.as_deref().is_none_or(|survey| subject.survey() == Some(survey))
            && self.customer.as_ref().is_none_or(|customer| subject.customer() == Some(customer))
            && self.unit.as_ref().is_none_or(|unit| happened.units.contains(unit))
    }
}

/// A type of events, `response.created`; or all of one kind of thing, `response.*`. What is not known to this program is
/// admitted by nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Pattern(String);

impl Pattern {
    fn admits(&self, what: What) -> bool {
        match self.0.strip_suffix('*') {
            Some(kind) => what.as_str().starts_with(kind),
            None => what.as_str() == self.0,
        }
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pattern = Self(text.trim().to_owned());
        let is_one = |what: &What| what.as_str() == pattern.0 || is_kind(&pattern.0, *what);
        if What::ALL.iter().any(is_one) {
            return Ok(pattern);
        }
        let known: Vec<&str> = What::ALL.iter().map(|what| what.as_str()).collect();
        let kinds = "or all of a kind, such as response.*";
        Err(format!("there are no events {:?}, but {}, {kinds}", pattern.0, known.join(", ")))
    }
}

/// Whether a text is the kind of what happened, and `.*`.
fn is_kind(text: &str, what: What) -> bool {
    let kind = what.as_str().split_once('.').map(|(kind, _)| kind);
    text.strip_suffix(".*") == kind
}

impl fmt::Display for Pattern {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_one_name_or_all_of_a_kind() {
        let of = |text: &str| -> Vec<&str> {
            let filter = Filter { types: vec![text.parse().unwrap()], ..Filter::default() };
            let all = What::ALL.iter().filter(|what| filter.admits_type(**what));
            all.map(|what| what.as_str()).collect()
        };
        assert_eq!(of("response.*"), ["response.created", "response.updated"]);
        assert_eq!(of(" response.updated "), ["response.updated"]);
        for wrong in ["", "*", "response", "response.", "resp*", "response.create", ".*", "Response.created"]
        {
            let said = wrong.parse::<Pattern>().unwrap_err();
            assert!(said.contains("response.created") && said.contains("response.*"), "{said}");
        }
        assert!(Filter::default().admits_type(What::InvitationSent), "of any, where none is named");
    }
}
