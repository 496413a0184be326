//! Persons and programs, told apart by what they fetch and when.

use super::*;

const CLICK: Door = Door::Page;

/// A timeline: each step with its second. The mail is sent in second 0.
struct Story(Vec<Step>);

impl Story {
    fn sent() -> Self {
        Self(Vec::new()).then(0, What::Sent)
    }

    fn then(mut self, second: i64, what: What) -> Self {
        self.0.push(Step::new(Timestamp::from_second(second).unwrap(), what));
        self
    }

    fn fetched(mut self, second: i64, door: Door) -> Self {
        self.0.push(door.step(Timestamp::from_second(second).unwrap(), false));
        self
    }

    fn by_program(mut self, second: i64, door: Door) -> Self {
        self.0.push(door.step(Timestamp::from_second(second).unwrap(), true));
        self
    }

    /// Whether each arrival looks automatic.
    fn marks(mut self) -> Vec<bool> {
        self.0.sort_by_key(|step| step.at);
        mark(&mut self.0);
        let marks = self.0.iter().filter_map(|step| step.automatic).collect();
        let before = self.0.clone();
        mark(&mut self.0);
        assert_eq!(self.0, before, "marking again changes nothing");
        marks
    }
}

#[test]
fn a_person_opens_a_mail_and_follows_its_link() {
    let story = Story::sent().fetched(60, Door::Image).fetched(61, Door::Score(9)).fetched(3600, CLICK);
    assert_eq!(story.marks(), [false, false, false]);
}

#[test]
fn what_a_request_itself_tells_stays_so() {
    let story = Story::sent().by_program(60, CLICK).fetched(90, CLICK).then(100, What::Started);
    assert_eq!(story.marks(), [true, false]);
    let story = Story::sent().by_program(60, CLICK).then(100, What::Started);
    assert_eq!(story.marks(), [true], "whoever answered has not come by it");
}

#[test]
fn the_hidden_link_tells_what_came_before_and_after_it() {
    let story = Story::sent()
        .fetched(59, Door::Image)
        .fetched(60, CLICK)
        .fetched(360, Door::Hidden)
        .fetched(660, Door::Score(3))
        .fetched(661, Door::Image);
    assert_eq!(story.marks(), [false, true, true, true, false]);
}

#[test]
fn a_person_who_answers_behind_a_scanner_is_told_from_it() {
    let story = Story::sent()
        .fetched(60, CLICK)
        .fetched(60, Door::Hidden)
        .fetched(90, Door::Score(9))
        .then(100, What::Started)
        .fetched(110, CLICK)
        .fetched(400, CLICK);
    assert_eq!(story.marks(), [true, true, false, false, false]);
}

#[test]
fn nobody_follows_two_links_within_two_seconds() {
    let story = Story::sent().fetched(60, CLICK).fetched(62, Door::Score(4)).fetched(65, Door::Score(5));
    assert_eq!(story.marks(), [true, true, false]);
    let same = Story::sent().fetched(60, CLICK).fetched(60, CLICK);
    assert_eq!(same.marks(), [false, false], "a scanner may fetch what a person has just followed");
    let image = Story::sent().fetched(60, Door::Image).fetched(61, CLICK);
    assert_eq!(image.marks(), [false, false], "images are shown in the moment before");
}

#[test]
fn nobody_is_there_before_the_mail_or_at_once() {
    let story = Story::sent().fetched(-1, Door::Image).fetched(9, CLICK).fetched(10, CLICK);
    assert_eq!(story.marks(), [true, true, false]);
    let reminded = Story::sent().then(86_400, What::Reminded).fetched(86_405, CLICK).fetched(86_500, CLICK);
    assert_eq!(reminded.marks(), [true, false]);
    let by_hand = Story(Vec::new()).fetched(5, CLICK);
    assert_eq!(by_hand.marks(), [false], "of a link that was never sent nothing is known");
}

#[test]
fn programs_that_say_so_are_known_and_browsers_are_not_taken_for_them() {
    for name in [
        None,
        Some(" "),
        Some("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
        Some("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
        Some("WhatsApp/2.23.20.0"),
        Some("curl/8.5.0"),
        Some("python-requests/2.32"),
    ] {
        assert!(names_itself(name), "{name:?}");
    }
    for name in [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 10; CUBOT_X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    ] {
        assert!(!names_itself(Some(name)), "{name}");
    }
}

#[test]
fn a_door_is_written_as_it_is_read() {
    for door in [Door::Page, Door::Image, Door::Hidden, Door::Score(0), Door::Score(10)] {
        assert_eq!(door.to_string().parse(), Ok(door));
    }
    for wrong in ["", "11", "-1", "+1", "01", "h"] {
        assert!(wrong.parse::<Door>().is_err(), "{wrong}");
    }
}
