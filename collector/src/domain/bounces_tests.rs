//! Reports as mail servers write them, and messages that are none.

use super::*;
use crate::domain::outbox::Kind;
use crate::domain::secrets::Token;

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../tests/it/bounces/", $name, ".eml"))
    };
}

fn mail() -> MailId {
    MailId { invitation: Token::from_random([7; 16]).hash(), kind: Kind::Reminder(1) }
}

/// Reads a sample, as a report of our mail, with the line ends of a file and with those of the wire.
fn read_both(sample: &str) -> Result<Report, NoReport> {
    let sample = sample.replace("{MAIL}", &mail().to_string());
    let (file, wire) = (read(sample.as_bytes()), read(sample.replace('\n', "\r\n").as_bytes()));
    assert_eq!(file, wire);
    file
}

#[test]
fn what_mail_servers_report_is_read_in_the_form_of_each() {
    let recipient = "550 5.1.1 <customer@private.example>: Recipient address rejected: User unknown in virtual mailbox table";
    let exchange = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient customer@private.example not found by SMTP address lookup";
    let gmail = "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's \
                 email address for typos or 550 5.1.1 unnecessary spaces. - gsmtp";
    let delayed = "4.4.1 connect to mx.private.example[192.0.2.25]:25: Connection timed out";
    for (sample, fate, status, words) in [
        (sample!("postfix"), Fate::Refused, "5.1.1", recipient),
        (sample!("exim"), Fate::Refused, "5.0.0", "5.0.0"),
        (sample!("exchange"), Fate::Refused, "5.1.10", exchange),
        (sample!("gmail"), Fate::Refused, "5.1.1", gmail),
        (sample!("renamed"), Fate::Refused, "5.1.1", "550 5.1.1 user unknown"),
        (sample!("expired"), Fate::GivenUp, "4.2.2", "452 4.2.2 Mailbox full"),
        (sample!("postfix-delayed"), Fate::Delayed, "4.4.1", delayed),
    ] {
        let report = read_both(sample).unwrap();
        assert_eq!((report.mail, report.fate), (mail(), fate), "{sample}");
        assert_eq!(report.to.as_deref(), Some("customer@private.example"), "{sample}");
        assert_eq!(report.status.as_deref(), Some(status), "{sample}");
        assert_eq!(report.words, words);
    }
}

#[test]
fn whatever_is_no_report_of_our_mail_is_said_to_be_none() {
    let strange = sample!("postfix").replace("{MAIL}", "somebody-elses");
    let attached = sample!("postfix").replace("message/delivery-status", "text/plain");
    for (sample, why) in [
        (sample!("away"), NoReport::Ordinary),
        (sample!("delivered"), NoReport::NoFailure),
        (&strange, NoReport::NotOurs),
        (&attached, NoReport::Ordinary),
        ("", NoReport::NoMail),
        ("\n\n550 5.1.1 nobody\n", NoReport::NoMail),
        ("Subject: hello\n\nhello\n", NoReport::Ordinary),
    ] {
        assert_eq!(read_both(sample), Err(why), "{sample}");
    }
}

#[test]
fn a_report_of_which_nothing_came_back_may_still_name_the_mail() {
    let (head, _) =
        sample!("gmail").split_once("--0000000000008a5b0a0612a3c7e4\nContent-Type: message/rfc822").unwrap();
    let report = read_both(&format!("{head}--0000000000008a5b0a0612a3c7e4--\n")).unwrap();
    assert_eq!((report.mail, report.fate, report.to), (mail(), Fate::Refused, None));
}

#[test]
fn a_complaint_is_told_from_a_mail_that_came_back() {
    let report = read_both(sample!("complaint")).unwrap();
    assert_eq!((report.mail, report.fate, report.status), (mail(), Fate::Complained, None));
    assert_eq!(report.to.as_deref(), Some("customer@private.example"));
    assert_eq!(report.words, "abuse, reported by Provider-Feedback/2.0");
    // A provider that tells nobody's address, of a mail that a service gave another Message-ID.
    let report = read_both(sample!("complaint-redacted")).unwrap();
    assert_eq!((report.mail, report.fate), (mail(), Fate::Complained));
    let with = |kind: &str| sample!("complaint").replace("Feedback-Type: abuse", kind);
    for kind in ["not-spam", "auth-failure", "virus", "other"] {
        assert_eq!(read_both(&with(&format!("Feedback-Type: {kind}"))), Err(NoReport::NoComplaint), "{kind}");
    }
    assert_eq!(read_both(&with("Feedback: abuse")), Err(NoReport::Ordinary));
    let strange = sample!("complaint").replace("{MAIL}", "somebody-elses");
    assert_eq!(read_both(&strange), Err(NoReport::NotOurs));
}

#[test]
fn of_several_addresses_the_worst_news_counts() {
    let more = "Final-Recipient: rfc822; other@private.example\nAction: delayed\nStatus: 4.4.1\n\n";
    let two = sample!("postfix")
        .replace("Final-Recipient: rfc822; customer", &format!("{more}Final-Recipient: rfc822; customer"));
    assert_eq!(read_both(&two).unwrap().fate, Fate::Refused);
}

#[test]
fn no_message_makes_reading_fail() {
    for sample in [sample!("postfix"), sample!("exchange"), sample!("gmail"), sample!("complaint")] {
        for end in (0..sample.len()).step_by(7) {
            let _ = read(&sample.as_bytes()[..end]);
        }
    }
    let _ = read(&[0xff; 1000]);
}
