//! Without scripts, and without WebAssembly: the collector's own page asks the same.

use anyhow::Result;
use serde_json::json;

use crate::pages::PlainPage;
use crate::world::{EVIE, Engine, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_page_is_answered_without_any_script() -> Result<()> {
    plain(World::in_browser(Engine::Chromium).await?).await
}

/// The same story in any browser; see [`other_browsers`](crate::other_browsers).
pub(crate) async fn plain(world: World) -> Result<()> {
    let link = world.invite(EVIE).await?;
    let token = link.split("t=").nth(1).unwrap_or_default();
    let page = PlainPage::open(&world.browser, &format!("{}/s/{token}", world.collector.origin())).await?;
    answer(&world, page).await?;
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_webassembly_is_missing_the_plain_page_stands_in_a_frame() -> Result<()> {
    framed(World::without_wasm(Engine::Chromium).await?).await
}

/// The same story in any browser; see [`other_browsers`](crate::other_browsers).
pub(crate) async fn framed(world: World) -> Result<()> {
    world.browser.open(&world.invite(EVIE).await?).await?;
    let missing: bool = world.browser.run("return typeof WebAssembly == 'undefined'", Vec::new()).await?;
    assert!(missing, "nothing is proved with WebAssembly");
    let page = PlainPage::framed(&world.browser).await?;
    page.until_asked().await?;
    // WebKit's driver presses nothing in a frame in a shadow root. By itself the page is answered there, too.
    if world.browser.engine() != Engine::WebKit {
        answer(&world, page).await?;
    }
    world.browser.driver().enter_default_frame().await?;
    world.finish_after_trouble().await
}

/// Answers it, and looks at what has arrived.
async fn answer(world: &World, page: PlainPage<'_>) -> Result<()> {
    page.choose(3).await?;
    page.go_on().await?;
    page.write("Without any script").await?;
    page.go_on().await?;
    assert_eq!(page.until_thanks().await?, "Thank you for being frank.");
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 3, "why": "Without any script"}));
    assert_eq!(response["complete"], true);
    Ok(())
}
