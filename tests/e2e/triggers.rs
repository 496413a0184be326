//! When the survey opens: what the tag says, how often, and for whom.

use anyhow::Result;
use serde_json::{Value, json};

use crate::pages::SurveyPage;
use crate::world::{Browser, EVIE, World, until};

/// The end of the tag of the example's page.
const END: &str = r##"data-target="#survey"></script>"##;

/// A page like the example's, with these attributes in its tag.
fn add_page(world: &World, page: &str, attributes: &str) -> Result<()> {
    let end = format!(r##"data-target="#survey" {attributes}></script>"##);
    world.site.add_variant(page, &[(END, &end)])
}

/// Opens a page and waits until its loader has run.
async fn open(world: &World, address: &str) -> Result<()> {
    world.browser.open(address).await?;
    let script = "return !!document.querySelector('script[data-survey]')[Symbol.for('hearback')]";
    until("the loader", async || Ok(world.browser.run::<bool>(script, vec![]).await?.then_some(()))).await
}

async fn is_open(world: &World) -> Result<bool> {
    world.browser.run("return !!document.querySelector('hearback-survey')", vec![]).await
}

async fn until_open(world: &World) -> Result<()> {
    until("the survey to open", async || Ok(is_open(world).await?.then_some(()))).await
}

/// What was loaded from the collector, the loader apart.
async fn loaded(world: &World) -> Result<Vec<String>> {
    let script = "return performance.getEntriesByType('resource').map(({ name }) => name)
        .filter((name) => name.startsWith(arguments[0]) && !name.endsWith('/hearback.js'))";
    world.browser.run(script, vec![json!(world.collector.origin())]).await
}

async fn dispatch(browser: &Browser, event: &str) -> Result<()> {
    let script = "document.querySelector('script[data-survey]').dispatchEvent(new Event(arguments[0]))";
    browser.run::<Value>(script, vec![json!(event)]).await.map(drop)
}

/// Moves the mouse, as a hand does.
async fn move_mouse(world: &World, x: i32, y: i32) -> Result<()> {
    let parameters = json!({"type": "mouseMoved", "x": x, "y": y});
    world.browser.devtools("Input.dispatchMouseEvent", parameters).await.map(drop)
}

async fn scroll_to(world: &World, share: f64) -> Result<()> {
    let script = "scrollTo({ top: arguments[0] * (document.documentElement.scrollHeight - innerHeight), behavior: 'instant' })";
    world.browser.run::<Value>(script, vec![json!(share)]).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn until_it_is_time_nothing_is_loaded_but_the_tag() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;
    for (name, when) in [
        ("delay", "delay:1.5"),
        ("scroll", "scroll:50"),
        ("exit", "exit"),
        ("click", "click:.hero h1"),
        ("event", "event"),
        ("several", "exit delay:86400 scroll:50 click:#nothing"),
    ] {
        let page = format!("{name}.html");
        add_page(&world, &page, &format!("data-open=\"{when}\""))?;
        open(&world, &World::other_page(&link, &page)).await?;
        assert!(!is_open(&world).await?, "{name}: open at once");
        assert_eq!(loaded(&world).await?, [""; 0], "{name}");
        match name {
            "scroll" | "several" => {
                scroll_to(&world, 0.4).await?;
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                assert!(!is_open(&world).await?, "{name}: open too early");
                scroll_to(&world, 0.6).await?;
            }
            "exit" => {
                move_mouse(&world, 300, 200).await?;
                move_mouse(&world, 300, 1).await?;
                assert!(!is_open(&world).await?, "{name}: the mouse is still here");
                let script =
                    "document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: -1 }))";
                world.browser.run::<Value>(script, vec![]).await?;
            }
            "click" => {
                let script = "document.querySelector('.hero h1').dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))";
                world.browser.run::<Value>(script, vec![]).await?;
                let is_coming = || async {
                    Ok(loaded(&world).await?.iter().any(|name| name.ends_with(".wasm")).then_some(()))
                };
                until("the program, for who points at it", is_coming).await?;
                assert!(!is_open(&world).await?, "{name}: nobody clicked");
                world.browser.run::<Value>("document.querySelector('.hero h1').click()", vec![]).await?;
            }
            "event" => dispatch(&world.browser, "hearback:open").await?,
            _ => {}
        }
        until_open(&world).await?;
        SurveyPage::on(&world.browser).until_answerable().await?;
    }
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_mouse_scrolling_back_quickly_is_leaving() -> Result<()> {
    let world = World::new().await?;
    add_page(&world, "exit.html", "data-open=exit")?;
    world.browser.resize(390, 800).await?;
    open(&world, &World::other_page(&world.invite(EVIE).await?, "exit.html")).await?;
    let scroll_by = async |pixels: i32| {
        world.browser.run::<Value>("scrollBy(0, arguments[0])", vec![json!(pixels)]).await?;
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        anyhow::Ok(())
    };
    scroll_by(1500).await?;
    assert!(!is_open(&world).await?, "open on the way down");
    for _ in 0..3 {
        scroll_by(-300).await?;
        assert!(!is_open(&world).await?, "open although somebody reads it again");
    }
    scroll_by(1000).await?;
    scroll_by(-500).await?;
    until_open(&world).await?;
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_opens_and_closes_it_by_events() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(9).await?;
    page.until_saved().await?;
    dispatch(&world.browser, "hearback:close").await?;
    assert!(!is_open(&world).await?);
    dispatch(&world.browser, "hearback:close").await?;
    dispatch(&world.browser, "hearback:open").await?;
    page.until_answerable().await?;
    assert_eq!(page.chosen().await?, Some(9), "the answer is there again");
    dispatch(&world.browser, "hearback:open").await?;
    assert_eq!(page.hosts("hearback-survey").await?, 1);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn once_put_away_it_stays_away_for_some_days_unless_somebody_wants_it() -> Result<()> {
    let world = World::new().await?;
    add_page(&world, "quiet.html", "data-quiet-days=7 data-open=\"load click:.hero h1\"")?;
    let address = world.site.address("quiet.html");
    let memory = |script: &'static str| world.browser.run::<Value>(script, vec![]);
    open(&world, &address).await?;
    until_open(&world).await?;
    assert_eq!(memory("return Object.keys(localStorage)").await?, json!([]), "being seen is no answer");
    dispatch(&world.browser, "hearback:close").await?;

    open(&world, &address).await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!is_open(&world).await?, "again at once");
    memory("document.querySelector('.hero h1').click()").await?;
    assert!(is_open(&world).await?, "a click is somebody's wish");

    let eight_days_ago = "localStorage['hearback quiet support'] -= 8 * 24 * 60 * 60 * 1000";
    memory(eight_days_ago).await?;
    open(&world, &address).await?;
    until_open(&world).await?;

    // A score is an answer, and whoever is invited is asked.
    let link = World::other_page(&world.invite(EVIE).await?, "quiet.html");
    dispatch(&world.browser, "hearback:score").await?;
    open(&world, &address).await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!is_open(&world).await?, "after an answer");
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.until_answerable().await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_of_the_visitors_is_asked_and_stays_the_same() -> Result<()> {
    let world = World::new().await?;
    for percent in ["0", "30", "50", "100"] {
        add_page(&world, &format!("{percent}.html"), &format!("data-sample={percent}"))?;
    }
    let opens = async |percent: &str| {
        open(&world, &world.site.address(&format!("{percent}.html"))).await?;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        is_open(&world).await
    };
    assert!(opens("100").await?);
    assert!(!opens("0").await?);
    let lot: f64 = world.browser.run("return +localStorage['hearback sample support']", vec![]).await?;
    assert!((0.0..100.0).contains(&lot));
    let again: f64 = world.browser.run("return +localStorage['hearback sample support']", vec![]).await?;
    assert!((lot - again).abs() < f64::EPSILON, "drawn once");
    world.browser.run::<Value>("localStorage['hearback sample support'] = 40", vec![]).await?;
    assert!(!opens("30").await?);
    assert!(opens("50").await?);
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_tag_says_wrong_is_told_and_does_no_harm() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let wrong = r#"data-mode=popup data-open="delay:soon scroll:200 click:.. onload" data-sample=half data-quiet-days=-1"#;
    add_page(&world, "wrong.html", wrong)?;
    SurveyPage::open(&world.browser, &World::other_page(&link, "wrong.html")).await?;
    let console = world.browser.console().await?.join("\n");
    for said in [
        r#"data-mode=\"popup\" is not understood: it takes inline, dialog, corner or bar"#,
        r#"data-open=\"delay:soon\" is not understood: it takes load, delay:SECONDS"#,
        r#"data-open=\"scroll:200\""#,
        r#"data-open=\"click:.. onload\""#,
        r#"data-sample=\"half\" is not understood: it takes a number from 0 to 100"#,
        r#"data-quiet-days=\"-1\""#,
    ] {
        assert!(console.contains(said), "{said} is not in {console}");
    }
    world.finish().await
}
