//! From a company's page without scripts to the survey: the page's address tells the token.

use reqwest::Method;
use reqwest::header::REFERER;
use serde_json::json;

use super::{Visitor, tag};
use crate::company::survey;
use crate::passes::{claims, make_secret, sign};
use crate::world::{Answer, World, send};

const SUPPORT: &str = "?survey=support";

/// Follows the link on this page.
async fn from(world: &World, page: &str, query: &str) -> Answer {
    let visitor = Visitor::new(world, "/s/");
    send(visitor.request(Method::GET, query).header(REFERER, page)).await
}

#[tokio::test]
async fn the_companys_page_leads_to_the_customers_own_survey() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let page = format!("https://company.example/survey.html?utm_source=mail&t={token}");
    let answer = from(&world, &page, SUPPORT).await;
    assert_eq!(answer.leads_to(), token);
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let answer = from(&world, &page, "?survey=support&language=ar&score=9").await;
    assert_eq!(answer.leads_to(), format!("{token}?language=ar&score=9"));
    // Relative to `/s/`, as a browser reads it.
    let found = Visitor::new(&world, &format!("/s/{}", answer.leads_to())).get("").await.page(200);
    assert!(found.contains("dir=\"rtl\""), "{found}");
    world.assert_nothing_stored().await;

    let (_, secret) = make_secret(&world).await;
    let pass = sign(&claims(), &secret);
    assert_eq!(from(&world, &format!("https://company.example/?t={pass}"), SUPPORT).await.leads_to(), pass);
}

#[tokio::test]
async fn who_comes_from_nowhere_or_from_a_stranger_is_asked_for_the_link() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    for page in [
        "https://company.example/",
        "https://company.example/survey.html?t=30",
        &format!("https://stranger.example/?t={token}"),
        &format!("https://company.example.stranger.example/?t={token}"),
        &format!("not an address ?t={token}"),
        "",
    ] {
        let asked = from(&world, page, SUPPORT).await.page(400);
        assert!(
            asked.contains("This survey opens with the personal link") && asked.contains(">Company<"),
            "{asked}"
        );
        assert!(asked.contains("<label class=\"label\" for=\"link\">Your personal link</label>"), "{asked}");
        assert!(!asked.contains(&token), "{asked}");
    }
    let arabic = Visitor::new(&world, "/s/").get("?survey=support&language=ar").await.page(400);
    assert!(arabic.contains("رابطك الشخصي") && arabic.contains("dir=\"rtl\""), "{arabic}");
    Visitor::new(&world, "/s/").get("").await.page(400);
    let page = Visitor::new(&world, "/s/").get("?survey=nothing").await.page(404);
    assert!(page.contains("This survey is not available.") && !page.contains("<form"), "{page}");
}

#[tokio::test]
async fn the_link_is_taken_in_every_form_and_what_is_none_stays_in_its_field() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let visitor = Visitor::new(&world, "/s/");
    for link in [
        format!(" https://company.example/survey.html?t={token}\n"),
        format!("https://feedback.company.example/s/{token}?score=9"),
        token.clone(),
    ] {
        assert_eq!(
            visitor.post("?survey=support&language=ar", &[("link", &link)]).await.leads_to(),
            format!("{token}?language=ar")
        );
    }
    let page = visitor.post(SUPPORT, &[("link", "<company.example>")]).await.page(400);
    assert!(page.contains("This link is not complete."), "{page}");
    let field = tag(&page, "name=\"link\"");
    assert!(field.contains("value=\"&lt;company.example"), "{field}");
    assert!(field.contains("aria-invalid=\"true\"") && field.contains("aria-describedby=\"why\""), "{field}");
    visitor.post(SUPPORT, &[]).await.page(400);
}

#[tokio::test]
async fn an_open_survey_is_begun_by_whoever_has_no_link() {
    let world = World::new().await;
    let mut open = survey();
    open["open"] = json!({"attributes": ["shop"]});
    world.put("/v1/surveys/support", &open).await.expect(201);
    let token = world.invite(json!({"customer": "C-1"})).await;
    let page = "https://company.example/survey.html";
    let led = from(&world, page, "?survey=support&attribute-shop=leeds").await;
    assert_eq!(led.leads_to(), "../o/support?attribute-shop=leeds");
    let led = from(&world, &format!("{page}?t={token}"), SUPPORT).await;
    assert_eq!(led.leads_to(), token, "but a link is the customer's own");
}
