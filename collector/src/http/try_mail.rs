//! A page for web designers: a mail as mail programs show it, wide and narrow, light and dark, with and without pictures, in each
//! of its languages.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::App;
use super::body::Query;
use super::error::Error;
use super::mails::{PreviewRequest, render};
use super::try_page::{Theme, document, find, group};

const POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; img-src data:; script-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// A mail has its styles inline; nothing in it runs, and its links open beside it. Behind this stands where pictures may be from.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; \
                           sandbox allow-popups allow-popups-to-escape-sandbox; img-src";

/// How the mail is to be shown.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Wanted {
    theme: Theme,
    images: Images,
    /// The language of the mail.
    language: String,
    /// Whether nothing is known of the customer.
    nobody: bool,
}

/// Whether pictures are fetched: many mail programs do not, before their reader says so.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Images {
    #[default]
    On,
    Off,
}

impl Images {
    fn name(self) -> &'static str {
        if self == Self::Off { "off" } else { "on" }
    }
}

/// `GET /try/{survey}/mail/{mail}`
pub(super) async fn page(
    State(app): State<App>,
    Path((survey, mail)): Path<(String, String)>,
    Query(mut wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let survey = find(&app, &survey)?;
    let found = app.store.catalog().mail(&mail);
    let templates = found.ok_or_else(|| Error::NotFound { what: "mail", id: mail.clone() })?;
    // In the survey's order: its first is what most customers get.
    let written = &templates.mail.languages;
    let spoken = survey.languages.iter().filter(|language| written.contains_key(*language));
    let mut languages: Vec<&String> = spoken.collect();
    if languages.is_empty() {
        languages = written.keys().collect();
    }
    if !languages.contains(&&wanted.language) {
        wanted.language = languages.first().map_or_else(String::new, |language| (*language).clone());
    }
    let frame = |title: &str, width: &str, wanted: &Wanted| {
        let Wanted { theme, images, language, nobody } = wanted;
        let (theme, images) = (theme.name(), images.name());
        let address = format!("{mail}/one?language={language}&nobody={nobody}&images={images}");
        html! {
            article {
                h3 { (title) }
                iframe.(theme).(width) src=(address) title=(title) loading="lazy" {}
            }
        }
    };
    let looks = [
        ("Light", Theme::Light, Images::On),
        ("Light, without pictures", Theme::Light, Images::Off),
        ("Dark", Theme::Dark, Images::On),
        ("Dark, without pictures", Theme::Dark, Images::Off),
    ];
    let content = html! {
        header {
            h1 { "Mail: " (mail) }
            p { "As an invented customer would have it. Nothing is sent; a link leads to a trial of the survey." }
            (choices(&languages, &wanted))
        }
        main {
            section aria-labelledby="widths" {
                h2 id="widths" { "Wide and narrow" }
                div.frames {
                    (frame("Wide", "desktop", &wanted))
                    (frame("Narrow", "phone", &wanted))
                    (frame("Nothing is known", "phone", &Wanted { nobody: true, ..wanted.clone() }))
                }
            }
            section aria-labelledby="looks" {
                h2 id="looks" { "Light and dark, with and without pictures" }
                div.frames {
                    @for (title, theme, images) in looks {
                        (frame(title, "phone", &Wanted { theme, images, ..wanted.clone() }))
                    }
                }
            }
            section aria-labelledby="languages" {
                h2 id="languages" { "Languages" }
                div.frames {
                    @for language in &languages {
                        (frame(language, "phone", &Wanted { language: (*language).clone(), ..wanted.clone() }))
                    }
                }
            }
        }
    };
    let files = ["../../page.css", "../../page.js"];
    Ok(document("en", None, &format!("Mail: {mail}"), files, content, POLICY.to_owned()))
}

/// Theme, pictures and language: a form, so that it works without a script.
fn choices(languages: &[&String], wanted: &Wanted) -> Markup {
    let (theme, images) = (wanted.theme, wanted.images);
    let languages: Vec<(&str, bool)> =
        languages.iter().map(|tag| (tag.as_str(), **tag == wanted.language)).collect();
    html! {
        form.choices method="get" {
            (group("Theme", "theme", &[("light", theme == Theme::Light), ("dark", theme == Theme::Dark)]))
            (group("Pictures", "images", &[("on", images == Images::On), ("off", images == Images::Off)]))
            (group("Language", "language", &languages))
            button { "Show" }
        }
    }
}

/// `GET /try/{survey}/mail/{mail}/one`: the mail's HTML alone.
pub(super) async fn one(
    State(app): State<App>,
    Path((survey, mail)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let survey = find(&app, &survey)?.id.clone();
    let attributes = BTreeMap::new();
    let language = Some(wanted.language).filter(|language| !language.is_empty());
    let nobody = wanted.nobody;
    let request = PreviewRequest { survey, language, attributes, nobody, ..PreviewRequest::default() };
    let rendered = render(&app, mail, &request)?;
    let pictures = if wanted.images == Images::Off { "'none'" } else { "http: https: data:" };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, format!("{MAIL_POLICY} {pictures}")),
    ];
    Ok((headers, rendered.html).into_response())
}
