//! The tag, in every place and form that a web designer may give it.

use anyhow::Result;
use serde_json::json;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{EVIE, World, until};

/// The tag of the example's page.
const TAG: &str = r##"<script async src="http://127.0.0.1:8080/hearback.js" data-survey="support" data-next="thanks.html" data-target="#survey"></script>"##;

#[tokio::test(flavor = "multi_thread")]
async fn without_a_thank_you_page_the_thanks_appear_in_place() -> Result<()> {
    let world = World::new().await?;
    world.site.add_variant("in-place.html", &[(r#" data-next="thanks.html""#, "")])?;
    let link = world.invite(EVIE).await?;
    let page = SurveyPage::open(&world.browser, &World::other_page(&link, "in-place.html")).await?;
    page.answer(9, "Here").await?;
    page.until_sent().await?;
    assert_eq!(page.thanks().await?, "That made our day. Thank you!");
    assert!(!page.text().await?.contains("How likely"), "the questions make room");
    assert_eq!(page.focused().await?, "That made our day. Thank you!", "a screen reader is to go on there");
    assert_eq!(world.browser.address().await?, world.site.address("in-place.html"));
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 9, "why": "Here"}));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_survey_stands_where_the_tag_says() -> Result<()> {
    let world = World::new().await?;
    let without_target = TAG.replace(r##" data-target="#survey""##, "");
    let by_id = TAG.replace("#survey", "survey");
    let blocking = TAG.replace("async ", "");
    type Variant<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
    let variants: [Variant<'_>; 6] = [
        ("after-the-tag.html", &[(TAG, &without_target)], ".hero-card > script + hearback-survey"),
        ("by-id.html", &[(TAG, &by_id)], "#survey > hearback-survey"),
        ("blocking.html", &[(TAG, &blocking)], "#survey > hearback-survey"),
        ("head.html", &[(TAG, ""), ("</head>", &format!("{TAG}</head>"))], "#survey > hearback-survey"),
        (
            "head-blocking.html",
            &[(TAG, ""), ("</head>", &format!("{blocking}</head>"))],
            "#survey > hearback-survey",
        ),
        (
            "end-of-body.html",
            &[(TAG, ""), ("</body>", &format!("{without_target}</body>"))],
            "body > script + hearback-survey",
        ),
    ];
    let link = world.invite(EVIE).await?;
    for (name, replacements, place) in variants {
        world.site.add_variant(name, replacements)?;
        let page = SurveyPage::open(&world.browser, &World::other_page(&link, name)).await?;
        assert_eq!(page.hosts(place).await?, 1, "{name}: not at {place}");
        assert_eq!(page.hosts("hearback-survey").await?, 1, "{name}: more than one");
    }
    let page = SurveyPage::open(&world.browser, &World::other_page(&link, "end-of-body.html")).await?;
    page.answer(10, "At the end").await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["score"], 10);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_blocks_the_program_is_named_at_once_and_once() -> Result<()> {
    let world = World::new().await?;
    let policy = r#"<meta http-equiv="Content-Security-Policy" content="connect-src 'none'"><title>"#;
    world.site.add_variant("blocking.html", &[("<title>", policy)])?;
    let link = World::other_page(&world.invite(EVIE).await?, "blocking.html");
    let started = std::time::Instant::now();
    world.browser.open(&link).await?;
    let mut warnings = 0;
    let mut look = async || {
        let console = world.browser.console().await?;
        warnings +=
            console.iter().filter(|line| line.contains("does the page’s content security policy")).count();
        anyhow::Ok(warnings)
    };
    until("the warning", async || Ok((look().await? > 0).then_some(()))).await?;
    assert!(started.elapsed().as_secs() < 10, "after {:?}", started.elapsed());
    // It is tried again after 1 s and after 2 s.
    until("more tries", async || look().await.map(|_| (started.elapsed().as_secs() >= 4).then_some(())))
        .await?;
    assert_eq!(warnings, 1);
    world.browser.open("about:blank").await?;
    world.browser.console().await?;
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_around_keeps_its_globals_and_its_elements() -> Result<()> {
    let world = World::new().await?;
    world.site.add_variant("bare.html", &[(TAG, "")])?;
    // The driver has some of its own there.
    world.browser.open(&world.site.address("bare.html")).await?;
    let globals = globals(&world).await?;
    let elements = elements(&world).await?;
    SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    let mut added = self::globals(&world).await?;
    added.retain(|name| !globals.contains(name));
    assert_eq!(added, [""; 0]);
    assert_eq!(self::elements(&world).await?, elements + 2, "the tag and the survey");
    world.finish().await
}

async fn globals(world: &World) -> Result<Vec<String>> {
    // The driver has some of its own there.
    let script = "return Object.keys(window).filter((name) => !/^(cdc_|ret_nodes|\\$)/.test(name))";
    world.browser.run(script, Vec::new()).await
}

async fn elements(world: &World) -> Result<usize> {
    world.browser.run("return document.querySelectorAll('*').length", Vec::new()).await
}
