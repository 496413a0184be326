//! `/k/{sealed}`: whoever follows up takes notice of a case, by the link in the mail and without signing in.
//!
//! Programs that look into mail open every link: a `GET` shows a page with one button, and only its `POST` does something. The page
//! says nothing of the customer, and stands in nobody's frame.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use wire::Direction;
use wire::cases::{Act, Action, State as CaseState};

use super::headers::is_from_here;
use super::page::Page;
use crate::domain::cases::{Acknowledgement, Case, Entry, Sees, What, Who};
use crate::domain::mails::owner::{language_of, state, time, word};
use crate::domain::people::Person;
use crate::http::App;
use crate::http::error::Error;
use crate::store::{ActError, Detail, Following};

/// What may be done with the page: nothing, but to press its button.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Somebody with such a link.
struct Holder {
    link: Acknowledgement,
    person: Arc<Person>,
    following: Following,
    detail: Detail,
    language: &'static str,
}

/// `GET /k/{sealed}`: the page with the button. Nothing is done.
pub(in crate::http) async fn show(State(app): State<App>, Path(sealed): Path<String>) -> Response {
    match find(&app, &sealed).await {
        Ok(holder) => holder.page(false),
        Err(error) => gone(&error),
    }
}

/// `POST /k/{sealed}`: the case is acknowledged, if it is still new and this person's.
pub(in crate::http) async fn acknowledge(
    State(app): State<App>,
    Path(sealed): Path<String>,
    headers: HeaderMap,
) -> Response {
    let holder = match find(&app, &sealed).await {
        Ok(holder) => holder,
        Err(error) => return gone(&error),
    };
    if !holder.can_acknowledge() || !is_from_here(&headers, &app.pages) {
        return holder.page(false);
    }
    let Holder { link, person, following, .. } = &holder;
    let act = Act { expected: Some(CaseState::New), ..Act::plain(Action::Acknowledge) };
    let (who, now, limits) = (Who::Person(person.id.clone()), (app.clock)(), Arc::clone(&app.limits));
    let done = app.store.act(link.case, act, who, following.clone(), limits, now).await;
    match done {
        Ok(()) => holder.page(true),
        // Somebody was faster: the page says who.
        Err(ActError::Changed(..)) => match find(&app, &sealed).await {
            Ok(holder) => holder.page(false),
            Err(error) => gone(&error),
        },
        Err(ActError::Store(error)) => gone(&error.into()),
        Err(error) => gone(&Error::Internal(error.to_string())),
    }
}

async fn find(app: &App, sealed: &str) -> Result<Holder, Error> {
    let now = (app.clock)();
    let unknown = || Error::NotFound { what: "case for this link", id: String::new() };
    let secret = app.store.catalog().link_secret().ok_or_else(unknown)?;
    let link = Acknowledgement::open(&secret, sealed, now)?;
    let following = app.store.following().ok_or_else(unknown)?;
    let person = following.staff.active(link.person.as_str()).cloned().ok_or_else(unknown)?;
    let detail = app.store.case(link.case, Sees::All).await?.ok_or_else(unknown)?;
    let language = language_of(&person);
    Ok(Holder { link, person, following, detail, language })
}

impl Holder {
    fn case(&self) -> &Case {
        &self.detail.listed.case
    }

    fn can_acknowledge(&self) -> bool {
        self.case().state == CaseState::New && self.case().owner == self.person.id
    }

    fn page(&self, done: bool) -> Response {
        let say = |key| word(self.language, key).replace("{id}", &self.link.case.to_string());
        let content = html! {
            section.card data-state="acknowledge" {
                @if done {
                    h1.message role="status" { (say("page_done")) }
                } @else if self.can_acknowledge() {
                    h1.message { (say("page_question")) }
                    form method="post" {
                        div.buttons { button.send type="submit" { (say("acknowledge")) } }
                    }
                } @else {
                    h1.message { (self.since(&say("page_by"))) }
                }
            }
        };
        respond(self.language, &say("page_title"), content, StatusCode::OK)
    }

    /// How the case is, since when, and by whom.
    fn since(&self, text: &str) -> String {
        let zone = self.following.in_force.hours(&self.following.staff.organisation).zone().clone();
        let moved = |entry: &&Entry| {
            matches!(
                entry.what,
                What::State | What::Opened | What::Reopened | What::Assigned | What::Escalated
            )
        };
        let last = self.detail.trail.iter().rev().find(moved);
        let who = last.and_then(|entry| match &entry.who {
            Who::Person(id) => self.following.staff.people.get(id).map(|person| person.name.clone()),
            _ => None,
        });
        let at = last.map_or(Timestamp::UNIX_EPOCH, |entry| entry.at);
        text.replace("{state}", state(self.language, self.case().state))
            .replace("{time}", &time(self.language, at, &zone))
            .replace("{who}", who.as_deref().unwrap_or(word(self.language, "nobody")))
    }
}

/// Nobody is told whether there was such a case.
fn gone(error: &Error) -> Response {
    let sentence = word("en", "page_gone");
    let content = html! { section.card data-state="problem" { h1.message { (sentence) } } };
    let page = page("en", sentence, content);
    protect(page.respond_with(error))
}

fn respond(language: &str, title: &str, content: Markup, status: StatusCode) -> Response {
    protect(page(language, title, content).respond(status))
}

fn page<'a>(language: &'a str, title: &'a str, content: Markup) -> Page<'a> {
    Page { language, direction: Direction::Ltr, title, survey: None, content }
}

fn protect(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
