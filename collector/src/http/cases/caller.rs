//! Who calls for cases: what the caller sees, and who that is in the trail.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::domain::access::Scope;
use crate::domain::cases::{Sees, Who};
use crate::domain::people;
use crate::http::caller::{Caller, find};
use crate::http::error::Error;
use crate::http::{App, Shared};

/// Somebody who may look at cases.
pub(in crate::http) struct Looker {
    pub(super) sees: Sees,
    /// Whose numbers.
    pub(super) of: people::Sees,
    /// Languages that suit, best first.
    pub(super) language: Option<String>,
}

/// Somebody who may do something with those that she or he sees.
pub(in crate::http) struct Actor {
    pub(super) sees: Sees,
    pub(super) who: Who,
    pub(super) language: Option<String>,
}

/// Somebody who may open a case about anybody.
pub(in crate::http) struct Opener {
    pub(super) who: Who,
    pub(super) language: Option<String>,
}

impl FromRequestParts<Shared> for Looker {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Error> {
        let caller = find(parts, app).await?;
        let sees = sees(&caller, app, Scope::Read)?;
        let of = match &caller {
            Caller::Person(person, _) => people::Sees::of(person),
            Caller::Local | Caller::Key(_) => people::Sees::All,
        };
        Ok(Self { sees, of, language: language(&caller) })
    }
}

impl FromRequestParts<Shared> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Error> {
        let caller = find(parts, app).await?;
        let sees = sees(&caller, app, Scope::Write)?;
        Ok(Self { sees, who: who(&caller, app)?, language: language(&caller) })
    }
}

impl FromRequestParts<Shared> for Opener {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, Shared(app): &Shared) -> Result<Self, Error> {
        let caller = find(parts, app).await?;
        caller.prove(app, Scope::Write)?;
        Ok(Self { who: who(&caller, app)?, language: language(&caller) })
    }
}

/// A person sees what is hers or his; a key of this scope, everything.
fn sees(caller: &Caller, app: &App, scope: Scope) -> Result<Sees, Error> {
    match caller {
        Caller::Person(person, _) => Ok(Sees::of(person, &app.store.catalog().organisation())),
        caller => caller.prove(app, scope).map(|()| Sees::All),
    }
}

fn who(caller: &Caller, app: &App) -> Result<Who, Error> {
    match caller {
        Caller::Local => Ok(Who::Operator),
        Caller::Person(person, _) => Ok(Who::Person(person.id.clone())),
        Caller::Key(key) => {
            let key = app.store.catalog().api_key(key).map(|key| key.id.clone());
            key.map(Who::Key).ok_or(Error::KeyUnknown)
        }
    }
}

fn language(caller: &Caller) -> Option<String> {
    match caller {
        Caller::Person(person, _) => person.language.clone(),
        Caller::Local | Caller::Key(_) => None,
    }
}
