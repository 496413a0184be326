//! A trial in several parts: what the parts before have come to, for whoever goes on with the next.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Counted, Counter};
use crate::domain::names::CustomerId;

/// What parts before it have come to, as far as a part is concerned. Nothing of it is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Before {
    /// Whom they would have asked, of the customers of this part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invited: Vec<WouldAsk>,
    /// What they would have counted: all that was answered so far, of each number the last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<WouldCount>,
}

impl Before {
    /// Whether this part is the first.
    pub fn is_nothing(&self) -> bool {
        self.invited.is_empty() && self.counted.is_empty()
    }
}

/// That a customer would have been asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WouldAsk {
    /// The customer's id.
    #[schema(value_type = String)]
    pub customer: CustomerId,
    /// The survey.
    pub survey: String,
    /// When it would have been sent.
    #[schema(value_type = String, format = DateTime)]
    pub send_at: Timestamp,
    /// The address that was told with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The telephone number that was told with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// How many a quota would have counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WouldCount {
    /// The quota's name.
    pub quota: String,
    /// The agent, unit or value it is of; empty where there is one number for all.
    pub of: String,
    /// The customer's day.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// How many.
    pub used: u32,
    /// For when the last of them would have been asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last: Option<Timestamp>,
}

impl From<(Counted, Counter)> for WouldCount {
    fn from((Counted { quota, of, day }, Counter { used, last }): (Counted, Counter)) -> Self {
        Self { quota, of, day, used, last }
    }
}

impl From<WouldCount> for (Counted, Counter) {
    fn from(WouldCount { quota, of, day, used, last }: WouldCount) -> Self {
        (Counted { quota, of, day }, Counter { used, last })
    }
}
