//! The desk: where people of the company follow up what customers said. A page of the collector's own, at `/desk/`.
//!
//! Read in this order: [`app`] (which page is shown, and to whom), [`place`] (addresses), [`api`] (what is asked of the collector),
//! then the pages: [`sign_in`], [`welcome`], [`list`], [`case`] with [`acting`] and [`told`]. [`words`] says what things are called.
//!
//! **Architecture invariants:** only `api` calls the network, only `place` knows the browser's history; what is answered is
//! `wire`'s. Nothing is kept in the browser: the session is a cookie that no script can read.

#![expect(unreachable_pub, reason = "the functions that `component` makes of a component are public")]

mod acting;
mod api;
mod app;
mod case;
mod list;
mod place;
mod sign_in;
mod told;
mod welcome;
mod words;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
