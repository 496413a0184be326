//! axe-core finds nothing to complain of, whatever the state, the language and the colours.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::kinds;
use crate::states;
use crate::world::{World, root};

/// axe-core's own rules and best practices, and the one for the size of targets, which is off by default. It looks into
/// shadow roots by itself.
pub(crate) const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { preload: false, resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
        .then(({ violations, passes }) => done({
            looked: passes.some(({ nodes }) => nodes.some(({ target }) => Array.isArray(target[0]))),
            found: violations.flatMap(({ id, help, nodes }) =>
                nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`)),
        }), (error) => done({ looked: false, found: [String(error)] }));";

/// By how much the page is wider than the narrowest screen.
const OVERFLOW: &str = "return document.scrollingElement.scrollWidth - 320";

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_english() -> Result<()> {
    examine(0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_arabic() -> Result<()> {
    examine(1).await
}

/// The program of axe-core.
pub(crate) fn axe() -> Result<String> {
    let path = root().join("target/tools/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(path).context("axe-core is missing: `tests/setup.sh need_axe` installs it")
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_any_kind_of_question() -> Result<()> {
    let world = kinds::world("page").await?;
    let mut found = Vec::new();
    for (_, customer) in states::LANGUAGES {
        kinds::each(&world, customer, async |world, state| {
            found.extend(violations(world, state).await?);
            Ok(())
        })
        .await?;
    }
    assert!(found.is_empty(), "{found:#?}");
    world.finish().await
}

async fn examine(language: usize) -> Result<()> {
    let mut world = World::new().await?;
    let mut found = Vec::new();
    states::each(&mut world, states::LANGUAGES[language].1, async |world, state| {
        found.extend(violations(world, state).await?);
        Ok(())
    })
    .await?;
    assert!(found.is_empty(), "{found:#?}");
    world.finish_after_trouble().await
}

/// What axe-core finds in the page as it is now, light and dark, and whether it is too wide.
pub(crate) async fn violations(world: &World, state: &str) -> Result<Vec<String>> {
    let axe = axe()?;
    let mut found = Vec::new();
    world.browser.run::<Value>(&axe, Vec::new()).await?;
    world.browser.resize(320, 800).await?;
    let overflow: i32 = world.browser.run(OVERFLOW, Vec::new()).await?;
    if overflow > 0 {
        found.push(format!("{state}: {overflow} px too wide for a screen of 320 px"));
    }
    world.browser.resize(1280, 900).await?;
    for scheme in ["light", "dark"] {
        world.browser.prefer_scheme(scheme).await?;
        let driver = world.browser.driver();
        let result: Value = driver.execute_async(RUN, Vec::new()).await?.convert()?;
        assert_eq!(result["looked"], true, "axe did not look into the widget: {result}");
        let violations = result["found"].as_array().cloned().unwrap_or_default();
        found.extend(violations.iter().map(|violation| format!("{state}, {scheme}: {violation}")));
    }
    Ok(found)
}
