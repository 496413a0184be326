//! Interactions: what has happened with customers, and whether they are asked about it. One, many, or (`stream`) any number.

mod stream;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json as Reply;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::{FieldProblem, Problem, Survey};

use super::App;
use super::body::{self, Json, Query};
use super::caller::Teller;
use super::error::Error;
use crate::domain::asking::{
    Accepted, Asker, Before, Counted, Counter, Decision, Interaction, Invite, WouldCount, locate,
};
use crate::domain::limits::Limits;
use crate::domain::phones::Phones;
use crate::domain::secrets::{Token, random};
use crate::domain::surveys::link;
use crate::store::{Case, InForce, Outcome};

/// The media type of one JSON value a line.
pub const NDJSON: &str = "application/x-ndjson";

/// Many interactions.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct InteractionsRequest {
    /// They are decided on one after the other; one that is not valid stops all of them.
    pub interactions: Vec<Interaction>,
    /// Of a dry run in several calls, what the calls before have come to: then quotas and quiet periods are kept over all of them.
    #[serde(default, skip_serializing_if = "Before::is_nothing")]
    pub before: Before,
}

/// One interaction, or many.
pub(super) enum Told {
    AtOnce {
        interactions: Vec<Interaction>,
        before: Before,
        /// Whether it is one by itself.
        alone: bool,
    },
    /// One a line; and how long a line may be, bytes.
    Lines(Body, usize),
}

impl<S: Send + Sync> FromRequest<S> for Told {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Many {
            interactions: Option<IgnoredAny>,
        }
        if body::is_of(&request, NDJSON) {
            let longest = body::limit(&request);
            return Ok(Self::Lines(request.into_body(), longest));
        }
        let bytes = body::bytes(request, state, body::JSON).await?;
        // What is no JSON at all is said by either.
        let many = serde_json::from_slice::<Many>(&bytes).is_ok_and(|many| many.interactions.is_some());
        if many {
            let Json(InteractionsRequest { interactions, before }) = Json::read(&bytes)?;
            Ok(Self::AtOnce { interactions, before, alone: false })
        } else {
            let Json(interaction) = Json::read(&bytes)?;
            Ok(Self::AtOnce { interactions: vec![interaction], before: Before::default(), alone: true })
        }
    }
}

/// What became of many interactions.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct InteractionsDecided {
    /// One for each, in their order.
    pub interactions: Vec<InteractionDecided>,
    /// Of a dry run, what quotas would have counted with it: for the next call's `before`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<WouldCount>,
}

/// What became of one of any number of interactions.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum LineDecided {
    /// It was decided on.
    Decided(InteractionDecided),
    /// Nothing was done.
    Refused(LineRefused),
}

/// Why nothing was done about an interaction.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct LineRefused {
    /// Its line in the body, from 1 on.
    pub line: u64,
    /// What is wrong.
    pub error: Problem,
}

/// What became of an interaction.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InteractionDecided {
    /// The interaction's id, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The customer's id.
    pub customer: String,
    /// `invited` or `skipped`.
    pub decision: String,
    /// Why the customer is not asked: `no_rule`, `no_address`, `unsubscribed`, `bounced`, `suppressed`, `asked_recently`,
    /// `asked_often_enough`, `not_sampled`, `backlog`, `outside_hours`, `quota_used_up`. None if the customer is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same for people.
    pub sentence: String,
    /// From when on that would no longer stand in the way, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Whether the id was told before: this is the answer of the first time, and nothing was done.
    pub duplicate: bool,
    /// The rule that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The survey that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<String>,
    /// The mail that is sent; without one, send the link yourself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// When it is sent, or should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub send_at: Option<Timestamp>,
    /// The personal link; none where it was only tried. An interaction without an id gets it this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The secret in the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Until when it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct TryQuery {
    /// Only say what would become of them; nothing is kept, and no link made.
    #[serde(default)]
    dry_run: bool,
}

/// Tells what has happened with customers; they are asked about it as the asking document says. A body that is one interaction
/// by itself is answered by what became of it. As `application/x-ndjson` the body has an interaction in each line, any number of
/// them; each is answered by a line, in their order, as soon as it is kept, and one that is not valid is passed over.
#[utoipa::path(post, path = "/v1/interactions", operation_id = "tell_interactions", tag = "asking", security(("key" = ["write"])),
    params(TryQuery),
    request_body(content((InteractionsRequest = "application/json"), (Interaction = "application/x-ndjson"))),
    responses((status = 200, content((InteractionsDecided = "application/json"), (LineDecided = "application/x-ndjson"))),
        (status = 400, body = Problem),
        (status = 409, body = Problem, description = "no asking document was pushed yet"),
        (status = 422, body = Problem, description = "some are not valid; nothing was done")))]
pub(super) async fn create(
    teller: Teller,
    State(app): State<App>,
    Query(query): Query<TryQuery>,
    told: Told,
) -> Result<Response, Error> {
    let (interactions, before, alone) = match told {
        Told::AtOnce { interactions, before, alone } => (interactions, before, alone),
        Told::Lines(..) if query.dry_run => {
            return Err(Error::parameter("dry_run", "lines are not tried: send them as application/json"));
        }
        Told::Lines(body, longest) => return stream::answer(app, teller, body, longest),
    };
    if !query.dry_run && !before.is_nothing() {
        let problem = FieldProblem::new("before", "only a dry run goes by what was only tried");
        return Err(Error::Invalid("list of interactions", vec![problem]));
    }
    let accepted = accept(interactions, alone, &app.limits, app.phones)?;
    let (mut interactions, counted) = decide(&app, accepted, query.dry_run.then_some(before)).await?;
    Ok(match interactions.pop() {
        Some(one) if alone => Reply(one).into_response(),
        last => {
            interactions.extend(last);
            Reply(InteractionsDecided { interactions, counted }).into_response()
        }
    })
}

/// Decides on interactions, one after the other, all or nothing; or only tries to, after what was tried before. What became of
/// each, and what quotas would have counted with it.
async fn decide(
    app: &App,
    mut accepted: Vec<Accepted>,
    only_try: Option<Before>,
) -> Result<(Vec<InteractionDecided>, Vec<WouldCount>), Error> {
    let App { store, clock, pages, .. } = app;
    // To the second: nobody needs to be told the nanosecond at which a mail goes out.
    let now = Timestamp::from_second(clock().as_second()).unwrap_or(Timestamp::UNIX_EPOCH);
    let (in_force, organisation, open, surveys) = {
        let catalog = store.catalog();
        let in_force = catalog.asking().ok_or(Error::NoAsking)?;
        let surveys = surveys_of(&in_force, |id| catalog.survey(id));
        (in_force, catalog.organisation(), catalog.backlog(), surveys)
    };
    locate(&mut accepted, &organisation, now);
    let asker = Asker::new(Arc::clone(&in_force.document), &organisation, in_force.seed, open, now);
    let mut cases = Vec::with_capacity(accepted.len());
    let mut named = Vec::with_capacity(accepted.len());
    for interaction in accepted {
        let token = match &interaction.id {
            Some(id) => in_force.seed.token(id),
            None => Token::from_random(random().map_err(|error| Error::Internal(error.to_string()))?),
        };
        let id = interaction.id.as_ref().map(|id| id.as_str().to_owned());
        named.push((id, interaction.customer().to_string(), token.clone()));
        cases.push(Case { interaction, token });
    }
    let is_trial = only_try.is_some();
    let outcomes = store.interact(cases, asker, surveys.clone(), only_try).await?;
    let counted = counted(&outcomes);
    let decided = outcomes.into_iter().zip(named).map(|(outcome, (id, customer, token))| {
        // Of a link that was not made nobody is told.
        let made = !is_trial || outcome.duplicate;
        let decided = InteractionDecided::new(id, customer, &outcome);
        let survey = decided.survey.as_ref().and_then(|survey| surveys.get(survey)).filter(|_| made);
        let token = survey.map(|_| token.reveal());
        let link = survey
            .zip(token.as_ref())
            .map(|(survey, token)| link(survey, token, pages.public_url.as_deref()));
        InteractionDecided { link, token, ..decided }
    });
    Ok((decided.collect(), counted))
}

impl InteractionDecided {
    fn new(id: Option<String>, customer: String, outcome: &Outcome) -> Self {
        let (invite, skip) = match &outcome.decision {
            Decision::Invited(invite) => (Some(invite), None),
            Decision::Skipped(skip) => (None, Some(skip)),
        };
        let sentence = match (invite, skip) {
            (Some(Invite { rule, survey, mail: Some(mail), send_at, .. }), _) => {
                format!(
                    "The customer is asked {survey}, by the rule {rule}: the mail {mail} goes out at {send_at}."
                )
            }
            (Some(Invite { rule, survey, send_at, .. }), _) => {
                format!("The customer is asked {survey}, by the rule {rule}: send the link at {send_at}.")
            }
            (None, skip) => skip.map(|skip| skip.sentence(outcome.at)).unwrap_or_default(),
        };
        Self {
            id,
            customer,
            decision: if invite.is_some() { "invited" } else { "skipped" }.to_owned(),
            reason: skip.map(|skip| skip.code().to_owned()),
            sentence,
            until: skip.and_then(|skip| skip.until()),
            duplicate: outcome.duplicate,
            rule: invite.map(|invite| invite.rule.clone()),
            survey: invite.map(|invite| invite.survey.clone()),
            mail: invite.and_then(|invite| invite.mail.clone()),
            send_at: invite.map(|invite| invite.send_at),
            link: None,
            token: None,
            expires_at: outcome.expires_at,
        }
    }
}

/// The surveys that the rules ask.
fn surveys_of(
    in_force: &InForce,
    find: impl Fn(&str) -> Option<Arc<Survey>>,
) -> BTreeMap<String, Arc<Survey>> {
    let rules = in_force.document.rules.iter();
    rules.filter_map(|rule| Some((rule.survey.clone(), find(&rule.survey)?))).collect()
}

/// What was counted in the end.
fn counted(outcomes: &[Outcome]) -> Vec<WouldCount> {
    let invites = outcomes.iter().filter_map(|outcome| match &outcome.decision {
        Decision::Invited(invite) => Some(&invite.counted),
        Decision::Skipped(_) => None,
    });
    let last: BTreeMap<Counted, Counter> = invites.flatten().cloned().collect();
    last.into_iter().map(WouldCount::from).collect()
}

fn accept(
    interactions: Vec<Interaction>,
    alone: bool,
    limits: &Limits,
    phones: Phones,
) -> Result<Vec<Accepted>, Error> {
    let most = limits.invitations_per_call;
    if interactions.is_empty() || interactions.len() > most {
        let detail =
            format!("1 to {most} in one call (limits.invitations_per_call), not {}", interactions.len());
        return Err(Error::Invalid("list of interactions", vec![FieldProblem::new("interactions", detail)]));
    }
    let mut problems = Vec::new();
    let mut accepted = Vec::with_capacity(interactions.len());
    for (i, interaction) in interactions.into_iter().enumerate() {
        let place = |path: String| if alone { path } else { format!("interactions[{i}].{path}") };
        match interaction.accept(limits, phones) {
            Ok(interaction) => accepted.push(interaction),
            Err(wrong) => problems.extend(
                wrong.into_iter().map(|problem| FieldProblem { path: place(problem.path), ..problem }),
            ),
        }
    }
    if problems.is_empty() { Ok(accepted) } else { Err(Error::Invalid("list of interactions", problems)) }
}
