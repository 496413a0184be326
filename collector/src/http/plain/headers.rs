//! The headers of plain pages: what a page may load, who may frame it, where its forms come from.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use wire::Survey;

use crate::domain::pages::Pages;
use crate::http::forms::host;

/// What the page of a survey may do: load its style sheet and the company's logo, post to its own address, tell that a link was
/// followed, and stand in a frame on the company's pages. A page without a survey holds one sentence, which may stand in any frame.
pub(super) fn protect(response: &mut Response, survey: Option<&Survey>) {
    let logo = survey.and_then(|survey| survey.brand.logo.as_deref()).and_then(origin).unwrap_or_default();
    let frames: Vec<&str> = match survey {
        Some(survey) => survey.allowed_origins.iter().filter_map(|address| origin(address)).collect(),
        None => vec!["*"],
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src {logo} data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'self' {}",
        frames.join(" ")
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let robots = HeaderName::from_static("x-robots-tag");
    response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
}

/// Scheme, host and port of an address; nothing, if they could mean something else in a policy.
fn origin(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".:-[]".contains(c);
    (!host.is_empty() && host.chars().all(plain)).then(|| &address[..scheme.len() + 3 + host.len()])
}

/// Whether a form was posted from our own page.
///
/// Browsers say so themselves (`Sec-Fetch-Site`); `none` is a customer who loads the page again. Those that don't, or do
/// not trust the connection, name the origin, which is `null` on a page that tells nobody where its reader comes from,
/// as ours does. What names neither is no browser.
pub(in crate::http) fn is_from_here(headers: &HeaderMap, pages: &Pages) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    text("origin").is_none_or(|origin| origin == "null" || pages.are_at(origin, host(headers)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_can_smuggle_nothing_into_a_policy() {
        assert_eq!(origin("https://x.example:8443/logo.svg?a#b"), Some("https://x.example:8443"));
        assert_eq!(origin("http://[::1]:8081"), Some("http://[::1]:8081"));
        for address in
            ["https://x.example;script-src", "https://*.example/", "https://x 'unsafe-inline'", "data:x"]
        {
            assert_eq!(origin(address), None, "{address}");
        }
    }

    #[test]
    fn only_our_own_page_posts() {
        let from = |list: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("collector.example:8080"));
            for (name, value) in list {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            is_from_here(&headers, &Pages::default())
        };
        for list in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "https://Collector.example:8080")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
        ] {
            assert!(from(list), "{list:?}");
        }
        for list in [
            &[("origin", "https://stranger.example")][..],
            &[("origin", "https://collector.example")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "")],
        ] {
            assert!(!from(list), "{list:?}");
        }
    }
}
