//! Answers in the form that is asked for: by `Accept`, or by `?format=`, which a browser and a spreadsheet can say too.
//!
//! Read in this order: this file, `accept` (what is asked for), `stream` (how a file goes out).

mod accept;
mod stream;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(super) use accept::Accept;

use super::error::Error;
use crate::charts::Theme;
use crate::output::{Chunks, Table};

/// A form that an answer can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON.
    Json,
    /// Comma-separated values.
    Csv,
    /// The same, with the mark by which Excel knows UTF-8. Only `?format=excel` asks for it.
    Excel,
    /// JSON, one object a line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
    /// A picture.
    Svg,
}

impl Format {
    /// Its name in `?format=`, and in the name of a file.
    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Excel => "excel",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
            Self::Svg => "svg",
        }
    }

    /// The media types that ask for it; the first is what an answer is said to be.
    fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["application/json"],
            Self::Csv => &["text/csv"],
            Self::Excel => &[],
            Self::Ndjson => &[
                "application/x-ndjson",
                "application/ndjson",
                "application/jsonl",
                "application/x-jsonlines",
            ],
            Self::Parquet => {
                &["application/vnd.apache.parquet", "application/x-parquet", "application/parquet"]
            }
            Self::Svg => &["image/svg+xml"],
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Csv | Self::Excel => "text/csv; charset=utf-8; header=present",
            other => other.media_types()[0],
        }
    }

    fn ending(self) -> &'static str {
        if self == Self::Excel { "csv" } else { self.name() }
    }
}

/// A table as a file.
///
/// # Errors
/// When not even the beginning of it can be written.
pub(super) async fn table(format: Format, table: Table) -> Result<Response, Error> {
    let name = table.name.clone();
    let chunks = match format {
        Format::Csv => table.csv(false),
        Format::Excel => table.csv(true),
        Format::Ndjson => table.ndjson(),
        Format::Parquet => table.parquet().map_err(|broken| Error::Internal(broken.to_string()))?,
        Format::Json | Format::Svg => {
            return Err(Error::Internal(format!("{format:?} was offered for a table")));
        }
    };
    file(format, &name, chunks).await
}

/// A file of this name. What goes wrong before its first chunk is an error; what goes wrong later breaks the connection off.
///
/// # Errors
/// When not even the beginning of it can be written.
pub(super) async fn file(format: Format, name: &str, chunks: Chunks) -> Result<Response, Error> {
    let body = stream::begin(chunks).await.map_err(|broken| Error::Internal(broken.to_string()))?;
    Ok(respond(format, "attachment", name, Body::new(body)))
}

/// A picture, for the page or the window that asked.
pub(super) fn picture(name: &str, svg: String) -> Response {
    let mut response = respond(Format::Svg, "inline", name, Body::from(svg));
    // Its style stands in it. It can load nothing and run nothing, whoever opens it.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// The theme of this name; as the reader's device is set, where none is named.
///
/// # Errors
/// When there is none of this name.
pub(super) fn theme(name: Option<&str>) -> Result<Theme, Error> {
    let name = name.filter(|name| !name.is_empty());
    name.map_or(Some(Theme::Auto), Theme::named).ok_or_else(|| {
        Error::parameter("theme", format!("{:?} is none of auto, light, dark", name.unwrap_or_default()))
    })
}

fn respond(format: Format, disposition: &str, name: &str, body: Body) -> Response {
    let disposition = format!("{disposition}; filename=\"{}.{}\"", file_name(name), format.ending());
    let headers = [
        (header::CONTENT_TYPE, format.content_type()),
        (header::CONTENT_DISPOSITION, &*disposition),
        (header::VARY, "accept"),
    ];
    (StatusCode::OK, headers, body).into_response()
}

/// A name that any system takes for a file: what is not a letter or digit of ASCII, or `-`, `_` or `.`, becomes `-`.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = name.chars().take(120).map(plain).collect();
    let name = name.trim_matches(['-', '.']);
    if name.is_empty() { "hearback".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_name_that_any_system_takes() {
        assert_eq!(file_name("responses-support-from-2026-11-01"), "responses-support-from-2026-11-01");
        assert_eq!(file_name("../a\"b\r\nc/ä"), "a-b--c");
        assert_eq!(file_name("…"), "hearback");
    }
}
