//! Open surveys: answers of people who were not invited, and what their page may tell of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;
use wire::{FieldProblem, Submission, Survey};

use crate::domain::invitations::{Invitation, check_attributes, expiry, present};
use crate::domain::limits::Limits;
use crate::domain::names::AgentId;
use crate::domain::secrets::TokenHash;

/// What stands for the invitation's token: one response for each submission id, whatever is sent under it.
pub fn key(survey: &Survey, submission: Uuid) -> TokenHash {
    TokenHash::derived(&["open", &survey.id, &submission.to_string()])
}

/// Makes the invitation that nobody was sent. What the page tells beyond what the survey asks it for is left out.
///
/// # Errors
/// What is wrong with the rest: `agent`, `attributes.plan`.
pub fn invite(
    survey: &Survey,
    submission: &Submission,
    now: Timestamp,
    limits: &Limits,
) -> Result<Invitation, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut note = |path: &str, detail: String| problems.push(FieldProblem::new(path, detail));
    let asked_for = |name: &str| {
        survey.open.as_ref().is_some_and(|open| open.attributes.iter().any(|asked| asked == name))
    };
    let agent = present(submission.agent.clone().filter(|_| asked_for("agent")))
        .and_then(|id| id.parse::<AgentId>().map_err(|why| note("agent", why.to_string())).ok());
    let told = submission.attributes.iter().filter(|(name, _)| *name != "agent" && asked_for(name));
    let told = told.filter_map(|(name, value)| Some((name.clone(), present(Some(value.clone()))?)));
    let attributes: BTreeMap<String, String> = told.collect();
    check_attributes(&attributes, limits, &mut note);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Invitation {
        survey: survey.id.clone(),
        customer: None,
        agent,
        language: None,
        first_name: None,
        attributes,
        created_at: now,
        expires_at: expiry(survey, now),
        response: None,
        number: None,
        withdrawn: false,
        decided: None,
    })
}
