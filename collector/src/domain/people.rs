//! The people of the company who work with Hearback: those who follow up, those who lead, those who run it.
//!
//! Read in this order: the values below, `roster` (finding them), `sight` (what each may see), `passwords`, `sessions` (who has
//! signed in).

mod passwords;
mod roster;
mod sessions;
mod sight;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::FieldProblem;

use crate::domain::customers::normal_email;
use crate::domain::names::{AgentId, PersonId, UnitId};
use crate::domain::organisation::Organisation;
use crate::domain::surveys::is_language;

pub use passwords::{MAX_PASSWORD_BYTES, Password, Unhashable};
pub use roster::People;
pub use sessions::{Rules, Session, Welcome};
pub use sight::Sees;

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// The most units that somebody can be bound to.
const MAX_UNITS: usize = 100;

/// What somebody may do.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees what customers said of her or his own interactions, and follows up.
    #[default]
    Agent,
    /// Sees what belongs to her or his units and to all below them.
    Lead,
    /// Sees everything, and may do what keys of every scope may.
    Admin,
}

impl Role {
    /// The name used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Agent, Self::Lead, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or("a role is agent, lead or admin")
    }
}

fn is_active() -> bool {
    true
}

/// Somebody who works with Hearback. Stored: fields are only added, with a default. The password is kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// By which cases, commands and logs name the person.
    #[schema(value_type = String)]
    pub id: PersonId,
    /// The name for people.
    pub name: String,
    /// To sign in with, and where mail goes. Nobody else has it.
    pub email: String,
    /// What the person may do.
    pub role: Role,
    /// The units that a lead leads; those below them are hers or his as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub units: Vec<UnitId>,
    /// The agent who the person is, as invitations name it; an agent's role needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub agent: Option<AgentId>,
    /// How many open cases the person can have; without it, as many as the follow-up document says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// In which mails are written and the desk speaks: a tag such as `de`. Without it mails are in English, and the desk in the
    /// browser's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether the person can sign in and be given cases. Who is away for long is not.
    #[serde(default = "is_active")]
    pub active: bool,
}

impl Person {
    /// The same with its e-mail address in normal form, names trimmed, no unit named twice.
    #[must_use]
    pub fn normal(mut self) -> Self {
        self.name = self.name.trim().to_owned();
        if let Ok(email) = normal_email(&self.email) {
            self.email = email;
        }
        let mut seen = std::collections::HashSet::new();
        self.units.retain(|unit| seen.insert(unit.clone()));
        self
    }

    /// Everything that is wrong with a person in normal form who is to be among these; nothing, if it can be kept.
    pub fn check(&self, people: &People, organisation: &Organisation) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut wrong = |field: String, detail: String| problems.push(FieldProblem::new(field, detail));
        if self.name.is_empty() || self.name.len() > MAX_NAME_BYTES || self.name.chars().any(char::is_control)
        {
            wrong("name".into(), format!("1 to {MAX_NAME_BYTES} bytes, without control characters"));
        }
        match normal_email(&self.email) {
            Err(why) => wrong("email".into(), why.into()),
            Ok(email) => {
                if let Some(other) = people.with_email(&email).filter(|other| other.id != self.id) {
                    wrong("email".into(), format!("{} has this address", other.id));
                }
            }
        }
        if self.units.len() > MAX_UNITS {
            wrong("units".into(), format!("{} units, more than {MAX_UNITS}", self.units.len()));
        }
        for (i, unit) in self.units.iter().enumerate().take(MAX_UNITS) {
            if organisation.unit(unit.as_str()).is_none() {
                wrong(format!("units[{i}]"), format!("there is no unit {unit}"));
            }
        }
        if self.role == Role::Lead && self.units.is_empty() {
            wrong("units".into(), "a lead leads at least one unit".into());
        }
        match &self.agent {
            Some(agent) if organisation.agent(agent.as_str()).is_none() => {
                wrong("agent".into(), format!("there is no agent {agent}"));
            }
            None if self.role == Role::Agent => {
                wrong("agent".into(), "the role agent needs the agent who the person is".into());
            }
            _ => {}
        }
        if self.capacity == Some(0) {
            wrong("capacity".into(), "1 or more; who is to be given no case is not active".into());
        }
        if let Some(language) = self.language.as_deref().filter(|tag| !is_language(tag)) {
            wrong("language".into(), format!("{language:?} is not a language tag such as de or pt-BR"));
        }
        problems
    }
}

#[cfg(test)]
#[path = "people/tests.rs"]
mod tests;
