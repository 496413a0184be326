//! The work list.

use serde::{Deserialize, Serialize};

use super::{Promise, State};
use crate::nps::{Category, Score};

/// Somebody or something with a name for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name; the id, where none is known any more.
    pub name: String,
}

/// A page of the work list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CasesPage {
    /// The cases: the open ones by what is due first, then the closed ones, the newest first.
    pub cases: Vec<CaseSummary>,
    /// How many there are of each kind.
    pub counts: Counts,
    /// How many match the whole query, this page and all others.
    pub matching: u64,
    /// What to ask for the next page with (`cursor`); absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How many cases there are among those that the caller sees, of the unit and the customer asked for; whatever state, owner,
/// root cause and time were asked for besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Open and not yet acknowledged.
    pub new: u64,
    /// Acknowledged, and nobody has talked to the customer yet.
    pub acknowledged: u64,
    /// Contacted, and not yet closed.
    pub contacted: u64,
    /// All that are open.
    pub open: u64,
    /// Open, and something is due before the day ends, where the working hours are; the overdue ones are not among them.
    pub due: u64,
    /// Open, and a promise was missed.
    pub overdue: u64,
    /// All that are closed.
    pub closed: u64,
    /// The open ones by who follows them up, the most first.
    pub by_owner: Vec<OwnerCount>,
    /// All by root cause, open and closed, the most first; those of which none is known are left out.
    pub by_root_cause: Vec<RootCauseCount>,
}

/// How many open cases somebody has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerCount {
    /// Who.
    pub owner: Named,
    /// Open cases.
    pub open: u64,
    /// Those of them of which a promise was missed.
    pub overdue: u64,
}

/// How many cases a root cause was behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RootCauseCount {
    /// Which.
    pub root_cause: Named,
    /// Cases.
    pub cases: u64,
}

/// A case on the work list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseSummary {
    /// Its number.
    pub id: u64,
    /// How far it is.
    pub state: State,
    /// The score that the customer gave last.
    pub score: Option<Score>,
    /// What it says.
    pub category: Option<Category>,
    /// The customer's id; absent where nobody knows who it was.
    pub customer: Option<String>,
    /// The customer's first name, if it is known.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The beginning of what the customer wrote.
    pub comment: Option<String>,
    /// The survey's id.
    pub survey: Option<String>,
    /// Whose interaction it was.
    pub agent: Option<Named>,
    /// The unit that the agent was in.
    pub unit: Option<Named>,
    /// Who follows it up.
    pub owner: Named,
    /// The rule that opened it; absent if that was done by hand.
    pub rule: Option<String>,
    /// What was behind it, once that is known.
    pub root_cause: Option<Named>,
    /// When it was opened.
    pub opened_at: String,
    /// When something is to be done next; absent once it is closed, and where nothing was promised.
    pub due_at: Option<String>,
    /// What.
    pub due: Option<Promise>,
    /// Whether that time is over.
    pub overdue: bool,
    /// How often it went up in the organisation, since a promise was missed.
    pub escalations: u32,
}
