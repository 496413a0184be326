//! Erasing a customer: what goes, and what may stay of nobody.

use jiff::Timestamp;
use wire::{Answer, Kind, Survey};

use crate::domain::invitations::{Invitation, RESERVED};
use crate::domain::names::is_key;
use crate::domain::responses::Response;

/// How somebody is erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Whether scores and choices stay, and nothing says whose they are. Without it, nothing stays.
    pub keep_scores: bool,
    /// What does not stay with them: attributes, [`may_leave`].
    pub without: Vec<String>,
    /// When it was asked for.
    pub at: Timestamp,
}

/// Whether scores can be kept without this: any attribute, and `agent` and `language`, which are none.
pub fn may_leave(name: &str) -> bool {
    is_key(name) && (["agent", "language"].contains(&name) || !RESERVED.contains(&name))
}

impl Erasure {
    /// The response without everything that tells whose it is: the customer, all that was written, the ways to be reached, the
    /// ids that a browser gave its submissions, and what is not to stay. It counts as a change, so that systems that
    /// follow changes hear of it. Of a survey that is not known, only numbers stay.
    pub fn nobodys_response(&self, mut response: Response, survey: Option<&Survey>) -> Response {
        response.customer = None;
        response.submissions.clear();
        response.quote = None;
        response.attributes.retain(|name, _| !self.leaves(name));
        response.channel = response.channel.filter(|_| !self.leaves("channel"));
        response.device = response.device.filter(|_| !self.leaves("device"));
        response.agent = response.agent.filter(|_| !self.leaves("agent"));
        response.language = response.language.filter(|_| !self.leaves("language"));
        response.answers.retain(|id, answer| match survey {
            Some(survey) => {
                let question = survey.questions.iter().find(|question| question.id == *id);
                question.is_some_and(|question| is_one_of_few(question.kind))
            }
            None => matches!(answer, Answer::Number(_)),
        });
        response.updated_at = response.updated_at.max(self.at);
        response
    }

    /// That somebody was asked, and not who.
    pub fn nobodys_invitation(&self, mut invitation: Invitation) -> Invitation {
        invitation.customer = None;
        invitation.first_name = None;
        invitation.decided = None;
        invitation.attributes.retain(|name, _| !self.leaves(name));
        invitation.agent = invitation.agent.filter(|_| !self.leaves("agent"));
        invitation.language = invitation.language.filter(|_| !self.leaves("language"));
        invitation
    }

    /// Whether this is not to stay with the scores.
    pub(in crate::domain) fn leaves(&self, name: &str) -> bool {
        self.without.iter().any(|without| without == name)
    }
}

/// Whether the answers to such a question are one of a few that many give.
fn is_one_of_few(kind: Kind) -> bool {
    match kind {
        Kind::Nps | Kind::Rating | Kind::Ces | Kind::Choice | Kind::Choices => true,
        Kind::Comment | Kind::Contact | Kind::Statement => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::responses::Seen;

    fn survey() -> Survey {
        serde_json::from_value(json!({
            "id": "s", "languages": ["en"],
            "questions": [
                {"id": "nps", "kind": "nps", "text": {}},
                {"id": "what", "kind": "choices", "text": {}, "choices": [{"id": "price", "text": {}}], "other": {"en": "Else"}},
                {"id": "why", "kind": "comment", "text": {}},
                {"id": "reach", "kind": "contact", "text": {}, "fields": ["email"], "consent": {"en": "Yes"}}
            ],
            "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
        }))
        .unwrap()
    }

    fn response() -> Response {
        serde_json::from_value(json!({
            "id": Uuid::nil(), "survey": "s", "version": 1, "customer": "C-1", "agent": "amira",
            "attributes": {"region": "north", "contract": "4711"}, "language": "en", "score": 9,
            "answers": {"nps": 9, "what": ["price", "other"], "what_other": "my dog", "why": "I am Ada",
                "reach_email": "ada@example.org", "reach_consent": true},
            "at": 1000, "updated_at": 1000, "completed_at": 1000, "channel": "link", "device": "phone",
            "submissions": [Seen { id: Uuid::nil(), revision: 1, digest: 7 }]
        }))
        .unwrap()
    }

    fn erasure(without: &[&str]) -> Erasure {
        let at = Timestamp::from_millisecond(5000).unwrap();
        Erasure { keep_scores: true, without: without.iter().map(|name| name.to_string()).collect(), at }
    }

    #[test]
    fn of_nobodys_answer_only_what_many_could_have_given_stays() {
        let left = erasure(&["contract"]).nobodys_response(response(), Some(&survey()));
        let json = serde_json::to_string(&left).unwrap();
        for gone in ["C-1", "4711", "my dog", "Ada", "ada@", "reach", "digest"] {
            assert!(!json.contains(gone), "{gone} in {json}");
        }
        assert_eq!((left.score, left.completed_at), (response().score, response().completed_at));
        assert_eq!(left.answers.get("what"), response().answers.get("what"));
        assert_eq!(left.attributes, BTreeMap::from([("region".into(), "north".into())]));
        assert_eq!(left.updated_at, erasure(&[]).at, "who follows changes hears of it");

        let of_no_survey = erasure(&[]).nobodys_response(response(), None);
        assert_eq!(of_no_survey.answers.iter().map(|(id, _)| &**id).collect::<Vec<_>>(), ["nps"]);
    }

    #[test]
    fn whatever_could_tell_one_among_few_can_be_left_out() {
        let before = erasure(&[]).nobodys_response(response(), Some(&survey()));
        assert!(before.agent.is_some() && before.language.is_some());
        assert_eq!(before.known().count(), 4);
        let every = ["agent", "language", "channel", "device", "region", "contract"];
        assert!(every.iter().all(|name| may_leave(name)));
        let left = erasure(&every).nobodys_response(response(), Some(&survey()));
        assert_eq!((left.agent.as_ref(), left.language.as_ref(), left.known().count()), (None, None, 0));
        for name in ["survey", "customer", "first_name", "No name", ""] {
            assert!(!may_leave(name), "{name}");
        }
    }
}
