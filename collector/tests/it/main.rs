//! The collector as its callers meet it: through HTTP and the command line, over a real directory.
//!
//! Read [`world`] first (a server of the test's own) and [`company`] (what it is asked to hold). The other files hold the
//! promises, by noun.

mod answers;
mod company;
mod forms;
mod invitations;
mod keys;
mod last_score;
mod nps;
mod organisation;
mod responses;
mod submissions;
mod surveys;
mod tokens;
mod world;
