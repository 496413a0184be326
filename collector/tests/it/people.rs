//! The people who work with Hearback: put, removed, let in by a link.

use reqwest::header::{COOKIE, HeaderName, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::world::{Answer, World, send, text};

/// A password that every rule likes.
pub(crate) const PASSWORD: &str = "seven wet umbrellas";

/// What a browser says of a request that a page of the collector makes.
pub(crate) const FROM_OWN_PAGE: (HeaderName, &str) =
    (HeaderName::from_static("sec-fetch-site"), "same-origin");

pub(crate) fn person(id: &str, role: &str) -> Value {
    json!({"id": id, "name": format!("The {id}"), "email": format!("{id}@company.example"), "role": role})
}

/// A lead of these units.
pub(crate) fn lead(id: &str, units: &[&str]) -> Value {
    let mut lead = person(id, "lead");
    lead["units"] = json!(units);
    lead
}

/// A person who has signed in.
pub(crate) struct Desk<'a> {
    world: &'a World,
    pub(crate) cookie: String,
}

impl<'a> Desk<'a> {
    /// Puts a person, sets the password and signs in.
    pub(crate) async fn of(world: &'a World, person: &Value) -> Self {
        let id = text(&person["id"]);
        world.put(&format!("/v1/people/{id}"), person).await.expect(201);
        Self::sign_in(world, &id).await
    }

    /// Sets the password of a person who is there, and signs in.
    pub(crate) async fn sign_in(world: &'a World, id: &str) -> Self {
        let path = format!("/v1/people/{id}/password");
        world.put(&path, &json!({"password": PASSWORD})).await.expect(204);
        let answer = sign_in(world, &format!("{id}@company.example"), PASSWORD).await;
        Self { world, cookie: cookie(&answer) }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let (name, value) = FROM_OWN_PAGE;
        self.world.request(method, path).header(COOKIE, &self.cookie).header(name, value)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }
}

pub(crate) async fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    send(world.request(Method::POST, "/v1/session").json(&body)).await
}

/// The cookie that an answer sets, as it is sent back.
#[track_caller]
pub(crate) fn cookie(answer: &Answer) -> String {
    let set = answer.headers.get(SET_COOKIE).unwrap_or_else(|| panic!("no cookie: {}", answer.text));
    set.to_str().unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn people_are_put_listed_and_removed() {
    let mut world = World::new().await;
    let mut person = lead("jo", &["north"]);
    person["email"] = json!(" Jo@Company.example ");
    assert_eq!(world.put("/v1/people/jo", &person).await.expect(201)["new"], true);
    person["capacity"] = json!(7);
    assert_eq!(world.put("/v1/people/jo", &person).await.expect(200)["new"], false);
    world.restart().await;
    let listed = world.get("/v1/people").await.expect(200);
    insta::assert_json_snapshot!(listed, @r#"
    [
      {
        "active": true,
        "capacity": 7,
        "email": "jo@company.example",
        "id": "jo",
        "name": "The jo",
        "password": false,
        "role": "lead",
        "units": [
          "north"
        ]
      }
    ]
    "#);
    world.delete("/v1/people/jo").await;
    send(world.with_key(Method::DELETE, "/v1/people/jo")).await.refused(404, "not_found");
    assert_eq!(world.get("/v1/people").await.expect(200), json!([]));
}

#[tokio::test]
async fn what_is_wrong_with_a_person_is_named_by_field() {
    let world = World::with(|settings| settings.people.people = 2).await;
    world.put("/v1/people/jo", &lead("jo", &["north"])).await.expect(201);
    let mut same_address = lead("al", &["nowhere", "south"]);
    same_address["email"] = json!("JO@company.example");
    let mut agent = person("al", "agent");
    agent["agent"] = json!("zoe");
    for (person, paths) in [
        (same_address, vec!["email", "units[0]"]),
        (agent, vec!["agent"]),
        (person("al", "agent"), vec!["agent"]),
        (lead("al", &[]), vec!["units"]),
        (person("other", "admin"), vec!["id"]),
    ] {
        let problem = world.put("/v1/people/al", &person).await.refused(422, "invalid_person");
        let fields = problem["fields"].as_array().unwrap().iter().map(|field| text(&field["path"]));
        assert_eq!(fields.collect::<Vec<_>>(), paths);
    }
    let mut misspelt = person("al", "admin");
    misspelt["unit"] = json!("north");
    world.put("/v1/people/al", &misspelt).await.refused(400, "unreadable_body");
    world.put("/v1/people/al", &person("al", "boss")).await.refused(400, "unreadable_body");
    world.put("/v1/people/al", &person("al", "admin")).await.expect(201);
    let problem = world.put("/v1/people/cy", &person("cy", "admin")).await.refused(422, "invalid_person");
    assert!(text(&problem["fields"][0]["detail"]).contains("people.people"), "{problem}");
}

#[tokio::test]
async fn a_link_sets_a_password_once_and_for_some_time() {
    let world = World::with(|settings| settings.public_url = Some("https://feedback.example".into())).await;
    world.put("/v1/people/jo", &lead("jo", &["north"])).await.expect(201);
    let invite = async || {
        let invited = world.post("/v1/people/jo/invitation", &json!({})).await.expect(201);
        let link = text(&invited["link"]);
        assert!(link.starts_with("https://feedback.example/desk/welcome#"), "{link}");
        link.rsplit_once('#').unwrap().1.to_owned()
    };
    let public =
        async |method: Method, path: &str, body: Value| send(world.request(method, path).json(&body)).await;
    let set = async |token: &str, password: &str| {
        public(Method::PUT, "/v1/password", json!({"token": token, "password": password})).await
    };
    let first = invite().await;
    let token = invite().await;
    set(&first, PASSWORD).await.refused(410, "expired_welcome");
    let welcomed = public(Method::POST, "/v1/welcome", json!({"token": token})).await.expect(200);
    assert_eq!(welcomed, json!({"name": "The jo", "email": "jo@company.example", "password_characters": 15}));
    let problem = set(&token, "short").await.refused(422, "invalid_password");
    assert_eq!(problem["fields"][0]["path"], "password");
    set(&token, "jo@company.example").await.refused(422, "invalid_password");

    let answer = set(&token, PASSWORD).await;
    let cookie = cookie(&answer);
    assert_eq!(answer.expect(200)["person"], "jo", "signed in at once");
    let session = send(world.request(Method::GET, "/v1/session").header(COOKIE, &cookie)).await.expect(200);
    assert_eq!(session["units"], json!([{"id": "north", "name": "North"}]));
    set(&token, PASSWORD).await.refused(410, "expired_welcome");
    for wrong in ["", "x", &"A".repeat(22)] {
        public(Method::POST, "/v1/welcome", json!({"token": wrong})).await.refused(410, "expired_welcome");
    }

    let late = invite().await;
    world.advance(72 * 60);
    set(&late, PASSWORD).await.refused(410, "expired_welcome");
    sign_in(&world, "jo@company.example", PASSWORD).await.expect(200);
    world.post("/v1/people/nobody/invitation", &json!({})).await.refused(404, "not_found");
}
