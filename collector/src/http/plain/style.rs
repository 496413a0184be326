//! The style sheet: the widget's, some more for what only a page has, and the brand.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use wire::colour::{Colour, DARK_CARD, WHITE};
use wire::{Brand, Survey};

use super::Pairs;
use crate::http::error::Error;
use crate::store::Store;

/// The widget's look. In a page, the host of its shadow root is the body.
const WIDGET: &str = include_str!("../../../../widget/style.css");

/// What the widget does not need, or draws in another way.
const PLAIN: &str = include_str!("plain.css");

/// The address of a survey's style sheet, seen from a page: it changes with every byte of it, so that it can be kept for good.
pub(super) fn address(survey: Option<&Survey>) -> String {
    let version = version(&sheet(survey.map(|survey| &survey.brand)));
    match survey {
        Some(survey) => format!("../s/style/{}.css?v={version}", survey.id),
        None => format!("../s/style.css?v={version}"),
    }
}

/// `GET /s/style/{survey}.css`.
pub(in crate::http) async fn style(
    State(store): State<Store>,
    Path(file): Path<String>,
    Query(query): Query<Pairs>,
) -> Result<Response, Error> {
    let survey = file.strip_suffix(".css").and_then(|id| store.catalog().survey(id));
    let survey = survey.ok_or(Error::NotFound { what: "style sheet", id: file })?;
    Ok(respond(sheet(Some(&survey.brand)), &query))
}

/// `GET /s/style.css`: for pages that know no survey.
pub(in crate::http) async fn bare_style(Query(query): Query<Pairs>) -> Response {
    respond(sheet(None), &query)
}

fn respond(sheet: String, query: &Pairs) -> Response {
    let asked = query.iter().find(|(name, _)| name == "v").map(|(_, value)| value.as_str());
    let cache =
        if asked == Some(&*version(&sheet)) { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, cache)];
    (StatusCode::OK, headers, sheet).into_response()
}

fn version(sheet: &str) -> String {
    Sha256::digest(sheet).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn sheet(brand: Option<&Brand>) -> String {
    let mut sheet = WIDGET.replace(":host", "body");
    sheet.push_str(PLAIN);
    if let Some(brand) = brand {
        sheet.push_str(&properties(brand));
        sheet.push_str(brand.css.as_deref().unwrap_or_default());
    }
    sheet
}

/// The brand as the custom properties of the widget's style sheet.
fn properties(brand: &Brand) -> String {
    let mut rule = String::from("\n.root {\n");
    if let Some(colour) = brand.color.as_deref().and_then(Colour::parse) {
        for (name, colour) in [
            ("brand", colour),
            ("on", colour.text()),
            ("edge-light", colour.outline(WHITE)),
            ("edge-dark", colour.outline(DARK_CARD)),
        ] {
            rule.push_str(&format!("    --hb-{name}: {};\n", colour.hex()));
        }
    }
    if let Some(radius) = brand.radius {
        rule.push_str(&format!("    --hb-radius: {radius}px;\n"));
    }
    if let Some(font) = &brand.font {
        rule.push_str(&format!("    --hb-font: {font};\n"));
    }
    rule.push_str("}\n");
    rule
}
