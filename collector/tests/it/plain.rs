//! The survey as plain pages: what a browser without scripts shows, posts and is answered.

mod answering;
mod arrival;
mod leave;
mod open;
mod pages;
mod refusals;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::company::survey;
use crate::world::{Answer, World, send};

/// A browser without scripts that is at one address.
struct Visitor<'a> {
    world: &'a World,
    client: Client,
    path: String,
}

impl<'a> Visitor<'a> {
    fn new(world: &'a World, path: &str) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { world, client, path: path.to_owned() }
    }

    /// Somebody who was invited.
    async fn invited(world: &'a World, invitation: Value) -> Self {
        Self::new(world, &format!("/s/{}", world.invite(invitation).await))
    }

    fn request(&self, method: Method, query: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("http://{}{}{query}", self.world.address(), self.path))
    }

    async fn get(&self, query: &str) -> Answer {
        send(self.request(Method::GET, query)).await
    }

    fn form(&self, query: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let pair = |(name, value): &(&str, &str)| format!("{name}={}", percent(value));
        let body: Vec<String> = fields.iter().map(pair).collect();
        let request = self.request(Method::POST, query);
        request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.join("&"))
    }

    /// Posts what the page's form holds, with these fields filled in.
    async fn post(&self, query: &str, fields: &[(&str, &str)]) -> Answer {
        send(self.form(query, fields)).await
    }
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

impl Answer {
    /// The page, if the status is this one.
    #[track_caller]
    fn page(self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("text/html; charset=utf-8"));
        self.text
    }

    /// Where it sends the browser.
    #[track_caller]
    fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.header("location").unwrap()
    }
}

/// The tag with this attribute.
#[track_caller]
fn tag<'a>(page: &'a str, attribute: &str) -> &'a str {
    let at = page.find(attribute).unwrap_or_else(|| panic!("no {attribute} in {page}"));
    let start = page[..at].rfind('<').unwrap();
    &page[start..start + page[start..].find('>').unwrap()]
}

fn is_checked(page: &str, id: &str) -> bool {
    tag(page, &format!("id=\"{id}\"")).contains(" checked")
}

/// Every kind of question, with a branch.
fn everything() -> Value {
    let text = |text: &str| json!({"en": text, "ar": "؟"});
    let mut survey = survey();
    survey["questions"] = json!([
        {"id": "nps", "kind": "nps", "text": text("Would you recommend us?"), "low": text("No"), "high": text("Yes")},
        {"id": "fault", "kind": "choice", "required": true, "text": text("What went wrong?"),
         "when": [{"question": "nps", "category": ["detractor"]}],
         "choices": [{"id": "slow", "text": text("Too slow")}, {"id": "rude", "text": text("Unfriendly")}],
         "other": text("Something else")},
        {"id": "stars", "kind": "rating", "text": text("How was the call?")},
        {"id": "face", "kind": "rating", "look": "smileys", "points": 3, "text": text("And the visit?")},
        {"id": "ease", "kind": "ces", "text": text("How easy was it?")},
        {"id": "used", "kind": "choices", "text": text("What do you use?"),
         "choices": [{"id": "tv", "text": text("Television")}, {"id": "net", "text": text("Internet")}],
         "other": text("Another thing")},
        {"id": "why", "kind": "comment", "max_length": 20, "text": text("Why?")},
        {"id": "note", "kind": "statement", "text": text("We call within a day.")},
        {"id": "reach", "kind": "contact", "text": text("May we call you?"), "consent": text("You may call me")}
    ]);
    survey
}

/// A score and then, in words that go by it, a comment.
fn two_steps() -> Value {
    let mut survey = survey();
    let text = |text: &str| json!({"en": text, "ar": "؟"});
    survey["questions"][1]["text_by_category"] = json!({"promoter": text("What was good?"), "passive": text("Why?"), "detractor": text("What was bad?")});
    survey
}

async fn world_of_two_steps() -> World {
    let world = World::new().await;
    world.put("/v1/surveys/support", &two_steps()).await.expect(201);
    world
}

async fn world_of_everything(layout: &str) -> World {
    let world = World::new().await;
    let mut survey = everything();
    survey["layout"] = json!(layout);
    world.put("/v1/surveys/support", &survey).await.expect(201);
    world
}
