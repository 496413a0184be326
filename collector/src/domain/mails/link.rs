//! The link in a mail: straight to the survey's page, or by way of the collector, which notes that it was followed.

use super::scale::in_html;
use crate::domain::surveys::with_query;

/// Where a mail leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    address: String,
    /// Whether it leads there by way of the collector.
    noted: bool,
}

impl Link {
    /// By way of the collector, which customers reach at `public_url`.
    pub fn noted(public_url: &str, token: &str) -> Self {
        Self { address: format!("{public_url}/m/{token}"), noted: true }
    }

    /// The address.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The address of the page with this score chosen. Following it records nothing: the score counts when the customer sends
    /// it.
    pub(super) fn with_score(&self, score: u8) -> String {
        match self.noted {
            true => format!("{}/{score}", self.address),
            false => with_query(&self.address, &format!("score={score}")),
        }
    }

    /// A mail's HTML with what tells persons from programs at its end: a link that no person sees, and the image that mail
    /// programs fetch when the mail is opened. It is there in every mail, whatever its author wrote.
    pub(super) fn marked(&self, html: String) -> String {
        let Some(end) = html.rfind("</body>").filter(|_| self.noted) else { return html };
        let address = in_html(&self.address);
        let marks = format!(
            "<a href=\"{address}/h\" rel=\"nofollow\" tabindex=\"-1\" aria-hidden=\"true\" \
             style=\"display:none;mso-hide:all\"></a><img src=\"{address}/open.gif\" alt=\"\" width=\"1\" height=\"1\" \
             style=\"display:block;width:1px;height:1px;border:0\">"
        );
        [&html[..end], &marks, &html[end..]].concat()
    }
}

/// Straight to the page.
impl From<String> for Link {
    fn from(address: String) -> Self {
        Self { address, noted: false }
    }
}

/// Straight to the page.
impl From<&str> for Link {
    fn from(address: &str) -> Self {
        address.to_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_one_more_word_of_the_pages_address_or_of_ours() {
        let straight = Link::from("https://x.example/s?t=T#top");
        assert_eq!(straight.with_score(7), "https://x.example/s?t=T&score=7#top");
        let noted = Link::noted("https://c.example/ask", "T");
        assert_eq!(
            (noted.address(), &*noted.with_score(7)),
            ("https://c.example/ask/m/T", "https://c.example/ask/m/T/7")
        );
    }

    #[test]
    fn only_a_mail_whose_links_are_noted_is_marked() {
        let html = "<html><body><p>x</p></body></html>";
        assert_eq!(Link::from("https://x.example/s?t=T").marked(html.into()), html);
        let marked = Link::noted("https://c.example", "T").marked(html.into());
        for part in [
            "<p>x</p><a href=\"https://c.example/m/T/h\"",
            "<img src=\"https://c.example/m/T/open.gif\" alt=\"\"",
        ] {
            assert!(marked.contains(part), "{marked}");
        }
        assert!(marked.ends_with("</body></html>"));
    }
}
