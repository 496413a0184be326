//! The collector as its callers meet it: through HTTP and the command line, over a real directory.
//!
//! Read [`world`] first (a server of the test's own) and [`company`] (what it is asked to hold). The other files hold the
//! promises, by noun; [`tidy`] holds those of the source itself.

mod company;
mod submissions;
mod world;
