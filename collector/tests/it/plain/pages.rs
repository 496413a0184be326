//! The pages themselves: language, headers, style sheet.

use reqwest::Method;
use serde_json::json;

use super::{Visitor, tag, world_of_two_steps};
use crate::company::survey;
use crate::world::{World, send};

#[tokio::test]
async fn the_language_is_the_one_asked_for_then_the_customers_then_the_browsers() {
    let world = world_of_two_steps().await;
    let arabic = Visitor::invited(&world, json!({"customer": "C-1", "language": "ar"})).await;
    let page = arabic.get("").await.page(200);
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">") && page.contains("هل توصي بنا؟"), "{page}");
    let page = arabic.get("?language=en").await.page(200);
    assert!(
        page.contains("<html lang=\"en\" dir=\"ltr\">") && page.contains("?at=nps&amp;language=en"),
        "{page}"
    );
    assert_eq!(arabic.post("?at=nps&language=en", &[("nps", "9")]).await.leads_to(), "?at=why&language=en");

    let unknown = Visitor::invited(&world, json!({"customer": "C-2"})).await;
    let page =
        send(unknown.request(Method::GET, "").header("accept-language", "de, ar-EG;q=0.5")).await.page(200);
    assert!(page.contains("lang=\"ar\""), "{page}");
}

#[tokio::test]
async fn the_page_may_load_nothing_but_its_style_and_the_logo_and_stands_in_the_companys_frames_alone() {
    let world = World::new().await;
    let mut survey = survey();
    survey["brand"]["logo"] = json!("https://cdn.example/a/logo.svg?x");
    world.put("/v1/surveys/support", &survey).await.expect(201);
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    for answer in [visitor.get("").await, visitor.post("", &[]).await] {
        assert_eq!(
            answer.header("content-security-policy"),
            Some(
                "default-src 'none'; style-src 'self'; img-src https://cdn.example data:; connect-src 'self'; form-action 'self'; \
                 base-uri 'none'; frame-ancestors 'self' https://company.example http://localhost:8081"
            )
        );
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
        assert!(answer.text.contains("<meta name=\"robots\" content=\"noindex\">"), "{}", answer.text);
        assert!(
            answer
                .text
                .contains("<img class=\"logo\" src=\"https://cdn.example/a/logo.svg?x\" alt=\"Company\">")
        );
    }
}

#[tokio::test]
async fn the_style_sheet_holds_the_brand_and_is_kept_until_it_changes() {
    let world = World::new().await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    let address = |page: &str| {
        format!(
            "/s/{}",
            tag(page, "rel=\"stylesheet\"").split("href=\"").nth(1).unwrap().trim_end_matches('"')
        )
    };
    let first = address(&visitor.get("").await.page(200));
    let sheet = send(world.request(Method::GET, &first)).await;
    assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(sheet.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert!(sheet.text.contains("--hb-brand: #0b7a75;") && !sheet.text.contains(":host"), "{}", sheet.text);

    let mut survey = survey();
    survey["brand"]["css"] = json!(".card { border-radius: 0 }");
    world.put("/v1/surveys/support", &survey).await.expect(201);
    let second = address(&visitor.get("").await.page(200));
    assert_ne!(first, second);
    assert!(send(world.request(Method::GET, &second)).await.text.contains(".card { border-radius: 0 }"));
    assert_eq!(send(world.request(Method::GET, &first)).await.header("cache-control"), Some("no-store"));

    let stranger = address(&Visitor::new(&world, "/s/short").get("").await.page(400));
    assert_eq!(send(world.request(Method::GET, &stranger)).await.status, 200);
    send(world.request(Method::GET, "/s/style/nothing.css")).await.refused(404, "not_found");
}
