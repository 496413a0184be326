//! The page for designers: every frame holds the real tag, and nothing that is answered there is kept.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::accessibility::{RUN, axe};
use crate::looks;
use crate::world::{Browser, World, until};

/// The survey's root in the frame of this title.
const ROOT: &str = "const frame = document.querySelector('iframe[title=\"' + arguments[0] + '\"]');
    const root = frame?.contentDocument?.querySelector('hearback-survey')?.shadowRoot;";

async fn in_frame(world: &World, title: &str, script: &str) -> Result<Value> {
    world.browser.run(&format!("{ROOT} {script}"), vec![json!(title)]).await
}

async fn until_in_frame(world: &World, title: &str, script: &str) -> Result<()> {
    until(&format!("{script} in {title}"), async || {
        Ok((in_frame(world, title, script).await? == json!(true)).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn surveys_can_be_tried_out_only_where_that_is_turned_on() -> Result<()> {
    let world = World::new().await?;
    for path in ["/try/support", "/try/support/one"] {
        let answer = reqwest::get(format!("{}{path}", world.collector.origin())).await?;
        assert_eq!(answer.status(), 404);
        assert!(answer.text().await?.contains("the setting try_pages turns it on"));
    }
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_designer_sees_every_mode_and_nothing_is_stored() -> Result<()> {
    let mut world = World::new().await?;
    world.collector.restart(&["--try-pages", "true"]).await?;
    world.browser.open(&format!("{}/try/support", world.collector.origin())).await?;
    let answerable = "return !!root?.querySelector('input[type=radio]')";
    until_in_frame(&world, "inline", answerable).await?;
    for mode in ["dialog", "corner", "bar"] {
        in_frame(&world, mode, "frame.scrollIntoView(); return null").await?;
        until_in_frame(&world, mode, "return !!root?.querySelector('.root')").await?;
    }

    in_frame(&world, "inline", "root.querySelector('input[value=\"9\"]').click(); return null").await?;
    until_in_frame(&world, "inline", "return !!root.querySelector('[data-state=saved]')").await?;
    in_frame(&world, "inline", "root.querySelector('button.send').click(); return null").await?;
    until_in_frame(&world, "inline", "return !!root.querySelector('[data-state=sent]')").await?;
    assert_eq!(world.api.responses().await?, Vec::<Value>::new());

    // What was put away can be opened again.
    let close = "frame.contentDocument.querySelector('script[data-survey]').dispatchEvent(new Event('hearback:close')); return null";
    in_frame(&world, "corner", close).await?;
    until_in_frame(&world, "corner", "return !root").await?;
    in_frame(&world, "corner", "frame.closest('article').querySelector('.open').click(); return null")
        .await?;
    until_in_frame(&world, "corner", "return !!root").await?;

    for (title, drawn) in [
        (
            "Without a network",
            "return /kept on this device/.test(root?.querySelector('[data-state=kept] .status')?.innerText)",
        ),
        (
            "Who has answered before",
            "return /already answered/.test(root?.querySelector('.again')?.innerText)",
        ),
        (
            "dark",
            "return getComputedStyle(root?.querySelector('.card')).backgroundColor == 'rgb(28, 30, 36)'",
        ),
        (
            "light",
            "return getComputedStyle(root?.querySelector('.card')).backgroundColor == 'rgb(255, 255, 255)'",
        ),
    ] {
        in_frame(&world, title, "frame.scrollIntoView(); return null").await?;
        until_in_frame(&world, title, drawn).await?;
    }

    // The tag is what the frame holds.
    let tag: String =
        world.browser.run("return document.querySelectorAll('code')[2].textContent", vec![]).await?;
    let origin = world.collector.origin();
    assert_eq!(
        tag,
        format!(
            "<script async src=\"{origin}/hearback.js\" data-survey=\"support\" data-mode=\"corner\"></script>"
        )
    );
    world.browser.run::<Value>("document.querySelectorAll('.copy')[2].click()", vec![]).await?;
    let said = "return /^(Copied|Selected)/.test(document.querySelector('.said').textContent)";
    until_in_frame(&world, "corner", said).await?;

    // Theme and language are the frames'.
    world.browser.open(&format!("{origin}/try/support?theme=dark&language=ar&width=desktop")).await?;
    until_in_frame(&world, "inline", answerable).await?;
    let dark = "const style = getComputedStyle(root.querySelector('.card'));
        return root.querySelector('.root').dir == 'rtl' && frame.clientWidth > 800
            && style.backgroundColor == 'rgb(28, 30, 36)' && style.color == 'rgb(242, 244, 248)'";
    until_in_frame(&world, "inline", dark).await?;
    world.finish_after_trouble().await
}

/// Every way in which the page can be asked for: the frames' theme, width and language.
const WAYS: [(&str, &str, &str); 4] = [
    ("light", "phone", "en"),
    ("dark", "phone", "ar"),
    ("dark", "desktop", "en"),
    ("light", "desktop", "ar"),
];

/// Opens the page in one of these ways, and waits until every frame has drawn its survey. (Frames begin to load when they
/// come into view.)
async fn open(world: &World, survey: &str, (theme, width, language): (&str, &str, &str)) -> Result<u16> {
    let origin = world.collector.origin();
    let query = format!("theme={theme}&width={width}&language={language}");
    world.browser.open(&format!("{origin}/try/{survey}?{query}")).await?;
    let frames: u16 = world.browser.run("return document.querySelectorAll('iframe').length", vec![]).await?;
    for index in 0..frames {
        let drawn = "const frame = document.querySelectorAll('iframe')[arguments[0]];
            frame.scrollIntoView({ block: 'center' });
            const root = frame.contentDocument?.querySelector('hearback-survey')?.shadowRoot;
            return !!root?.querySelector('[data-state]')";
        until(&format!("frame {index}"), async || {
            Ok(world.browser.run::<bool>(drawn, vec![json!(index)]).await?.then_some(()))
        })
        .await?;
    }
    world.browser.run::<Value>("scrollTo(0, 0)", vec![]).await?;
    Ok(frames)
}

/// What axe-core finds in what the driver is in.
async fn violations(browser: &Browser, place: &str, found: &mut Vec<String>) -> Result<()> {
    browser.run::<Value>(&axe()?, Vec::new()).await?;
    let result: Value = browser.driver().execute_async(RUN, Vec::new()).await?.convert()?;
    let violations = result["found"].as_array().cloned().context("axe did not run")?;
    found.extend(violations.iter().map(|violation| format!("{place}: {violation}")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_the_page_for_designers_and_its_frames() -> Result<()> {
    let mut world = World::new().await?;
    world.collector.restart(&["--try-pages", "true"]).await?;
    let browser = &world.browser;
    let mut found = Vec::new();
    for way in WAYS {
        let frames = open(&world, "support", way).await?;
        for (window, scheme) in [(320, "light"), (1280, "dark")] {
            browser.resize(window, 900).await?;
            browser.prefer_scheme(scheme).await?;
            let page: u32 = browser.run("return document.scrollingElement.scrollWidth", vec![]).await?;
            if page > window {
                found.push(format!("{way:?}: {page} px wide in a window of {window} px"));
            }
            violations(browser, &format!("{way:?} {window} {scheme}"), &mut found).await?;
        }
        // The widget's looks at every width are told elsewhere.
        for frame in 0..if way.1 == "phone" { frames } else { 0 } {
            browser.driver().enter_frame(frame).await?;
            violations(browser, &format!("{way:?} frame {frame}"), &mut found).await?;
            browser.driver().enter_default_frame().await?;
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_the_page_for_designers() -> Result<()> {
    let Some(directory) = looks::directory()? else { return Ok(()) };
    let mut world = World::new().await?;
    world.collector.restart(&["--try-pages", "true"]).await?;
    for way in WAYS {
        for window in [360, 1280] {
            world.browser.resize(window, 900).await?;
            for scheme in ["light", "dark"] {
                world.browser.prefer_scheme(scheme).await?;
                open(&world, "support", way).await?;
                let name = format!("try-{}-{}-{}-{window}-{scheme}.png", way.0, way.1, way.2);
                world.browser.whole_page(window, &directory.join(name)).await?;
            }
        }
    }
    Ok(())
}
