//! The row from 0 to 10 in a mail: eleven links, each to the page with that score chosen.
//!
//! Following one records nothing: mail scanners follow every link. The score counts when the customer sends it.

use std::fmt::Write;

/// The address of the page with this score chosen.
pub(super) fn with_score(link: &str, score: u8) -> String {
    let (page, fragment) = link.split_once('#').map_or((link, None), |(page, rest)| (page, Some(rest)));
    let sign = if page.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|rest| format!("#{rest}")).unwrap_or_default();
    format!("{page}{sign}score={score}{fragment}")
}

/// An address as it stands in an attribute of HTML.
pub(super) fn in_html(address: &str) -> String {
    address.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The row as HTML: a table, since that is what mail programs draw alike, and styles of its own, since some drop all others.
/// It runs as the text around it does. Each cell is 24 pixels wide at least on a screen of 320.
pub(super) fn row(links: &[String], color: &str, ink: &str) -> String {
    let mut row = String::from(
        "<table role=\"presentation\" class=\"scale\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"width:100%;table-layout:fixed;border-collapse:separate;border-spacing:2px 0\"><tr>",
    );
    for (score, link) in links.iter().enumerate() {
        let href = in_html(link);
        // Writing to a string cannot fail.
        let _ = write!(
            row,
            "<td align=\"center\" bgcolor=\"{color}\" style=\"background-color:{color};border-radius:6px\">\
             <a href=\"{href}\" target=\"_blank\" style=\"display:block;padding:11px 0;font-size:16px;line-height:20px;font-weight:600;\
             color:{ink};text-decoration:none\">{score}</a></td>"
        );
    }
    row + "</tr></table>"
}
