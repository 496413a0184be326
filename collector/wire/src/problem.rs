//! What went wrong, in one shape everywhere.

use serde::{Deserialize, Serialize};

/// The body of every error the collector answers with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Stable name for programs, such as `invalid_answers`.
    pub code: String,
    /// What is wrong and what would be right, for the person who reads the log.
    pub detail: String,
    /// A sentence for the customer, in the customer's language, where a customer may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The tag of the language of `message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Which fields, where fields are to blame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// Where in the body: `answers.nps`, `invitations[3].email`.
    pub path: String,
    /// What is wrong with it and what would be right.
    pub detail: String,
}

impl FieldProblem {
    /// A problem with the field at `path`.
    pub fn new(path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { path: path.into(), detail: detail.into() }
    }
}
