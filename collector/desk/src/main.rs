//! The desk: where people of the company follow up what customers said. A page of the collector's own, at `/desk/`.
//!
//! Read in this order: [`app`] (which page is shown, and to whom), [`place`] (addresses), [`api`] (what is asked of the collector) and
//! [`news`] (what it tells of itself), then the pages: [`sign_in`], [`welcome`] and [`account`] with [`form`], [`list`] with
//! [`filters`], [`case`] with [`acting`] and [`told`], [`agent`] with [`charts`]. [`words`] says what things are called, in each language.
//!
//! **Architecture invariants:** only `api` and `news` call the network, only `place` knows the browser's history; what is answered is
//! `wire`'s. No word stands outside `words`. Nothing is kept in the browser: the session is a cookie that no script can read.

#![expect(unreachable_pub, reason = "the functions that `component` makes of a component are public")]

mod account;
mod acting;
mod agent;
mod api;
mod app;
mod case;
mod charts;
mod filters;
mod form;
mod list;
mod news;
mod place;
mod sign_in;
mod told;
mod welcome;
mod words;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
