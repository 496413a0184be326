//! The cookie of a session, and from which pages it is taken.
//!
//! It is `__Host-hearback` (RFC 6265bis, 4.1.3.2): only over TLS, only to this host, for all its paths. Browsers refuse such a
//! cookie without TLS, so on the machine itself, where there is none, it goes without the prefix.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::refusal::Refusal;
use crate::domain::pages::Pages;
use crate::domain::secrets::Token;
use crate::http::forms::host;

const SECURE: &str = "__Host-hearback";
const LOCAL: &str = "hearback";

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The token that a browser sent.
pub(in crate::http) fn read(headers: &HeaderMap, pages: &Pages) -> Option<Token> {
    let values = || {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
    };
    let named =
        |name: &str| values().find(|(key, _)| *key == name).and_then(|(_, value)| Token::parse(value));
    named(SECURE).or_else(|| named(LOCAL).filter(|_| is_local(headers, pages)))
}

/// Has the browser keep this token until the session ends, or forget what it has.
pub(in crate::http) fn write(
    token: Option<&Token>,
    headers: &HeaderMap,
    pages: &Pages,
) -> Option<HeaderValue> {
    let tells_tls = origin(headers).is_some_and(|origin| origin.starts_with("https://"));
    let (name, secure) =
        if is_local(headers, pages) && !tells_tls { (LOCAL, "") } else { (SECURE, "; Secure") };
    let (value, end) = match token {
        Some(token) => (token.reveal(), ""),
        None => (String::new(), "; Max-Age=0"),
    };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{end}")).ok()
}

/// Whether a request with a cookie may change something: `SameSite=Strict` keeps other sites from sending one, and where a browser
/// does not know that, it says at least who asks. Reading needs no more than the cookie, since no answer can be read elsewhere.
pub(in crate::http) fn check_site(
    method: &Method,
    headers: &HeaderMap,
    pages: &Pages,
) -> Result<(), Refusal> {
    if method.is_safe() || from_own_page(headers, pages) == Some(true) {
        Ok(())
    } else {
        Err(Refusal::OtherSite)
    }
}

/// The same for signing in, which programs do too: they say nothing. Also that nobody reads along.
pub(in crate::http) fn check_sign_in(headers: &HeaderMap, pages: &Pages) -> Result<(), Refusal> {
    if from_own_page(headers, pages) == Some(false) {
        return Err(Refusal::OtherSite);
    }
    let is_plain = origin(headers).is_some_and(|origin| origin.starts_with("http://"));
    if is_plain && !is_local(headers, pages) { Err(Refusal::NotSecret) } else { Ok(()) }
}

/// Whether a page of the collector asks; nothing, if nobody says so.
fn from_own_page(headers: &HeaderMap, pages: &Pages) -> Option<bool> {
    match headers.get(&SEC_FETCH_SITE) {
        Some(site) => Some(site == "same-origin"),
        None => origin(headers).map(|origin| pages.are_at(origin, host(headers))),
    }
}

/// Whether browser and collector are on one machine, and no TLS is between them.
fn is_local(headers: &HeaderMap, pages: &Pages) -> bool {
    let https = |address: Option<&str>| address.is_some_and(|address| address.starts_with("https://"));
    let name = host(headers).map(|host| {
        host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map_or(host, |(name, _)| name)
    });
    matches!(name, Some("localhost" | "127.0.0.1" | "[::1]")) && !https(pages.public_url.as_deref())
}

fn origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn without_tls_a_cookie_goes_without_its_prefix_and_only_on_the_machine_itself() {
        let token = Token::from_random([3; 16]);
        let public = Pages { public_url: Some("https://feedback.example".into()), ..Pages::default() };
        for (host, pages, secure) in [
            ("127.0.0.1:8080", Pages::default(), false),
            ("localhost", Pages::default(), false),
            ("[::1]:8080", Pages::default(), false),
            ("127.0.0.1:8080", public, true),
            ("feedback.example", Pages::default(), true),
            ("127.0.0.1.example", Pages::default(), true),
        ] {
            let mut headers = headers(&[(header::HOST, host)]);
            let cookie = write(Some(&token), &headers, &pages).unwrap();
            let cookie = cookie.to_str().unwrap();
            assert_eq!(
                cookie.starts_with("__Host-") && cookie.contains("; Secure"),
                secure,
                "{host} {cookie}"
            );
            assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
            headers.insert(header::COOKIE, format!("a=b; hearback={}", token.reveal()).parse().unwrap());
            assert_eq!(
                read(&headers, &pages).is_some(),
                !secure,
                "{host}: another host's page could have set it"
            );
            headers.insert(header::COOKIE, format!("__Host-hearback={}", token.reveal()).parse().unwrap());
            assert!(read(&headers, &pages).is_some(), "{host}");
        }
    }

    #[test]
    fn a_session_changes_nothing_for_a_page_of_another_site() {
        let pages = Pages { public_url: Some("https://feedback.example".into()), ..Pages::default() };
        let check = |pairs: &[(HeaderName, &str)]| {
            let mut headers = headers(pairs);
            headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8080"));
            check_site(&Method::POST, &headers, &pages).is_ok()
        };
        assert!(check(&[(SEC_FETCH_SITE, "same-origin")]));
        assert!(check(&[(header::ORIGIN, "https://feedback.example")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(
                !check(&[(SEC_FETCH_SITE, site), (header::ORIGIN, "https://feedback.example")]),
                "{site}"
            );
        }
        for origin in ["https://evil.example", "null", "", "http://feedback.example"] {
            assert!(!check(&[(header::ORIGIN, origin)]), "{origin}");
        }
        assert!(!check(&[]), "no page says nothing");
        assert!(check_site(&Method::GET, &HeaderMap::new(), &pages).is_ok());
    }

    #[test]
    fn a_password_is_not_taken_where_somebody_could_read_along() {
        let check = |host: &str, origin: &str| {
            let headers = headers(&[(header::HOST, host), (header::ORIGIN, origin)]);
            check_sign_in(&headers, &Pages::default()).map_err(|refusal| refusal.code())
        };
        assert_eq!(check("feedback.example", "https://feedback.example"), Ok(()));
        assert_eq!(check("feedback.example", "http://feedback.example"), Err("not_secret"));
        assert_eq!(check("127.0.0.1:8080", "http://127.0.0.1:8080"), Ok(()));
        assert_eq!(check("feedback.example", "https://evil.example"), Err("other_site"));
    }
}
