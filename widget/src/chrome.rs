//! What stands around the card where it lies over the page: as a dialog, in the page's corner, or as a bar at its lower edge.

use web_sys::{AbortSignal, HtmlElement};

use crate::element::{Element, element};
use crate::page::{self, Settings};
use crate::session::ASK;

/// Whether there is anything around it.
pub fn is_over_page(settings: &Settings) -> bool {
    settings.mode().is_some_and(|mode| mode != "inline")
}

fn is_dialog(settings: &Settings) -> bool {
    settings.mode().as_deref() == Some("dialog")
}

/// Lets the keyboard put the survey away: Esc, within it.
pub fn listen(settings: &Settings, frame: &HtmlElement, end: &AbortSignal) {
    if !is_over_page(settings) {
        return;
    }
    // A dialog knows Esc by itself.
    let dialog = is_dialog(settings);
    let (settings, end) = (settings.clone(), end.clone());
    Element::from(frame).on(if dialog { "close" } else { "keydown" }, move |event| {
        if (dialog || page::is_key(&event, "Escape")) && !end.aborted() {
            page::announce(&settings, "close", None, "");
        }
    });
}

/// Names what lies over the page, adds the button that puts it away, and opens it.
pub fn open(settings: &Settings, frame: &HtmlElement, name: &str, word: &str) {
    if !is_over_page(settings) {
        return;
    }
    let dialog = is_dialog(settings);
    let (named, closing, over) =
        (Element::from(frame).set("aria-label", name), frame.clone(), settings.clone());
    let close =
        element("button", "close").set("type", "button").set("aria-label", word).on("click", move |_| {
            if dialog {
                page::close_dialog(&closing);
            } else {
                page::announce(&over, "close", None, "");
            }
        });
    let named = named.child(close);
    if !dialog {
        named.set("role", "region");
        return;
    }
    let frame = frame.clone();
    // After the effects that write the question.
    page::after(0, move || {
        page::open_dialog(&frame);
        page::focus(&frame, ASK);
    });
}

/// Closes a dialog that is open: the focus goes back to where it was.
pub fn close(settings: &Settings, frame: &HtmlElement) {
    if is_dialog(settings) {
        page::close_dialog(frame);
    }
}
