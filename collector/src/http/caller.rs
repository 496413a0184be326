//! Who calls: extractors that prove what they name. A handler that takes a [`Reader`] cannot be called without one.
//!
//! A caller is a program with an API key, a person with a session, or whoever may open the socket in the data directory. An admin
//! may do what keys of every scope may. Others may read what can be narrowed to what they see ([`Viewer`]), and nothing else:
//! a route is closed to them unless its handler says what of it they see.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::{header, request::Parts};
use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::error::Error;
use super::sign_in::{Refusal, cookie};
use super::{App, Shared};
use crate::domain::access::Scope;
use crate::domain::events::{Happened, Subject};
use crate::domain::people::{Person, Role, Sees, Session};
use crate::domain::secrets::{KeyHash, KeySecret, TokenHash};

/// A caller who may read all results.
pub(super) struct Reader;
/// A caller who may invite.
pub(super) struct Writer;
/// The same, who goes on doing so: whether that still holds is asked again and again.
pub(super) struct Teller(Caller);
/// A caller who may change surveys, organisation and keys.
pub(super) struct Administrator;
/// A caller who may read these results.
pub(super) struct Viewer(pub(super) Sees);

/// A caller who may read results, and goes on doing so: whether that still holds, and what of it is seen, is asked again and
/// again.
pub(super) struct Watcher {
    caller: Caller,
    sees: Sees,
}

/// A person who has signed in.
pub(super) struct SignedIn {
    /// Who.
    pub(super) person: Arc<Person>,
    /// The session.
    pub(super) session: Session,
    /// The hash of its token.
    pub(super) token: TokenHash,
}

/// Marks requests that came through the socket in the data directory: whoever can open that file could as well read and
/// write the directory itself.
#[derive(Clone, Copy)]
pub struct Local;

/// What a caller was found to be.
pub(super) enum Caller {
    /// Whoever may open the socket in the data directory.
    Local,
    /// A program, by the hash of its key.
    Key(KeyHash),
    /// A person who has signed in, with the hash of the session's token.
    Person(Arc<Person>, TokenHash),
}

macro_rules! caller {
    ($caller:ident, $scope:expr) => {
        impl FromRequestParts<Shared> for $caller {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Error> {
                find(parts, app).await?.prove(app, $scope).map(|()| Self)
            }
        }
    };
}

caller!(Reader, Scope::Read);
caller!(Writer, Scope::Write);
caller!(Administrator, Scope::Admin);

impl FromRequestParts<Shared> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Error> {
        match find(parts, app).await? {
            Caller::Person(person, _) => Ok(Self(Sees::of(&person))),
            caller => caller.prove(app, Scope::Read).map(|()| Self(Sees::All)),
        }
    }
}

impl FromRequestParts<Shared> for Watcher {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Error> {
        let caller = find(parts, app).await?;
        let sees = match &caller {
            Caller::Person(person, _) => Sees::of(person),
            caller => caller.prove(app, Scope::Read).map(|()| Sees::All)?,
        };
        Ok(Self { caller, sees })
    }
}

impl FromRequestParts<Shared> for Teller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Error> {
        let caller = find(parts, app).await?;
        caller.prove(app, Scope::Write).map(|()| Self(caller))
    }
}

impl Teller {
    /// That the caller may still write.
    ///
    /// # Errors
    /// When that is over.
    pub(super) fn prove_again(&self, app: &App) -> Result<(), Error> {
        let catalog = app.store.catalog();
        match &self.0 {
            Caller::Local => Ok(()),
            Caller::Key(key) => match catalog.key_allows(key, Scope::Write) {
                Some(true) => Ok(()),
                Some(false) => Err(Error::ScopeMissing(Scope::Write.as_str())),
                None => Err(Error::KeyUnknown),
            },
            Caller::Person(_, token) => match catalog.session(token, &app.rules, (app.clock)()) {
                Some((_, person)) if person.role == Role::Admin => Ok(()),
                _ => Err(Refusal::SessionOver.into()),
            },
        }
    }
}

impl Watcher {
    /// Whether the caller may still read; what a person sees may have changed.
    pub(super) fn still_may(&mut self, app: &App) -> bool {
        let catalog = app.store.catalog();
        match &mut self.caller {
            Caller::Local => true,
            Caller::Key(key) => catalog.key_allows(key, Scope::Read) == Some(true),
            Caller::Person(person, token) => {
                let Some((_, now)) = catalog.session(token, &app.rules, (app.clock)()) else { return false };
                self.sees = Sees::of(&now);
                *person = now;
                true
            }
        }
    }

    /// Whether the caller may hear of an event.
    pub(super) fn sees(&self, happened: &Happened) -> bool {
        let own_case = || match (&happened.subject, &self.caller) {
            (Subject::Case(_, case), Caller::Person(person, _)) => case.owner == person.id,
            _ => false,
        };
        match &self.sees {
            Sees::All => true,
            Sees::Agent(agent) => happened.subject.agent() == Some(agent) || own_case(),
            Sees::Units(units) => happened.units.iter().any(|unit| units.contains(unit)) || own_case(),
        }
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Error> {
        Self::find(parts, app).await?.ok_or_else(|| Refusal::SessionOver.into())
    }
}

impl OptionalFromRequestParts<Shared> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Option<Self>, Error> {
        match Self::find(parts, app).await {
            Err(Error::Person(Refusal::SessionOver)) => Ok(None),
            found => found,
        }
    }
}

impl SignedIn {
    /// Whose cookie the request has; nothing, if it has none.
    pub(super) async fn find(parts: &Parts, app: &App) -> Result<Option<Self>, Error> {
        let Some(token) = cookie::read(&parts.headers, &app.pages) else { return Ok(None) };
        cookie::check_site(&parts.method, &parts.headers, &app.pages)?;
        let (token, now) = (token.hash(), (app.clock)());
        let found = app.store.catalog().session(&token, &app.rules, now);
        let (session, person) = found.ok_or(Refusal::SessionOver)?;
        if session.is_to_be_noted(now) {
            // Where it cannot be written, it can still be read; the session then ends a little sooner.
            let _ = app.store.use_session(person.id.clone(), token, now).await;
        }
        Ok(Some(Self { person, session: Session { used: now, ..session }, token }))
    }
}

/// Who calls.
pub(super) async fn find(parts: &Parts, app: &App) -> Result<Caller, Error> {
    if parts.extensions.get::<Local>().is_some() {
        return Ok(Caller::Local);
    }
    let Some(header) = parts.headers.get(header::AUTHORIZATION) else {
        let signed_in = SignedIn::find(parts, app).await?.ok_or(Error::KeyMissing)?;
        app.throttles.session(&signed_in.token)?;
        return Ok(Caller::Person(signed_in.person, signed_in.token));
    };
    let header = header.to_str().ok().and_then(|value| value.split_once(' '));
    let (scheme, secret) = header.ok_or(Error::KeyMissing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::KeyMissing);
    }
    // Looked up by hash: the time it takes says nothing about how much of a guess was right.
    Ok(Caller::Key(KeySecret::hash(secret.trim())))
}

impl Caller {
    /// That everything may be done that this scope allows.
    ///
    /// # Errors
    /// When it may not.
    pub(super) fn prove(&self, app: &App, scope: Scope) -> Result<(), Error> {
        match self {
            Self::Local => Ok(()),
            Self::Key(key) => {
                let allows = app.store.catalog().key_allows(key, scope).ok_or(Error::KeyUnknown)?;
                app.throttles.key(key)?;
                if allows { Ok(()) } else { Err(Error::ScopeMissing(scope.as_str())) }
            }
            Self::Person(person, _) if person.role == Role::Admin => Ok(()),
            Self::Person(person, _) => {
                Err(Refusal::Role { role: person.role.as_str(), scope: scope.as_str() }.into())
            }
        }
    }
}

/// Says in the API's description how keys are sent.
pub(super) struct Security;

impl Modify for Security {
    fn modify(&self, api: &mut OpenApi) {
        let bearer =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key, hb_…")).build();
        api.components.get_or_insert_default().add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}
