//! The page for designers: every frame holds the real tag, and nothing that is answered there is kept.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{World, until};

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
    let dark = "return root.querySelector('.root').dir == 'rtl' && frame.clientWidth > 800
        && getComputedStyle(frame).colorScheme == 'dark'";
    until_in_frame(&world, "inline", dark).await?;
    world.finish_after_trouble().await
}
