//! The collector as its callers meet it: through HTTP and the command line, over a real directory.
//!
//! Read [`world`] first (a server of the test's own), then [`company`] (what it is asked to hold) and [`program`] (the
//! real binary). The other files hold the promises, by noun; [`tidy`] holds those of the source itself.

#![expect(clippy::unwrap_used, reason = "what a helper cannot do, fails the test that asked for it")]

mod answers;
mod arrivals;
mod asking;
mod assets;
mod bounces;
mod cards;
mod cases;
mod cases_mails;
mod cli;
mod company;
mod connections;
mod csv;
mod desk;
mod erasures;
mod events;
mod evidence;
mod export;
mod forms;
mod icons;
mod interactions;
mod invitations;
mod keys;
mod last_score;
mod limits;
mod lines;
mod log;
mod mail_server;
mod mailbox;
mod mails;
mod mails_sent;
mod nps;
mod open;
mod operators;
mod organisation;
mod own_pages;
mod passes;
mod people;
mod plain;
mod program;
mod public;
mod quotes;
mod receiver;
mod reports;
mod responses;
mod restart;
mod roles;
mod roles_cases;
mod settings;
mod sheets;
mod shown;
mod sign_in;
mod signed_examples;
mod sizes;
mod sse;
mod standings;
mod submissions;
mod surveys;
mod thanks;
mod tidy;
mod tokens;
mod verify;
mod webhooks;
mod world;
