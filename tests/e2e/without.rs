//! Without scripts: the collector's own page asks the same.

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
