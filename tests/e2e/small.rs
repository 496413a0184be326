//! Little room: a window of 1280 × 1024 at 400 %, which is 320 × 256, and the smallest telephones.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use crate::kinds;
use crate::looks;
use crate::pages::SurveyPage;
use crate::world::{AHMAD, Browser, EVIE, World, until};

/// Every question, in its order.
const KINDS: [&str; 10] =
    ["nps", "stars", "mood", "speed", "effort", "topic", "liked", "note", "reach", "why"];

/// What sticks out: of the page, and everything drawn, of its card.
const STICKS_OUT: &str = "const root = document.querySelector('hearback-survey').shadowRoot;
    const card = root.querySelector('.card'), edges = card.getBoundingClientRect();
    const found = [];
    const page = document.scrollingElement;
    if (page.scrollWidth > page.clientWidth) found.push(`the page scrolls: ${page.scrollWidth} of ${page.clientWidth}`);
    const { left, right } = root.host.getBoundingClientRect();
    if (Math.min(left, edges.left) < 0 || Math.max(right, edges.right) > page.clientWidth + 0.5) {
        found.push(`the survey: ${edges.left} to ${edges.right} of ${page.clientWidth}`);
    }
    if (card.scrollWidth > card.clientWidth) found.push(`the card scrolls: ${card.scrollWidth} of ${card.clientWidth}`);
    for (const element of root.querySelectorAll('.card *, .close')) {
        if (!element.checkVisibility() || element.closest('.unseen')) continue;
        const { left, right, width, height } = element.getBoundingClientRect();
        if (width && height && (left < edges.left || right > edges.right + 0.5)) {
            found.push(`${element.tagName}.${element.className}: ${left} to ${right}`);
        }
        if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth
            && /auto|scroll|hidden/.test(getComputedStyle(element).overflowX)) found.push(`${element.tagName} scrolls`);
    }
    return found";

/// Whether what has the focus is all on the screen with the ring around it, and nothing lies over its middle or its ends.
const IS_SEEN: &str = "const root = document.querySelector('hearback-survey').shadowRoot;
    const focused = root.activeElement, RING = 5;
    const { left, right, top, bottom } = focused.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const around = focused.closest('.card')?.getBoundingClientRect() ?? { top: 0, bottom: clientHeight };
    const middle = (left + right) / 2;
    return top - RING >= Math.max(0, around.top) && bottom + RING <= Math.min(clientHeight, around.bottom)
        && left - RING >= 0 && right + RING <= clientWidth
        && [top + 4, (top + bottom) / 2, bottom - 4].every((y) => root.elementFromPoint(middle, y) == focused)";

async fn sticks_out(browser: &Browser, what: &str) -> Result<Vec<String>> {
    let found: Vec<String> = browser.run(STICKS_OUT, Vec::new()).await?;
    Ok(found.into_iter().map(|it| format!("{what}: {it}")).collect())
}

/// Tabs to what this selector finds; it must be seen there.
async fn tab_to(page: &SurveyPage<'_>, browser: &Browser, selector: &str, what: &str) -> Result<()> {
    let mut stops = 0;
    while !page.focus_is_on(selector).await? {
        browser.press(Key::Tab + "").await?;
        stops += 1;
        ensure!(stops < 60, "{what}: {selector} can't be reached by Tab");
    }
    ensure!(
        browser.run::<bool>(IS_SEEN, Vec::new()).await?,
        "{what}: {selector} has the focus and can't be seen"
    );
    Ok(())
}

/// A window of so many CSS pixels, on a desk: its scrollbars take room.
async fn window(browser: &Browser, width: u32, height: u32) -> Result<()> {
    let parameters = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
    browser.devtools("Emulation.setDeviceMetricsOverride", parameters).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn at_400_per_cent_every_kind_of_question_is_answered_in_one_column() -> Result<()> {
    let world = kinds::world("steps").await?;
    let browser = &world.browser;
    window(browser, 320, 256).await?;
    let pictures = looks::directory()?;
    let mut found = Vec::new();
    for (language, customer) in [("en", EVIE), ("ar", AHMAD)] {
        let page = SurveyPage::open(browser, &world.invite(customer).await?).await?;
        for kind in KINDS {
            page.until_asked(kind).await?;
            let what = format!("{kind}, {language}");
            match kind {
                "nps" => page.click("[name=nps][value='10']").await?,
                "topic" | "liked" => page.click(&format!("[name={kind}][value=other]")).await?,
                _ => {}
            }
            found.extend(sticks_out(browser, &what).await?);
            tab_to(&page, browser, "button.send", &what).await?;
            if let Some(directory) = &pictures {
                browser.look().await?.save(&directory.join(format!("zoom-{kind}-{language}.png")))?;
            }
            if kind != "why" {
                browser.press(Key::Enter + "").await?;
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mode_fits_a_small_screen_and_its_buttons_are_reached_by_the_keyboard() -> Result<()> {
    let world = kinds::world("page").await?;
    let browser = &world.browser;
    let pictures = looks::directory()?;
    let mut found = Vec::new();
    for mode in ["inline", "dialog", "corner", "bar"] {
        let with_mode = format!(r#" data-mode="{mode}""#);
        world.site.add_variant(&format!("{mode}.html"), &[(r#" data-next="thanks.html""#, &with_mode)])?;
        for height in [480, 256] {
            for (language, customer) in [("en", EVIE), ("ar", AHMAD)] {
                let what = format!("{mode}, {height}, {language}");
                window(browser, 320, height).await?;
                let link = World::other_page(&world.invite(customer).await?, &format!("{mode}.html"));
                let page = SurveyPage::open(browser, &link).await?;
                page.choose(9).await?;
                page.until_saved().await?;
                found.extend(sticks_out(browser, &what).await?);
                if mode != "inline" {
                    // Where it was put before the card is scrolled, and after.
                    tab_to(&page, browser, "button.close", &what).await?;
                }
                tab_to(&page, browser, "button.send", &what).await?;
                if let Some(directory) = &pictures {
                    browser
                        .look()
                        .await?
                        .save(&directory.join(format!("small-{mode}-{height}-{language}.png")))?;
                }
                if mode != "inline" {
                    tab_to(&page, browser, "button.close", &what).await?;
                    browser.press(Key::Enter + "").await?;
                    until(&format!("{what}: to be put away"), async || {
                        Ok((page.hosts("hearback-survey").await? == 0).then_some(()))
                    })
                    .await?;
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    world.finish().await
}
