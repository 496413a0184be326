//! What has happened with a customer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{FieldProblem, Survey};

use super::whom::Homes;
use crate::domain::customers::Customer;
use crate::domain::dates;
use crate::domain::invitations::{Invitation, InvitationRequest, Told, expiry, present};
use crate::domain::limits::Limits;
use crate::domain::names::{AgentId, BadName, CustomerId, InteractionId};
use crate::domain::organisation::Organisation;
use crate::domain::phones::Phones;
use crate::domain::surveys::pick_language;

/// An interaction as it is told: one element of `POST /v1/interactions`, one row of a CSV.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Interaction {
    /// Its id at the company: told again within 30 days it gets the answer of the first time. Without one each is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The customer's id at the company.
    pub customer: String,
    /// What it came to: `resolved`, `sold`, `cancelled`… Kept as the attribute `outcome`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The stage of the customer's journey: `onboarding`, `support`, `renewal`… Kept as the attribute `journey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey: Option<String>,
    /// Where the mail goes; by it the customer can be looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// By which the customer can be looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// For `{first_name}` in texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The customer's language; the survey's nearest is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where the customer's days and hours are: a name of the IANA database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The agent whose interaction it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Anything else known about it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

/// An interaction that can be decided on.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Its id, if it has one.
    pub id: Option<InteractionId>,
    /// What it tells of the customer, the agent and itself; `outcome` and `journey` are among the attributes.
    pub told: Told,
    /// The customer's language.
    pub language: Option<String>,
    /// The customer's own time zone.
    pub zone: Option<TimeZone>,
    /// The units that the agent was in; see [`locate`].
    pub(super) homes: Arc<Homes>,
}

/// Looks up the units that the agents of these interactions are in at this moment.
pub fn locate(interactions: &mut [Accepted], organisation: &Organisation, now: Timestamp) {
    let mut found: HashMap<AgentId, Arc<Homes>> = HashMap::new();
    for interaction in interactions {
        let Some(agent) = &interaction.told.agent else { continue };
        let homes = found.entry(agent.clone()).or_insert_with(|| {
            let units = organisation.units_of(agent.as_str(), now);
            Arc::new(units.into_iter().map(|(kind, unit)| (kind.to_owned(), unit.to_owned())).collect())
        });
        interaction.homes = Arc::clone(homes);
    }
}

impl Interaction {
    /// Checks it.
    ///
    /// # Errors
    /// Everything that is wrong, with paths relative to it: `email`, `attributes.region`.
    pub fn accept(self, limits: &Limits, phones: Phones) -> Result<Accepted, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut note = |path: &str, detail: String| problems.push(FieldProblem::new(path, detail));
        let id =
            present(self.id).and_then(|id| id.parse().map_err(|why| note_name(&mut note, "id", why)).ok());
        let zone = present(self.time_zone).and_then(|name| {
            let zone = dates::time_zone(&name);
            if zone.is_none() {
                note("time_zone", format!("there is no time zone {name:?}: such as Europe/London"));
            }
            zone
        });
        let language = present(self.language);
        if language.as_ref().is_some_and(|language| language.len() > limits.attribute_bytes) {
            note(
                "language",
                format!("longer than {} bytes (limits.attribute_bytes)", limits.attribute_bytes),
            );
        }
        let mut attributes = self.attributes;
        for (name, value) in [("outcome", self.outcome), ("journey", self.journey)] {
            let Some(value) = present(value) else { continue };
            if attributes.insert(name.to_owned(), value).is_some() {
                note(&format!("attributes.{name}"), format!("{name} is told already, beside the attributes"));
            }
        }
        let request = InvitationRequest {
            customer: self.customer,
            email: self.email,
            phone: self.phone,
            first_name: self.first_name,
            agent: self.agent,
            attributes,
            ..InvitationRequest::default()
        };
        match request.told(limits, phones, &mut note) {
            Some(told) if problems.is_empty() => {
                Ok(Accepted { id, told, language, zone, homes: Arc::default() })
            }
            _ => Err(problems),
        }
    }
}

fn note_name(note: &mut impl FnMut(&str, String), path: &str, why: BadName) {
    note(path, why.to_string());
}

impl Accepted {
    /// Who it was with.
    pub fn customer(&self) -> &CustomerId {
        &self.told.customer
    }

    /// What it tells of the customer.
    pub fn known(&self) -> &Customer {
        &self.told.known
    }

    /// The invitation to this survey, sent at a later time than it is made.
    pub fn invitation(self, survey: &Survey, now: Timestamp, send_at: Timestamp) -> Invitation {
        let Told { customer, agent, known, attributes } = self.told;
        Invitation {
            survey: survey.id.clone(),
            customer: Some(customer),
            agent,
            language: self.language.map(|language| pick_language(&survey.languages, &[&language]).to_owned()),
            first_name: known.first_name,
            attributes,
            created_at: now,
            expires_at: expiry(survey, send_at),
            response: None,
            number: None,
            withdrawn: false,
            decided: None,
        }
    }
}
