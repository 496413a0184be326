//! The collector's own pages: where customers reach them, and which of them are served.

/// What is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// The address that customers reach the collector by, without a slash at the end.
    pub public_url: Option<String>,
    /// Whether anybody may try a survey out.
    pub try_pages: bool,
}

impl Pages {
    /// The token of somebody who tries a survey out: what is answered with it is checked and not stored.
    pub const TRIAL: &str = "try";

    /// Whether this origin is the collector's own: that of `public_url`, or that of the host a request was sent to.
    ///
    /// A page cannot choose the origin that its browser tells, so a page of another host is never taken for one of ours.
    pub fn are_at(&self, origin: &str, host: Option<&str>) -> bool {
        let Some((_, origin_host)) = origin.split_once("://") else { return false };
        let at_host = host.is_some_and(|host| host.eq_ignore_ascii_case(origin_host));
        at_host || self.public_url.as_deref().is_some_and(|url| origin_of(url).eq_ignore_ascii_case(origin))
    }

    /// Where a customer says that no more mails are wanted, if customers reach the collector.
    pub fn unsubscribe_link(&self, token: &str) -> Option<String> {
        self.public_url.as_deref().map(|url| format!("{url}/u/{token}"))
    }

    /// Whether this is the token of somebody who tries a survey out, where that is allowed.
    pub fn is_trial(&self, token: &str) -> bool {
        self.try_pages && token == Self::TRIAL
    }
}

/// A text as part of an address: percent-encoded, all but what RFC 3986 calls unreserved.
pub fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

/// Scheme and host of an address.
pub fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |path| &url[..host + path])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_ours_by_the_public_address_or_the_host_it_calls() {
        let pages = Pages { public_url: Some("https://feedback.example/ask".into()), try_pages: false };
        assert!(pages.are_at("https://feedback.example", None));
        assert!(pages.are_at("HTTPS://Feedback.example", Some("127.0.0.1:8080")));
        assert!(pages.are_at("http://127.0.0.1:8080", Some("127.0.0.1:8080")));
        for stranger in
            ["http://feedback.example", "https://feedback.example:444", "https://example", "null", ""]
        {
            assert!(!pages.are_at(stranger, Some("127.0.0.1:8080")), "{stranger}");
            assert!(!Pages::default().are_at(stranger, None), "{stranger}");
        }
    }
}
