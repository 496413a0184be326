//! An invented company: the survey it asks, the organisation it has, and what its customers send.

use serde_json::{Value, json};
use uuid::Uuid;

/// Two languages, a score and a comment of at most 20 characters that may be left out.
pub(crate) fn survey() -> Value {
    json!({
        "id": "support",
        "name": "After a call",
        "page": "https://company.example/survey.html",
        "languages": ["en", "ar"],
        "allowed_origins": ["https://company.example", "http://localhost:8081"],
        "personal_words": ["first_name", "agent", "product"],
        "edit_minutes": 60,
        "invitation_days": 30,
        "brand": {"name": "Company", "color": "#0b7a75"},
        "intro": {
            "en": "Hello {first_name|there}, {agent|a colleague} helped with your {product|service}.",
            "ar": "مرحبًا {first_name|بك}"
        },
        "questions": [
            {"id": "nps", "kind": "nps", "text": {"en": "Would you recommend us?", "ar": "هل توصي بنا؟"}},
            {"id": "why", "kind": "comment", "max_length": 20, "text": {"en": "Why?", "ar": "لماذا؟"}}
        ],
        "thanks": {
            "promoter": thanks("Wonderful"),
            "passive": thanks("Thank you"),
            "detractor": thanks("We are sorry")
        }
    })
}

fn thanks(title: &str) -> Value {
    json!({"title": {"en": title, "ar": "شكرًا"}, "text": {"en": "We have your answer.", "ar": "وصلتنا إجابتك."}})
}

/// Two teams in one department, one in another.
pub(crate) fn organisation() -> Value {
    json!({
        "units": [
            {"id": "care", "kind": "department", "name": "Care"},
            {"id": "sales", "kind": "department", "name": "Sales"},
            {"id": "north", "kind": "team", "name": "North", "parent": "care"},
            {"id": "south", "kind": "team", "name": "South", "parent": "care"},
            {"id": "shop", "kind": "team", "name": "Shop", "parent": "sales"}
        ],
        "agents": [
            {"id": "amira", "name": "Amira Haddad", "unit": "north"},
            {"id": "ben", "name": "Ben Okafor", "unit": "south"},
            {"id": "carla", "name": "Carla Nunes", "unit": "shop"}
        ]
    })
}

/// A complete submission of a person who has just opened the form.
pub(crate) fn submission(token: &str, answers: Value) -> Value {
    json!({"id": Uuid::new_v4(), "revision": 1, "survey": "support", "token": token, "complete": true, "answers": answers})
}

/// The same when the person has only begun.
pub(crate) fn begun(token: &str, answers: Value) -> Value {
    let mut submission = submission(token, answers);
    submission["complete"] = json!(false);
    submission
}

/// What the same person sends next from the same form.
pub(crate) fn then(before: &Value, answers: Value, complete: bool) -> Value {
    let mut submission = before.clone();
    submission["revision"] = json!(before["revision"].as_u64().unwrap_or_default() + 1);
    submission["answers"] = answers;
    submission["complete"] = json!(complete);
    submission
}
