//! What is in a mail, fetched by programs and followed by persons.

use hearback::domain::arrivals::Door;
use hearback::domain::timeline::What;
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::company;
use crate::mailbox::{happened, letter};
use crate::world::{Answer, World, send};

/// Where customers reach the collector, as mails say it.
const PUBLIC: &str = "https://feedback.company.example";

/// What most scanners call themselves.
const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

/// A collector that customers reach. The survey has no page of the company's: mails lead to the hosted one.
async fn world() -> World {
    let world = World::with(|settings| settings.public_url = Some(PUBLIC.into())).await;
    let mut hosted = company::survey();
    hosted["page"] = json!("");
    world.put("/v1/surveys/support", &hosted).await.expect(201);
    world
}

fn by_mail(customer: &str) -> Value {
    json!({"customer": customer, "email": format!("{customer}@private.example"), "mail": "invitation"})
}

/// Whoever follows links, one at a time.
struct Walker {
    client: Client,
    name: &'static str,
}

impl Walker {
    fn new() -> Self {
        Self::named(BROWSER)
    }

    fn named(name: &'static str) -> Self {
        Self { client: Client::builder().redirect(Policy::none()).build().unwrap(), name }
    }

    async fn fetch(&self, world: &World, method: Method, address: &str) -> Answer {
        let path = address.strip_prefix(PUBLIC).unwrap_or(address);
        let address = format!("http://{}{path}", world.address());
        send(self.client.request(method, address).header(USER_AGENT, self.name)).await
    }

    async fn get(&self, world: &World, address: &str) -> Answer {
        self.fetch(world, Method::GET, address).await
    }
}

/// What was fetched, and whether it looks automatic.
async fn arrivals(world: &mut World, token: &str) -> Vec<(Door, bool)> {
    let steps = happened(world, token).await;
    steps.into_iter().filter_map(|step| Some((step.link?, step.automatic?))).collect()
}

#[tokio::test]
async fn a_scanner_that_follows_every_link_makes_no_response_and_the_person_behind_it_is_counted() {
    let mut world = world().await;
    let token = world.invite(by_mail("c-1")).await;
    let links = letter(&world, &token).await.links();
    assert!(links.len() >= 14, "page, eleven scores, hidden link, image: {links:?}");
    world.advance(1);

    // Everything is fetched, and the pages it leads to with all that a browser would load for them.
    let scanner = Walker::new();
    for link in links.iter().filter(|link| link.starts_with(PUBLIC)) {
        let head = scanner.fetch(&world, Method::HEAD, link).await;
        assert!(head.status < 500 && head.text.is_empty(), "{link}: {}", head.status);
        let answer = scanner.get(&world, link).await;
        if let Some(page) = answer.header("location") {
            assert_eq!(scanner.get(&world, page).await.status, 200, "{page}");
        }
    }
    scanner.get(&world, "/hearback.js").await;
    let form = format!("/v1/surveys/support/form?token={token}");
    scanner.get(&world, &form).await.expect(200);
    world.assert_nothing_stored().await;
    let fetched = arrivals(&mut world, &token).await;
    assert!(fetched.len() > 20 && fetched.iter().all(|(_, automatic)| *automatic), "{fetched:?}");

    // The person behind it has pressed the 9.
    world.advance(2);
    let person = Walker::new();
    let nine = links.iter().find(|link| link.ends_with("/9")).unwrap();
    let page = person.get(&world, nine).await;
    let page = page.header("location").unwrap().to_owned();
    assert_eq!(page, format!("{PUBLIC}/s/{token}?score=9"));
    let drawn = person.get(&world, &page).await.text;
    assert!(drawn.contains("value=\"9\" checked"), "{drawn}");
    world.assert_nothing_stored().await;
    let answer = company::submission(&token, json!({"nps": 9}));
    world.submit(&answer).await.expect(201);
    assert_eq!(world.nps("").await["n"], 1);
    let fetched = arrivals(&mut world, &token).await;
    let persons: Vec<_> = fetched.iter().filter(|(_, automatic)| !automatic).collect();
    assert_eq!(persons, [&(Door::Score(9), false)]);
    let what: Vec<_> = happened(&mut world, &token).await.into_iter().map(|step| step.what).collect();
    assert!(what.ends_with(&[What::Clicked, What::Started, What::Answered]), "{what:?}");
}

#[tokio::test]
async fn a_person_opens_the_mail_and_follows_the_link_to_the_companys_page_with_its_words() {
    let mut world = World::with(|settings| settings.public_url = Some(PUBLIC.into())).await;
    let token = world.invite(by_mail("c-1")).await;
    let html = letter(&world, &token).await.html();
    assert!(html.contains(&format!("href=\"{PUBLIC}/m/{token}\"")), "{html}");
    world.advance(5);
    let person = Walker::new();
    let image = person.get(&world, &format!("/m/{token}/open.gif")).await;
    assert_eq!((image.status, image.header("content-type")), (200, Some("image/gif")));
    assert_eq!(image.header("cache-control"), Some("no-store"));
    for (link, page) in [
        ("", ""),
        ("/0", "&score=0"),
        ("/10?utm_source=mail&t=other&score=3&&x=%C3%A4", "&score=10&utm_source=mail&x=%C3%A4"),
    ] {
        world.advance(1);
        let answer = person.get(&world, &format!("/m/{token}{link}")).await;
        assert_eq!(answer.status, 302);
        let page = format!("https://company.example/survey.html?t={token}{page}");
        assert_eq!(answer.header("location"), Some(&*page));
        assert_eq!(
            (answer.header("cache-control"), answer.header("referrer-policy")),
            (Some("no-store"), Some("no-referrer"))
        );
    }
    let fetched = arrivals(&mut world, &token).await;
    let doors = [Door::Image, Door::Page, Door::Score(0), Door::Score(10)];
    assert_eq!(fetched, doors.map(|door| (door, false)));
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_program_that_says_so_and_a_visit_before_anybody_can_be_there_are_marked() {
    let mut world = world().await;
    let token = world.invite(by_mail("c-1")).await;
    letter(&world, &token).await;
    Walker::new().get(&world, &format!("/m/{token}")).await;
    world.advance(60);
    Walker::named("WhatsApp/2.23.20.0").get(&world, &format!("/m/{token}")).await;
    world.advance(60);
    Walker::new().fetch(&world, Method::HEAD, &format!("/m/{token}")).await;
    world.advance(60);
    Walker::new().get(&world, &format!("/m/{token}")).await;
    let marks: Vec<bool> =
        arrivals(&mut world, &token).await.into_iter().map(|(_, automatic)| automatic).collect();
    assert_eq!(marks, [true, true, true, false]);
}

#[tokio::test]
async fn a_link_that_nobody_was_sent_is_told_so_and_nothing_is_made_of_it() {
    let world = world().await;
    let (person, unknown) = (Walker::new(), "AAAAAAAAAAAAAAAAAAAAAA");
    for (link, status) in
        [(unknown.to_owned(), 404), (format!("{unknown}/3"), 404), (format!("{unknown}x"), 400)]
    {
        let answer = person.get(&world, &format!("/m/{link}")).await;
        assert_eq!(answer.status, status, "{link}");
        assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{link}");
    }
    assert_eq!(person.get(&world, &format!("/m/{unknown}/open.gif")).await.status, 200);
    for link in ["11", "-1", "x", "image"] {
        person.get(&world, &format!("/m/{unknown}/{link}")).await.refused(404, "no_route");
    }
    let post = world.request(Method::POST, &format!("/m/{unknown}")).header(CONTENT_TYPE, "text/plain");
    send(post).await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn without_a_public_address_mails_lead_straight_to_the_page() {
    let world = World::new().await;
    let token = world.invite(by_mail("c-1")).await;
    let letter = letter(&world, &token).await;
    let page = format!("https://company.example/survey.html?t={token}");
    assert!(letter.links().contains(&page), "{:?}", letter.links());
    assert!(letter.links().contains(&format!("{page}&score=7")));
    assert!(!letter.html().contains("/m/") && !letter.html().contains("open.gif"));
}

#[tokio::test]
async fn whoever_was_erased_comes_by_no_mail_any_more() {
    let world = world().await;
    let token = world.invite(by_mail("c-1")).await;
    letter(&world, &token).await;
    let erased = send(world.with_key(Method::DELETE, "/v1/customers/c-1")).await.expect(200);
    assert_eq!(erased["invitations"], 1, "{erased}");
    assert_eq!(Walker::new().get(&world, &format!("/m/{token}/9")).await.status, 404);
}
