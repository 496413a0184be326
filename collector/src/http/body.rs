//! Bodies and queries, read with errors that name the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{header, request::Parts};
use axum_extra::extract::Query as FormQuery;
use serde::de::DeserializeOwned;
use wire::FieldProblem;

use super::error::Error;

/// A JSON body of this type.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        // Required, and not only for tidiness: a page of another origin can post text/plain without being asked first.
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Error::WrongContentType);
        }
        let limit = request.extensions().get::<BodyLimit>().map_or(0, |limit| limit.0);
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            match rejection.status().as_u16() {
                413 => Error::TooLarge(limit),
                _ => Error::Body(rejection.body_text(), Vec::new()),
            }
        })?;
        let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let path = error.path().to_string();
            let fields = (path != ".").then(|| FieldProblem::new(path, error.inner().to_string()));
            Error::Body(error.to_string(), fields.into_iter().collect())
        })?;
        deserializer.end().map_err(|error| Error::Body(error.to_string(), Vec::new()))?;
        Ok(Self(value))
    }
}

/// The limit in force, so that the error can name it.
#[derive(Clone, Copy)]
pub(super) struct BodyLimit(pub(super) usize);

/// A query of this type. A parameter may be repeated.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let FormQuery(query) = FormQuery::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Error::Query(rejection.body_text(), Vec::new()))?;
        Ok(Self(query))
    }
}
