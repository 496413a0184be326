//! Without scripts, and without WebAssembly: the collector's own page asks the same.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::pages::PlainPage;
use crate::world::{EVIE, Engine, World, until};

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
    answer(&world, page).await?;
    world.browser.driver().enter_default_frame().await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_pressed_in_a_mail_is_chosen_in_the_frame_too_and_counts_once_it_is_sent() -> Result<()> {
    let world = World::without_wasm(Engine::Chromium).await?;
    let link = world.invite(EVIE).await?;
    world.browser.open(&format!("{link}&score=9&language=ar")).await?;
    let page = PlainPage::framed(&world.browser).await?;
    page.until_asked().await?;
    let chosen = "return document.querySelector('input[type=radio]:checked')?.value";
    assert_eq!(world.browser.run::<Option<String>>(chosen, Vec::new()).await?.as_deref(), Some("9"));
    assert_eq!(world.api.responses().await?.len(), 0, "whoever follows a link has answered nothing");
    page.go_on().await?;
    page.write("By the frame").await?;
    page.go_on().await?;
    page.until_thanks().await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 9, "why": "By the frame"}));
    world.browser.driver().enter_default_frame().await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_over_the_page_is_put_away_by_its_button_and_by_esc() -> Result<()> {
    let world = World::without_wasm(Engine::Chromium).await?;
    let browser = &world.browser;
    let link = world.invite(EVIE).await?;
    for mode in ["dialog", "corner", "bar"] {
        let with_mode = format!(r#" data-mode="{mode}" data-open="event""#);
        world.site.add_variant(&format!("{mode}.html"), &[(r#" data-next="thanks.html""#, &with_mode)])?;
        for by in ["button", "enter", "escape"] {
            browser.open(&World::other_page(&link, &format!("{mode}.html"))).await?;
            let wish = "const tag = document.querySelector('[data-survey]');
                if (!tag[Symbol.for('hearback')]) return false;
                window.told = 0;
                document.addEventListener('hearback:close', () => told++);
                document.querySelector('a.skip').focus();
                tag.dispatchEvent(new Event('hearback:open'));
                return true";
            until("the loader", async || Ok(browser.run::<bool>(wish, Vec::new()).await?.then_some(())))
                .await?;
            let page = PlainPage::framed(browser).await?;
            page.until_asked().await?;
            browser.driver().enter_default_frame().await?;
            let place: Vec<f64> = browser.run(PLACE, Vec::new()).await?;
            let [left, top, right, bottom] = place[..] else { anyhow::bail!("{place:?}") };
            assert!(left >= 0.0 && top >= 0.0 && right <= 1280.0 && bottom <= 900.0, "{mode}: {place:?}");
            assert!(bottom - top > 300.0 && right - left > 300.0, "{mode}: {place:?}");
            if mode != "dialog" {
                browser.run::<Value>(&format!("{BUTTON}.focus()"), Vec::new()).await?;
            }
            let is_focused: bool = browser
                .run(&format!("return {BUTTON}.matches(':focus') && {BUTTON}.textContent == 'Close'"), vec![])
                .await?;
            assert!(is_focused, "{mode}: the focus is on the button");
            match by {
                "button" => browser.run::<Value>(&format!("{BUTTON}.click()"), Vec::new()).await.map(drop)?,
                "enter" => browser.press(Key::Enter + "").await?,
                _ => browser.press(Key::Escape + "").await?,
            }
            until("the frame to be put away", async || {
                let is_there: bool =
                    browser.run("return !!document.querySelector('hearback-survey')", Vec::new()).await?;
                Ok((!is_there).then_some(()))
            })
            .await?;
            let seen: Value =
                browser.run("return [told, document.activeElement.className]", Vec::new()).await?;
            let focus = if mode == "dialog" { "skip" } else { "" };
            assert_eq!(seen, json!([1, focus]), "{mode}, {by}: the page is told, and the focus is back");
        }
    }
    world.finish_after_trouble().await
}

/// The button beside the frame.
const BUTTON: &str = "document.querySelector('hearback-survey').shadowRoot.querySelector('button')";

/// Where the frame stands.
const PLACE: &str =
    "const frame = document.querySelector('hearback-survey').shadowRoot.querySelector('iframe');
    const { left, top, right, bottom } = frame.getBoundingClientRect();
    return [left, top, right, bottom]";

/// Answers it, and looks at what has arrived.
pub(crate) async fn answer(world: &World, page: PlainPage<'_>) -> Result<()> {
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
