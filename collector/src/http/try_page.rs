//! `/try/{survey}`: a page for web designers, with every mode, state and language of a survey side by side, and the tag to
//! copy for each. Served only where the setting `try_pages` is on. No answer made there is stored: its token is `try`.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use wire::Survey;

use super::App;
use super::body::Query;
use super::embedding::{Mode, Tag};
use super::error::Error;
use super::forms::host;
use crate::domain::pages::{Pages, origin_of};
use crate::domain::surveys::direction;

/// What of the survey the designer wants to see.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wanted {
    mode: Mode,
    theme: Theme,
    width: Width,
    language: String,
    /// A score to be chosen as soon as the survey is there.
    score: Option<u8>,
}

/// A frame of the page: what it is called, what its address says besides, and how that ends.
struct Frame {
    title: &'static str,
    query: String,
    end: String,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Theme {
    #[default]
    Light,
    Dark,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Width {
    #[default]
    Phone,
    Desktop,
}

impl Theme {
    pub(super) fn name(self) -> &'static str {
        if self == Self::Dark { "dark" } else { "light" }
    }
}

impl Width {
    fn name(self) -> &'static str {
        if self == Self::Desktop { "desktop" } else { "phone" }
    }
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; img-src data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `GET /try/{survey}`
pub(super) async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(mut wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let survey = find(&app, &id)?;
    if !survey.languages.contains(&wanted.language) {
        wanted.language = survey.languages.first().cloned().unwrap_or_default();
    }
    let here = host(&headers).map(|host| format!("http://{host}"));
    let collector = app.pages.public_url.clone().or(here).unwrap_or_default();
    let name = if survey.name.is_empty() { &survey.id } else { &survey.name };
    let content = html! {
        header {
            h1 { "Try: " (name) }
            p { "Version " (survey.version) ". Every frame holds the real tag. What is answered here is checked and answered, but "
                strong { "never stored" } "." }
            (choices(&survey, &wanted))
        }
        main {
            section aria-labelledby="modes" {
                h2 id="modes" { "How it is shown" }
                div.frames { @for mode in Mode::ALL { (shown(&survey, &collector, mode, &wanted)) } }
            }
            section aria-labelledby="states" {
                h2 id="states" { "What a customer comes to" }
                div.frames { @for state in states(&wanted) { (frame(&survey, state.title, &wanted, &state.query, &state.end)) } }
            }
            section aria-labelledby="themes" {
                h2 id="themes" { "Light and dark" }
                div.frames {
                    @for theme in [Theme::Light, Theme::Dark] {
                        @let other = Wanted { theme, language: wanted.language.clone(), width: wanted.width, ..Wanted::default() };
                        (frame(&survey, theme.name(), &other, "", "&t=try"))
                    }
                }
            }
            section aria-labelledby="languages" {
                h2 id="languages" { "Languages" }
                div.frames {
                    @for language in &survey.languages {
                        @let other = Wanted { language: language.clone(), ..Wanted { theme: wanted.theme, width: wanted.width, ..Wanted::default() } };
                        (frame(&survey, language, &other, "", "&t=try"))
                    }
                }
            }
        }
        p.said role="status" {}
    };
    let title = format!("Try: {name}");
    Ok(document("en", None, &title, ["page.css", "page.js"], content, POLICY.to_owned()))
}

/// Theme, width and language of all frames: a form, so that it works without a script.
fn choices(survey: &Survey, wanted: &Wanted) -> Markup {
    let languages: Vec<(&str, bool)> =
        survey.languages.iter().map(|tag| (tag.as_str(), *tag == wanted.language)).collect();
    html! {
        form.choices method="get" {
            (group("Theme", "theme", &[("light", wanted.theme == Theme::Light), ("dark", wanted.theme == Theme::Dark)]))
            (group("Width", "width", &[("phone", wanted.width == Width::Phone), ("desktop", wanted.width == Width::Desktop)]))
            (group("Language", "language", &languages))
            button { "Show" }
        }
    }
}

/// Values of which one is chosen.
pub(super) fn group(legend: &str, name: &str, values: &[(&str, bool)]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            @for (value, chosen) in values {
                label { input type="radio" name=(name) value=(value) checked[*chosen]; " " (value) }
            }
        }
    }
}

/// One mode, with the tag that makes it.
fn shown(survey: &Survey, collector: &str, mode: Mode, wanted: &Wanted) -> Markup {
    let loader = format!("{collector}/hearback.js");
    let tag = Tag { loader: &loader, survey: &survey.id, mode, ..Tag::default() }.html();
    html! {
        article {
            h3 { (mode.as_str()) }
            (iframe(survey, mode.as_str(), wanted, &format!("&mode={}", mode.as_str()), "&t=try"))
            div.tag {
                pre tabindex="0" aria-label=(format!("The tag for {}", mode.as_str())) { code { (tag) } }
                button.copy type="button" { "Copy the tag" span.hidden { " for " (mode.as_str()) } }
                @if mode != Mode::Inline {
                    button.open type="button" { "Open " (mode.as_str()) }
                }
            }
        }
    }
}

/// Each state worth a look.
fn states(wanted: &Wanted) -> Vec<Frame> {
    let asked = |title, query: &str| Frame { title, query: query.to_owned(), end: "&t=try".to_owned() };
    let thanked = |title, category: &str| Frame {
        title,
        query: format!("&of={category}"),
        end: format!("#hearback={category}.{}", wanted.language),
    };
    vec![
        asked("A detractor's answer", "&score=2"),
        asked("A passive's answer", "&score=7"),
        asked("A promoter's answer", "&score=10"),
        // Played by the frame's script, as is the next.
        asked("Without a network", "&score=9&played=kept"),
        asked("Who has answered before", "&played=again"),
        asked("An answer that is not taken", "&score=9&played=refused"),
        asked("A link that nobody was sent", "&played=unknown"),
        thanked("Thanks to a detractor", "detractor"),
        thanked("Thanks to a passive", "passive"),
        thanked("Thanks to a promoter", "promoter"),
        Frame { title: "A link that is not complete", query: String::new(), end: "&t=x".to_owned() },
    ]
}

fn frame(survey: &Survey, title: &str, wanted: &Wanted, query: &str, end: &str) -> Markup {
    html! { article { h3 { (title) } (iframe(survey, title, wanted, query, end)) } }
}

fn iframe(survey: &Survey, title: &str, wanted: &Wanted, query: &str, end: &str) -> Markup {
    let (theme, width) = (wanted.theme.name(), wanted.width.name());
    let address =
        format!("{}/one?theme={theme}&width={width}&language={}{query}{end}", survey.id, wanted.language);
    // Those that are answered grow.
    html! { iframe.(theme).(width).tall[query.contains("score=")] src=(address) title=(title) loading="lazy" {} }
}

/// `GET /try/{survey}/one`: a page like a company's, with the real tag, under the policy that is asked of companies.
pub(super) async fn one(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let survey = find(&app, &id)?;
    let language = survey.languages.iter().find(|tag| **tag == wanted.language).map(String::as_str);
    let tag = Tag {
        loader: "../../hearback.js",
        survey: &survey.id,
        mode: wanted.mode,
        language,
        ..Tag::default()
    };
    let logo = survey.brand.logo.as_deref().map(origin_of).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-src 'self'; \
         img-src data: {logo}; base-uri 'none'; frame-ancestors 'self'"
    );
    let content = html! {
        main.page data-score=[wanted.score] {
            h1.hidden[wanted.mode == Mode::Inline] lang="en" { "Your page" }
            @if wanted.mode != Mode::Inline { @for _ in 0..6 { p.words aria-hidden="true" {} } }
            (maud::PreEscaped(tag.html()))
        }
    };
    let title = wanted.mode.as_str();
    let theme = Some(wanted.theme.name());
    Ok(document(language.unwrap_or("en"), theme, title, ["../one.css", "../one.js"], content, policy))
}

pub(super) fn find(app: &App, id: &str) -> Result<std::sync::Arc<Survey>, Error> {
    let Pages { try_pages: true, .. } = *app.pages else { return Err(Error::TryPagesOff) };
    app.survey(id)
}

pub(super) fn document(
    language: &str,
    theme: Option<&str>,
    title: &str,
    [style, script]: [&str; 2],
    content: Markup,
    policy: String,
) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang=(language) dir=(direction(language).as_str()) class=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(style);
                // Before the tag's: it changes what the frame keeps, and hears from a network.
                script src=(script) {}
            }
            body { (content) }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, page.into_string()).into_response()
}

/// `GET /try/{file}` for the page's own files: survey's ids have no dot.
pub(super) async fn page_css() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css")], include_str!("try_page/page.css"))
}

/// Copies tags, opens what was closed, and shows at once what is chosen.
pub(super) async fn page_js() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript")], include_str!("try_page/page.js"))
}

/// The looks of a frame's page.
pub(super) async fn one_css() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css")], include_str!("try_page/one.css"))
}

/// Makes each frame begin anew, chooses its score, and plays what comes of a network.
pub(super) async fn one_js() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript")], include_str!("try_page/one.js"))
}
