//! Cases: the work list, one case, what is done with it, and what came of many (`evidence`, `recovery`, `coaching`).
//!
//! Whoever does not see a case is told that there is none.

mod asked;
mod caller;
mod coaching;
mod evidence;
mod recovery;
mod view;

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use wire::cases::{Act, CaseView, CasesPage, NewCase};
use wire::{FieldProblem, Problem};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{Json, Query};
use super::error::Error;
use super::{App, Shared};
use crate::domain::cases::{CaseId, Entry, Sees};
use crate::domain::count_characters;
use crate::domain::names::{CustomerId, PersonId, UnitId};
use crate::store::{ActError, Following, ToldCase};

use asked::{CaseQuery, CasesQuery};
use caller::{Actor, Looker, Opener};
use view::Names;

/// The routes about cases.
pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(evidence::report))
        .routes(routes!(recovery::report))
        .routes(routes!(coaching::show))
        .routes(routes!(show))
        .routes(routes!(act))
}

/// The work list: a page of cases, and how many there are of each kind.
#[utoipa::path(get, path = "/v1/cases", operation_id = "list_cases", tag = "cases", security(("key" = ["read"])), params(CasesQuery),
    responses((status = 200, body = CasesPage), (status = 400, body = Problem)))]
pub(super) async fn list(
    looker: Looker,
    State(app): State<App>,
    Query(query): Query<CasesQuery>,
) -> Result<Reply<CasesPage>, Error> {
    let App { store, clock, limits, .. } = app;
    let at = clock();
    let (organisation, list) = {
        let catalog = store.catalog();
        (catalog.organisation(), catalog.work_list())
    };
    let mut wanted = query.read(&organisation, limits.page)?;
    if let Some(customer) = query.customer()? {
        wanted.only = Some(store.cases_of(customer).await?);
    }
    let now = asked::now(at, store.following().as_ref(), &organisation);
    let find = move || list.find(&wanted, &looker.sees, now);
    // Some milliseconds, of a million cases: nobody's answer is to wait for them.
    let found = tokio::task::spawn_blocking(find).await;
    let found = found.map_err(|_| Error::Internal("the work list was not made to its end".to_owned()))?;
    let cases = store.cases(found.cases).await?;
    let names = Names::new(&store, languages(query.language, looker.language), at);
    Ok(Reply(CasesPage {
        cases: cases.iter().map(|case| names.summary(case)).collect(),
        counts: names.counts(found.counts),
        matching: found.matching,
        next: found.next.map(|place| place.written()),
    }))
}

/// One case: what the customer answered, the customer's history, what happened, and what can be done.
#[utoipa::path(get, path = "/v1/cases/{id}", operation_id = "show_case", tag = "cases", security(("key" = ["read"])),
    params(("id" = u64, Path, description = "The case's number"), CaseQuery),
    responses((status = 200, body = CaseView), (status = 404, body = Problem, description = "there is none, or the caller does not see it")))]
pub(super) async fn show(
    looker: Looker,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<CaseQuery>,
) -> Result<Reply<CaseView>, Error> {
    view(&app, read(&id)?, &looker.sees, languages(query.language, looker.language)).await
}

/// Does something with a case. Of two who do the same at once, one is told that the other was faster.
#[utoipa::path(post, path = "/v1/cases/{id}/actions", operation_id = "act_on_case", tag = "cases", security(("key" = ["write"])),
    params(("id" = u64, Path, description = "The case's number")), request_body = Act,
    responses((status = 200, body = CaseView, description = "done, or done before with the same key"),
        (status = 404, body = Problem, description = "there is none, or the caller does not see it"),
        (status = 409, body = Problem, description = "the case is in another state by now; who made it so, and when"),
        (status = 422, body = Problem)))]
pub(super) async fn act(
    actor: Actor,
    State(app): State<App>,
    Path(id): Path<String>,
    Json(told): Json<Act>,
) -> Result<Reply<CaseView>, Error> {
    let case = read(&id)?;
    let following = app.store.following().ok_or(Error::NoFollowUp)?;
    seen(&app, case, &actor.sees).await?;
    let now = (app.clock)();
    let done = app.store.act(case, told, actor.who, following, Arc::clone(&app.limits), now).await;
    done.map_err(|error| refused(&app, error, case))?;
    // It was seen when it was done: who hands it over may not see it any more.
    view(&app, case, &Sees::All, languages(None, actor.language)).await
}

/// Opens a case by hand, about a response or a customer.
#[utoipa::path(post, path = "/v1/cases", operation_id = "open_case", tag = "cases", security(("key" = ["write"])), request_body = NewCase,
    responses((status = 201, body = CaseView), (status = 409, body = Problem, description = "the response has a case already"),
        (status = 422, body = Problem)))]
pub(super) async fn open(
    opener: Opener,
    State(app): State<App>,
    Json(told): Json<NewCase>,
) -> Result<(StatusCode, Reply<CaseView>), Error> {
    let following = app.store.following().ok_or(Error::NoFollowUp)?;
    let told = check(&app, &following, told, &opener).await?;
    let id = app.store.open_case(told, following, (app.clock)()).await;
    let id = id.map_err(|error| refused(&app, error, CaseId(0)))?;
    let case = view(&app, id, &Sees::All, languages(None, opener.language)).await?;
    Ok((StatusCode::CREATED, case))
}

async fn check(app: &App, following: &Following, told: NewCase, opener: &Opener) -> Result<ToldCase, Error> {
    let NewCase { response, customer, unit, owner, note } = told;
    let mut problems = Vec::new();
    let mut wrong = |field: &str, detail: String| problems.push(FieldProblem::new(field, detail));
    let staff = &following.staff;
    let customer = customer.parse::<CustomerId>().map_err(|error| wrong("customer", error.to_string())).ok();
    let mut sequence = None;
    if let Some((id, customer)) = response.zip(customer.clone()) {
        sequence = app.store.response_of(customer, id.clone()).await?;
        if sequence.is_none() {
            wrong("response", format!("the customer has no response {id:?} with a score"));
        }
    }
    let unit = unit.map(|unit| {
        let known = staff.organisation.unit(&unit).map(|unit| unit.id.clone());
        known.ok_or_else(|| format!("there is no unit {unit:?}"))
    });
    let unit: Option<UnitId> = unit.transpose().map_err(|detail| wrong("unit", detail)).unwrap_or_default();
    let owner = owner.map(|owner| {
        let known = staff.active(&owner).map(|person| person.id.clone());
        known.ok_or_else(|| format!("there is no person {owner:?} who can be given a case"))
    });
    let owner: Option<PersonId> =
        owner.transpose().map_err(|detail| wrong("owner", detail)).unwrap_or_default();
    let most = app.limits.note_characters;
    if note.as_ref().is_some_and(|note| note.trim().is_empty() || count_characters(note) > most) {
        wrong("note", format!("1 to {most} characters (limits.note_characters)"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid("case", problems));
    }
    Ok(ToldCase { response: sequence, customer, unit, owner, note, who: opener.who.clone() })
}

async fn seen(app: &App, id: CaseId, sees: &Sees) -> Result<(), Error> {
    let case = app.store.bare_case(id).await?.filter(|case| sees.case(case));
    case.map(|_| ()).ok_or_else(|| unknown(id))
}

async fn view(app: &App, id: CaseId, sees: &Sees, languages: Vec<String>) -> Result<Reply<CaseView>, Error> {
    let detail = app.store.case(id, sees.clone()).await?.ok_or_else(|| unknown(id))?;
    Ok(Reply(Names::new(&app.store, languages, (app.clock)()).case(&detail)))
}

fn read(id: &str) -> Result<CaseId, Error> {
    id.parse().map_err(|_| Error::NotFound { what: "case", id: id.to_owned() })
}

fn unknown(id: CaseId) -> Error {
    Error::NotFound { what: "case", id: id.to_string() }
}

fn languages(asked: Option<String>, own: Option<String>) -> Vec<String> {
    asked.into_iter().chain(own).collect()
}

/// Why nothing was done. Of two who want the same, the second is told who was faster.
fn refused(app: &App, error: ActError, id: CaseId) -> Error {
    match error {
        ActError::Unknown => unknown(id),
        ActError::Exists(id) => Error::CaseExists(id),
        ActError::Invalid(problems) => Error::Invalid("action", problems),
        ActError::Store(error) => error.into(),
        ActError::Changed(state, None) => Error::CaseChanged(format!("the case is {state}")),
        ActError::Changed(state, Some(entry)) => {
            let Entry { at, who, .. } = *entry;
            let names = Names::new(&app.store, Vec::new(), at);
            let by = names.who(&who).map_or_else(|| who.by().to_string(), |who| who.name);
            Error::CaseChanged(format!("the case is {state} since {at}, by {by}"))
        }
    }
}
