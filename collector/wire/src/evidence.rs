//! Evidence: how soon customers were followed up, why they had to be, and what it changed. Fields are only added, with a default.

use serde::{Deserialize, Serialize};

use crate::cases::{CaseSummary, Counts, Named, Promise, State};
use crate::nps::{Nps, Score};
use crate::report::{Asked, Comparison, Entry, Share, TargetView};

/// What `GET /v1/cases/evidence` answers: the cases that were opened in a period, and what became of them by now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceReport {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// Only this unit and those below it; absent where all are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Only what this person follows up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Only what this rule has opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The parts of time that the period is cut into; absent where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// Groups with fewer cases are withheld.
    pub smallest: u64,
    /// All of them.
    pub total: Evidence,
    /// By the part of time in which they were opened, the oldest first.
    #[serde(default)]
    pub parts: Vec<EvidencePart>,
    /// By who follows them up, the most first.
    #[serde(default)]
    pub owners: Vec<EvidenceGroup>,
    /// By the unit that the agent was in, the most first.
    #[serde(default)]
    pub units: Vec<EvidenceGroup>,
}

/// What became of some cases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// How many.
    pub n: u64,
    /// How many of them were opened again after they had been closed.
    pub reopened: u64,
    /// How far they are.
    pub states: Vec<StateShare>,
    /// How long it took to acknowledge them, to talk to the customer, and to close them.
    pub waits: Vec<Wait>,
    /// What was behind them, the most frequent first: shares of those of which that is known.
    pub root_causes: Vec<RootCauseShare>,
    /// Of how many it is not known.
    pub root_cause_unknown: u64,
}

/// How many cases are in a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StateShare {
    /// Which.
    pub state: State,
    /// How many of all.
    #[serde(flatten)]
    pub share: Share,
}

/// How many cases a root cause was behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RootCauseShare {
    /// Which.
    pub root_cause: Named,
    /// How many of those whose root cause is known.
    #[serde(flatten)]
    pub share: Share,
}

/// How long something took, and whether it was done in time.
///
/// Where a case was opened again, what counts is when it was acknowledged and the customer talked to first, and when it was closed
/// last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Wait {
    /// What.
    pub promise: Promise,
    /// Cases in which it was done.
    pub done: u64,
    /// Cases that were closed without it: there was no need, or nobody could be reached. Up to then they count as waiting.
    pub closed_without: u64,
    /// Cases in which it is still to be done: they count with the time that has passed so far.
    pub waiting: u64,
    /// By the calendar.
    pub elapsed: Lengths,
    /// In working hours, as the follow-up document says them now; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working: Option<Lengths>,
    /// Whether the promise was kept.
    pub kept: Kept,
}

/// How long it took (Kaplan and Meier: who is still waiting is counted, with the time so far).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lengths {
    /// Hours after which it was done in half of the cases; absent where that is not so yet.
    pub median_hours: Option<f64>,
    /// 95 % interval of the median, low and high; an end is absent where too many are still waiting to tell.
    pub median_interval: [Option<f64>; 2],
    /// Hours after which it was done in nine of ten.
    pub p90_hours: Option<f64>,
}

/// Whether a promise was kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Kept {
    /// How many were kept, of those of which it is known: what was done, or closed, in time, of all that were done or are due.
    #[serde(flatten)]
    pub share: Share,
    /// Done too late.
    pub late: u64,
    /// Due, and still not done. They count as not kept.
    pub overdue: u64,
    /// Not yet done, and not yet due: they count neither way.
    pub not_yet_due: u64,
}

/// The cases that were opened in a part of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidencePart {
    /// What it is called: `2026-11`, `2026-W48`…
    pub label: String,
    /// Its first moment (RFC 3339).
    pub from: String,
    /// The first moment after it (RFC 3339).
    pub to: String,
    /// What became of them.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// The cases of a person or a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceGroup {
    /// Whose; absent for cases of no unit.
    pub group: Option<Named>,
    /// So many cases, too few for more to be shown: somebody could be singled out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// What became of them, unless that is withheld.
    #[serde(flatten)]
    pub evidence: Option<Evidence>,
}

/// Whose next score is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// Customers whose answer has opened a case.
    #[default]
    Cases,
    /// The same, and customers with a case that somebody has opened by hand, with the last score that they gave before.
    AllCases,
    /// Customers who gave 0 to 6, whether that has opened a case or not.
    Detractors,
}

/// Which score is the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NextScore {
    /// The customer's next one of the same survey.
    #[default]
    Same,
    /// The customer's next one of any survey.
    Any,
}

/// What `GET /v1/cases/recovery` answers: the next score of customers who were followed up, against those who were not.
///
/// Each customer counts once, with the first answer in the period. Followed up is whom somebody has talked to, or whose case was
/// resolved, before the next score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryReport {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// Only this unit and those below it; absent where all are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whose next score is looked at.
    pub among: Among,
    /// Which score is the next one.
    pub next: NextScore,
    /// With fewer next scores on either side, neither side's are shown.
    pub smallest: u64,
    /// How many customers.
    pub customers: u64,
    /// Those who were followed up.
    pub followed_up: Side,
    /// Those who were not.
    pub not_followed_up: Side,
    /// NPS of the next scores of those who were followed up less that of the others, as they were counted.
    pub difference: Option<Comparison>,
    /// The same among customers who began with the same score.
    pub adjusted: Option<Adjusted>,
    /// Share of those who moved up a category, in percentage points: followed up less not.
    pub moved_up: Option<Comparison>,
    /// Share of those asked again who answered, in percentage points: followed up less not.
    pub answered_again: Option<Comparison>,
    /// What is to be known before anything is made of it. That nobody drew lots stands there always.
    pub caveats: Vec<Caveat>,
}

/// Customers who were followed up, or were not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Side {
    /// Those who gave a next score.
    pub n: u64,
    /// So many next scores, too few on one of the sides for more to be shown: somebody could be singled out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// What these customers said first.
    pub first: Option<Nps>,
    /// What they said next.
    pub next: Option<Nps>,
    /// How many of those who were no promoters moved up a category.
    pub moved_up: Option<Share>,
    /// The mean of next less first score.
    pub mean_change: Option<f64>,
    /// The median of days from the first score to the next.
    pub median_days: Option<f64>,
    /// Of those who were asked again, who answered. By whether they were followed up when they were asked.
    pub answered_again: Share,
    /// Those who gave no next score and were not asked again.
    pub not_asked_again: u64,
    /// Those whose case says that they could not be reached.
    pub not_reached: u64,
}

/// A difference among customers who began with the same score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Adjusted {
    /// NPS of the next scores, followed up less not: the mean of the differences at each first score, each weighing as much as
    /// there are customers of both sides with it.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// First scores that there are on both sides.
    pub first_scores: u64,
    /// Customers with these.
    pub n: u64,
    /// Customers who are left out: nobody on the other side began with their score.
    pub left_out: u64,
}

/// Why a comparison is not fair, or not sure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Caveat {
    /// Which.
    pub code: CaveatCode,
    /// In a sentence.
    pub sentence: String,
}

/// What makes a comparison unfair or unsure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaveatCode {
    /// Nobody drew lots who is followed up.
    NotAtRandom,
    /// There are few next scores.
    Few,
    /// The two sides began with different scores.
    FirstScoresDiffer,
    /// Of one side more answered again than of the other.
    AnsweredAgainDiffers,
    /// On one side more time has passed until the next score.
    TimeDiffers,
    /// Some could not be reached.
    NotReached,
    /// Some began with a score that nobody on the other side began with.
    LeftOut,
    /// Of some the case was opened by hand.
    OpenedByHand,
}

/// What `GET /v1/agents/{agent}/coaching` answers: all about one agent, to talk about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coaching {
    /// What was asked.
    #[serde(flatten)]
    pub asked: Asked,
    /// The agent.
    pub agent: Named,
    /// The unit that the agent is in now.
    pub unit: Option<Named>,
    /// The parts of time of the trend.
    pub every: String,
    /// The agent's NPS, with its interval and trend. Between parts of the trend it is said whether a change is shown.
    pub score: Entry,
    /// The agent's NPS against the target of the unit, or of the nearest above that has one.
    pub target: Option<UnitTargetOfAgent>,
    /// What customers wrote, the latest first.
    pub comments: Vec<CommentOfAgent>,
    /// How many cases there are about the agent's interactions, of all times: by state, overdue, by root cause.
    pub counts: Counts,
    /// The cases that are open, those first of which something is due first; at most as many as comments.
    pub open_cases: Vec<CaseSummary>,
    /// The cases that are closed, the newest first; at most as many as comments.
    pub closed_cases: Vec<CaseSummary>,
}

/// An agent's score against the target of a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitTargetOfAgent {
    /// Whose target it is.
    pub unit: Named,
    /// How the agent stands to it.
    #[serde(flatten)]
    pub target: TargetView,
}

/// What a customer wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentOfAgent {
    /// The response's id.
    pub response: String,
    /// When it was given.
    pub at: String,
    /// The score, if there is one.
    pub score: Option<Score>,
    /// The survey's id.
    pub survey: String,
    /// The customer's words.
    pub comment: String,
    /// The case that it led to, if it led to one.
    pub case: Option<u64>,
}
