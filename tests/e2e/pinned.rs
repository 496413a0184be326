//! What `hearback embed` prints, put into a page as it is; and tags that are pinned to one version of the widget.

use anyhow::{Context, Result};
use serde_json::json;

use crate::pages::SurveyPage;
use crate::world::{EVIE, World, until};

/// The part of what `embed` prints that begins with this.
fn line<'a>(printed: &'a str, start: &str) -> Result<&'a str> {
    printed.lines().find(|line| line.starts_with(start)).with_context(|| format!("no {start} in {printed}"))
}

/// A page with that tag and nothing else, under that policy and nothing else.
fn add_page(world: &World, page: &str, printed: &str) -> Result<()> {
    let html = format!(
        "<!doctype html><meta charset=utf-8><title>Survey</title><link rel=icon href=icon.svg><body>{}{}",
        line(printed, "<script")?,
        line(printed, "<noscript")?
    );
    world.site.add_page(page, &html);
    world.site.set_policy(page, &format!("default-src 'none'; {}", line(printed, "script-src")?));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_embed_prints_works_as_it_is() -> Result<()> {
    let world = World::new().await?;
    let origin = world.collector.origin();
    for (page, flags) in [("plain.html", &[][..]), ("pinned.html", &["--pinned"])] {
        let printed =
            world.collector.command(&[&["embed", "support", "--collector", &origin], flags].concat()).await?;
        assert_eq!(printed.contains("integrity=\"sha384-"), page == "pinned.html", "{printed}");
        add_page(&world, page, &printed)?;
        let link = World::other_page(&world.invite(EVIE).await?, page);
        let survey = SurveyPage::open(&world.browser, &link).await?;
        survey.answer(9, page).await?;
        survey.until_sent().await?;
    }
    let responses = world.api.responses().await?;
    assert_eq!(responses.len(), 2);
    assert_eq!(responses[1]["answers"], json!({"nps": 9, "why": "pinned.html"}));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loader_or_a_program_that_was_changed_is_refused() -> Result<()> {
    let world = World::new().await?;
    let origin = world.collector.origin();
    let printed = world.collector.command(&["embed", "support", "--pinned", "--collector", &origin]).await?;
    let link = world.invite(EVIE).await?;

    let (before, rest) = printed.split_once("sha384-").context("no hash")?;
    let other = if rest.starts_with('A') { "B" } else { "A" };
    add_page(&world, "changed.html", &format!("{before}sha384-{other}{}", &rest[1..]))?;
    world.browser.open(&World::other_page(&link, "changed.html")).await?;
    until("the browser to refuse it", async || {
        let console = world.browser.console().await?.join("\n");
        Ok(console.contains("integrity").then_some(()))
    })
    .await?;
    assert_eq!(SurveyPage::on(&world.browser).hosts("hearback-survey").await?, 0);

    // An older loader, kept in the directory, whose program is another than it knows.
    let name = line(&printed, "<script")?.split("src=\"").nth(1).and_then(|rest| rest.split('"').next());
    let loader = reqwest::get(name.context("no address")?).await?.text().await?;
    let program = loader.split("widget-").nth(1).and_then(|rest| rest.get(..16)).context("no program")?;
    let older = loader.replace(program, "00000000000000aa");
    let bytes = reqwest::get(format!("{origin}/widget/widget-{program}.wasm")).await?.bytes().await?;
    let keep = |name: &str, bytes: &[u8]| {
        std::fs::write(world.collector.directory().join("widget").join(name), bytes)
    };
    keep("hearback-00000000000000aa.js", older.as_bytes())?;
    keep("widget-00000000000000aa.wasm", &bytes)?;
    let tag = format!(
        r#"<script async src="{origin}/hearback-00000000000000aa.js" integrity="HASH" crossorigin data-survey="support"></script>"#
    );
    let hash = "const bytes = new Uint8Array(await crypto.subtle.digest('SHA-384', new TextEncoder().encode(arguments[0])));
        return 'sha384-' + btoa(String.fromCharCode(...bytes))";
    let hash: String = world.browser.run(hash, vec![json!(older)]).await?;
    let pinned = printed.replace(line(&printed, "<script")?, &tag.replace("HASH", &hash));
    add_page(&world, "older.html", &pinned)?;
    let page = SurveyPage::open(&world.browser, &World::other_page(&link, "older.html")).await?;
    page.until_answerable().await?;

    let mut changed = bytes.to_vec();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    keep("widget-00000000000000aa.wasm", &changed)?;
    world.browser.devtools("Network.clearBrowserCache", json!({})).await?;
    world.browser.open(&World::other_page(&link, "older.html")).await?;
    until("the browser to refuse the program", async || {
        let console = world.browser.console().await?.join("\n");
        Ok(console.contains("integrity").then_some(()))
    })
    .await?;
    assert_eq!(SurveyPage::on(&world.browser).state().await?, "");
    world.browser.open("about:blank").await?;
    world.finish_after_trouble().await
}
