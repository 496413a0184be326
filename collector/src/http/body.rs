//! Bodies and queries, read with errors that name the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{header, request::Parts};
use axum_extra::extract::Query as FormQuery;
use serde::de::DeserializeOwned;
use serde_ignored::Path;
use serde_path_to_error::Track;
use wire::FieldProblem;

use super::error::Error;

/// A JSON body of this type, from a system. A key that means nothing is an error: most are misspelt.
pub(super) struct Json<T>(pub(super) T);

/// A JSON body of this type, from a widget, which may be newer or older than the collector: a key that means nothing here is
/// passed over.
pub(super) struct WidgetJson<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        Self::read(&bytes(request, state, JSON).await?)
    }
}

impl<T: DeserializeOwned> Json<T> {
    /// Reads a body.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut unknown = Vec::new();
        let value = read(bytes, |path| {
            unknown.push(FieldProblem::new(written(&path), "there is no such key"));
        })?;
        if unknown.is_empty() {
            return Ok(Self(value));
        }
        let paths: Vec<&str> = unknown.iter().map(|problem| problem.path.as_str()).collect();
        Err(Error::Body(format!("there is no such key: {}", paths.join(", ")), unknown))
    }
}

impl<T: DeserializeOwned> WidgetJson<T> {
    /// Reads a body; also says how many bytes it had, whether it could be read or not.
    pub(super) async fn sized<S: Send + Sync>(
        request: Request,
        state: &S,
    ) -> Result<(Result<Self, Error>, usize), Error> {
        let bytes = bytes(request, state, JSON).await?;
        Ok((read(&bytes, |_| ()).map(Self), bytes.len()))
    }
}

pub(super) const JSON: &str = "application/json";

/// A body, if it is said to be of this type.
pub(super) async fn bytes<S: Send + Sync>(
    request: Request,
    state: &S,
    wanted: &'static str,
) -> Result<Bytes, Error> {
    // Required, and not only for tidiness: a page of another origin can post text/plain without being asked first.
    if !is_of(&request, wanted) {
        return Err(Error::WrongContentType(wanted));
    }
    let limit = limit(&request);
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status().as_u16() {
        413 => Error::TooLarge(limit),
        _ => Error::Body(rejection.body_text(), Vec::new()),
    })
}

/// Whether a body is said to be of this type.
pub(super) fn is_of(request: &Request, wanted: &str) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = content_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(wanted)
}

/// The limit in force for a body, bytes.
pub(super) fn limit(request: &Request) -> usize {
    request.extensions().get::<BodyLimit>().map_or(0, |limit| limit.0)
}

fn read<T: DeserializeOwned>(bytes: &[u8], unknown: impl FnMut(Path<'_>)) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut track = Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let value = serde_ignored::deserialize(tracked, unknown).map_err(|error| {
        let path = track.path().to_string();
        let fields = (path != ".").then(|| FieldProblem::new(&path, error.to_string()));
        let detail = if path == "." { error.to_string() } else { format!("{path}: {error}") };
        Error::Body(detail, fields.into_iter().collect())
    })?;
    json.end().map_err(|error| Error::Body(error.to_string(), Vec::new()))?;
    Ok(value)
}

/// A path as every problem writes it: `questions[1].text`.
fn written(path: &Path<'_>) -> String {
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", written(parent)),
        Path::Map { parent, key } => match written(parent) {
            parent if parent.is_empty() => key.clone(),
            parent => format!("{parent}.{key}"),
        },
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            written(parent)
        }
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
