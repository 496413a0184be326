//! When a question is asked.

use serde::{Deserialize, Serialize};

use crate::nps::Category;

/// Something that must hold of the answer to an earlier question. A condition that names nothing but the question holds
/// once it is answered; an answer that was given to a question which is no longer asked does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Condition {
    /// Id of a question that comes before.
    pub question: String,
    /// `nps`: the score is of one of these categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Category>,
    /// `choice`, `choices`: one of these was chosen, by its id; `other` for the customer's own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<String>,
    /// `nps`, `rating`, `ces`: the number is this or higher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// `nps`, `rating`, `ces`: the number is this or lower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
}
