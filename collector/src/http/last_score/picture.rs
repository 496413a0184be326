//! The last score as an icon: which kind of picture is wanted, what it says in words, and how long it may be kept.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use wire::FieldProblem;

use super::super::assets::is_known;
use super::super::error::Error;
use super::super::forms::Languages;
use super::super::icon::{self, SIZES, Shown};
use crate::domain::words;
use crate::store::LastScore;

/// How large an icon is where nobody says, points.
const SIZE: u32 = 32;

/// What a last score is sent as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in super::super) enum Kind {
    /// As data.
    Json,
    /// As an icon.
    Svg,
    /// As an icon, for desktops that know no SVG.
    Png,
}

impl Kind {
    fn mime(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// What an icon is to look like.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Looks {
    /// Width and height, points.
    pub(in super::super) size: Option<u32>,
    /// Languages for its words, best first, separated by commas.
    pub(in super::super) language: Option<String>,
}

/// What the caller's headers say. Looked at where they are: copying them takes longer than the answer.
#[derive(Default)]
pub(in super::super) struct Offered {
    /// The kind that is preferred, if it is one of ours.
    pub(in super::super) kind: Option<Kind>,
    /// All of them, where a picture may be wanted.
    pub(in super::super) headers: HeaderMap,
}

impl<S: Sync> FromRequestParts<S> for Offered {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let kind = accept.and_then(preferred);
        let asks_for_picture = kind.is_some_and(|kind| kind != Kind::Json)
            || parts.uri.query().is_some_and(|query| query.contains("format"));
        Ok(Self { kind, headers: if asks_for_picture { parts.headers.clone() } else { HeaderMap::new() } })
    }
}

/// The kind that a header `Accept` prefers. Browsers list images before anything else, and take any.
fn preferred(accept: &str) -> Option<Kind> {
    let mut best: Option<(f32, Kind)> = None;
    for offer in accept.split(',') {
        let mut parts = offer.split(';').map(str::trim);
        let kind = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "application/json" | "application/*" | "*/*" => Kind::Json,
            "image/svg+xml" | "image/*" => Kind::Svg,
            "image/png" => Kind::Png,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse().ok()).unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, kind));
        }
    }
    best.map(|(_, kind)| kind)
}

/// The icon of what was found.
pub(in super::super) fn picture(
    found: Option<&LastScore>,
    kind: Kind,
    looks: &Looks,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Response, Error> {
    let size = looks.size.unwrap_or(SIZE);
    if !SIZES.contains(&size) {
        let problem = FieldProblem::new("size", format!("{} to {}", SIZES.start(), SIZES.end()));
        return Err(Error::Query(format!("size: {}", problem.detail), vec![problem]));
    }
    let languages = Languages::read(looks.language.as_deref(), headers);
    let language = words::pick(&languages.wanted());
    let shown = shown(found, now);
    let body = if kind == Kind::Png {
        icon::png(shown, size).ok_or_else(|| Error::Internal("an icon was not painted".into()))?
    } else {
        icon::svg(shown, size, &said(found, language, now), language).into_bytes()
    };
    let digest = Sha256::digest(&body);
    let tag = format!("\"{}\"", digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>());
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
    let about = [
        (header::CONTENT_TYPE, value(kind.mime())),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=30")),
        (header::VARY, HeaderValue::from_static("accept, accept-language")),
        (header::ETAG, value(&tag)),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language)),
        // Opened by itself, an SVG is a page.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    if is_known(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, body).into_response())
}

fn shown(found: Option<&LastScore>, now: Timestamp) -> Shown {
    let Some(found) = found else { return Shown::Unknown };
    let Some(last) = &found.last else { return Shown::Never };
    Shown::Score {
        score: last.score,
        age: age(last.at, now),
        trend: found.previous.map(|previous| last.score.cmp(&previous.score)),
    }
}

/// What an icon shows, for those who don't see it.
fn said(found: Option<&LastScore>, language: &str, now: Timestamp) -> String {
    let spoken = words::of(language);
    let card = &spoken.card;
    let Some(found) = found else { return card.unknown.clone() };
    let Some(last) = &found.last else { return card.never.clone() };
    let number = |text: &str, number: i64| text.replace("{n}", &number.to_string());
    let score = number(&spoken.words.rating, last.score.get().into()).replace("{total}", "10");
    let days = age(last.at, now) / (24 * 60 * 60);
    let trend = found.previous.map(|previous| {
        let text = match last.score.cmp(&previous.score) {
            std::cmp::Ordering::Greater => &card.higher,
            std::cmp::Ordering::Less => &card.lower,
            std::cmp::Ordering::Equal => &card.same,
        };
        number(text, previous.score.get().into())
    });
    let category = card.category(last.score.category());
    let parts = [
        Some(format!("{}: {score}", card.last_score)),
        Some(category.to_owned()),
        Some(number(&card.days, days)),
        trend,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// In seconds. A clock that was set back makes it young, never negative.
pub(super) fn age(at: Timestamp, now: Timestamp) -> i64 {
    (now.as_second() - at.as_second()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_whether_data_or_a_picture_is_wanted() {
        let chromium = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
        for (accept, kind) in [
            ("*/*", Some(Kind::Json)),
            ("application/json", Some(Kind::Json)),
            ("image/png", Some(Kind::Png)),
            ("image/png;q=0.5, image/svg+xml", Some(Kind::Svg)),
            ("image/svg+xml;q=0, image/png;q=0.1", Some(Kind::Png)),
            (chromium, Some(Kind::Svg)),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some(Kind::Json)),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(preferred(accept), kind, "{accept}");
        }
    }
}
