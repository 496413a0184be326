//! Who calls for cases: what the caller sees, and who that is in the trail.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;

use crate::domain::access::Scope;
use crate::domain::cases::{Sees, Who};
use crate::domain::secrets::KeyHash;
use crate::http::caller::authorize;
use crate::http::error::Error;
use crate::http::throttle::Throttles;
use crate::store::Store;

/// Somebody who may look at cases.
pub(in crate::http) struct Looker {
    pub(super) sees: Sees,
    /// Languages that suit, best first.
    pub(super) language: Option<String>,
}

/// Somebody who may do something with them.
pub(in crate::http) struct Actor {
    pub(super) sees: Sees,
    pub(super) who: Who,
    pub(super) language: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Looker
where
    Store: FromRef<S>,
    Arc<Throttles>: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        authorize(parts, &Store::from_ref(state), &Arc::from_ref(state), Scope::Read)?;
        Ok(Self { sees: Sees::All, language: None })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor
where
    Store: FromRef<S>,
    Arc<Throttles>: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let store = Store::from_ref(state);
        let key = authorize(parts, &store, &Arc::from_ref(state), Scope::Write)?;
        let id = |key: KeyHash| store.catalog().api_key(&key).map(|key| key.id.clone());
        let who = key.map_or(Some(Who::Operator), |key| id(key).map(Who::Key)).ok_or(Error::KeyUnknown)?;
        Ok(Self { sees: Sees::All, who, language: None })
    }
}
