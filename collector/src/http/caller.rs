//! Who calls: extractors that prove what they name. A handler that takes a [`Reader`] cannot be called without one.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::{header, request::Parts};
use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::error::Error;
use super::throttle::Throttles;
use crate::domain::access::Scope;
use crate::domain::events::Happened;
use crate::domain::secrets::{KeyHash, KeySecret};
use crate::store::Store;

/// A caller who may read results.
pub(super) struct Reader;
/// A caller who may invite.
pub(super) struct Writer;
/// A caller who may change surveys, organisation and keys.
pub(super) struct Administrator;

/// A caller who may read results, and goes on doing so: whether that still holds can be asked again. The hash of the key; none, of
/// who came through the socket.
pub(super) struct Watcher(Option<KeyHash>);

impl Watcher {
    /// Whether the caller may still read.
    pub(super) fn still_may(&self, store: &Store) -> bool {
        self.0.as_ref().is_none_or(|key| store.catalog().key_allows(key, Scope::Read) == Some(true))
    }

    /// Whether the caller may hear of an event. Keys see everything.
    pub(super) fn sees(&self, _happened: &Happened) -> bool {
        true
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Watcher
where
    Store: FromRef<S>,
    Arc<Throttles>: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        authorize(parts, &Store::from_ref(state), &Arc::from_ref(state), Scope::Read).map(Self)
    }
}

/// Marks requests that came through the socket in the data directory: whoever can open that file could as well read and
/// write the directory itself.
#[derive(Clone, Copy)]
pub struct Local;

macro_rules! caller {
    ($caller:ident, $scope:expr) => {
        impl<S: Send + Sync> FromRequestParts<S> for $caller
        where
            Store: FromRef<S>,
            Arc<Throttles>: FromRef<S>,
        {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
                authorize(parts, &Store::from_ref(state), &Arc::from_ref(state), $scope).map(|_| Self)
            }
        }
    };
}

caller!(Reader, Scope::Read);
caller!(Writer, Scope::Write);
caller!(Administrator, Scope::Admin);

/// The hash of the key that allows it; none, where none is needed.
pub(super) fn authorize(
    parts: &Parts,
    store: &Store,
    throttles: &Throttles,
    scope: Scope,
) -> Result<Option<KeyHash>, Error> {
    if parts.extensions.get::<Local>().is_some() {
        return Ok(None);
    }
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, secret) = header.and_then(|value| value.split_once(' ')).ok_or(Error::KeyMissing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::KeyMissing);
    }
    // Looked up by hash: the time it takes says nothing about how much of a guess was right.
    let key = KeySecret::hash(secret.trim());
    let allows = store.catalog().key_allows(&key, scope).ok_or(Error::KeyUnknown)?;
    throttles.key(&key)?;
    if allows { Ok(Some(key)) } else { Err(Error::ScopeMissing(scope.as_str())) }
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
