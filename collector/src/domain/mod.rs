//! What is true: values and pure functions. No async, no I/O, no clock (the time is an argument), no randomness of its
//! own beyond making tokens.
//!
//! Read in this order: [`names`] (ids), [`dates`], [`secrets`] (tokens and keys), [`surveys`], [`organisation`], [`people`] (who works
//! with it), [`customers`],
//! [`phones`], [`invitations`], [`asking`] (who is asked when), [`suppressions`] (who is not), [`mails`], [`outbox`] (what is
//! still to be sent), [`timeline`] (what happened), [`arrivals`] (who came by a mail, a person or a program), [`bounces`] (mails
//! that came back), [`events`] (what others hear of), [`webhooks`] (who is sent it), [`open`] and [`passes`] (who else may answer),
//! [`responses`] (what happens to a submission), [`quotes`] and [`reviews`] (what comes after it), [`counted`] (what numbers need of it), [`cases`] (who follows up), [`evidence`] (what
//! came of it), [`erasures`] (what stays of nobody), [`words`],
//! [`pages`], [`plain`] (pages without a script),
//! [`query`] (what results are asked of), [`statistics`] (what the numbers may say) and [`limits`].

pub mod access;
pub mod arrivals;
pub mod asking;
pub mod bounces;
pub mod cases;
pub mod counted;
pub mod customers;
pub mod dates;
pub mod erasures;
pub mod events;
pub mod evidence;
pub mod invitations;
pub mod limits;
pub mod links;
pub mod mails;
pub mod names;
pub mod open;
pub mod organisation;
pub mod outbox;
pub mod pages;
pub mod passes;
pub mod people;
pub mod phones;
pub mod plain;
pub mod query;
pub mod quotes;
pub mod responses;
pub mod reviews;
pub mod secrets;
pub mod sheets;
pub mod statistics;
pub mod suppressions;
pub mod surveys;
pub mod timeline;
pub mod visits;
pub mod webhooks;
pub mod words;

/// Counts the characters of a text as people see them: extended grapheme clusters (Unicode UAX #29).
pub fn count_characters(text: &str) -> usize {
    use unicode_segmentation::UnicodeSegmentation;
    text.graphemes(true).count()
}
