//! Signing in: what the desk sends, and what it hears of who it is.

use serde::{Deserialize, Serialize};

/// The body of `POST /v1/session`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The person's e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// Who has signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The person's id.
    pub person: String,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// `agent`, `lead` or `admin`.
    pub role: String,
    /// The units that the person leads.
    #[serde(default)]
    pub units: Vec<SessionUnit>,
    /// The agent who the person is.
    #[serde(default)]
    pub agent: Option<String>,
    /// The language that the person reads; absent where nobody has said.
    #[serde(default)]
    pub language: Option<String>,
    /// How many characters a new password has at least.
    #[serde(default)]
    pub password_characters: usize,
    /// When the session ends if nothing more is asked for: a time with its zone.
    pub ends: String,
}

/// A unit that a person leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionUnit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The body of `POST /v1/welcome`: the token of a link to set a password.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Welcome {
    /// What stands in the link behind `#`.
    pub token: String,
}

/// Who is welcome, and what a password must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Welcomed {
    /// The name.
    pub name: String,
    /// What the person signs in with.
    pub email: String,
    /// How many characters a password has at least.
    pub password_characters: usize,
}

/// The body of `PUT /v1/password`: a new password, by the token of a link or by the password so far.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPassword {
    /// What stands in the link behind `#`; without it, whoever has signed in is meant, and `current` is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The password so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// The new one.
    pub password: String,
}
