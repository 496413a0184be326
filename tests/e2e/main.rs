//! The whole story, from the link to the numbers: the real program, the example's pages with a strict policy, and a real
//! browser.
//!
//! Read first [`answering`], then [`world`] (what a story takes place in) and [`pages`] (what a customer can do and see).
//! Stories are told in Chromium, the core of them in Firefox and WebKit too ([`other_browsers`]). Every story ends by making
//! sure that the page's policy was not violated and the console shows no error.

mod accessibility;
mod again;
mod answering;
mod arabic;
mod brand;
mod card;
mod desk;
mod embedding;
mod host_pages;
mod impostors;
mod keyboard;
mod kinds;
mod looks;
mod mail;
mod modes_look;
mod no_script;
mod old_libraries;
mod other_browsers;
mod outages;
mod pages;
mod pinned;
mod plain;
mod preferences;
mod quotes;
mod refusals;
mod scanner;
mod signed;
mod single_page;
mod small;
mod states;
mod steps;
mod triggers;
mod try_page;
mod without;
mod world;
