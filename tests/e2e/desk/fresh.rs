//! The list keeps itself fresh.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use super::{Desk, answer, company};

/// Another customer of the same team.
const LEILA: &str = "C-10003";

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_is_said_and_moves_no_row_until_somebody_wants_it() -> Result<()> {
    let world = company().await?;
    let desk = Desk::at(&world);
    desk.welcome_of("lead-connections").await?;
    desk.see(".list", "Three weeks without a line").await?;
    desk.tab_to(".who").await?;
    let top = "return document.querySelector('.row').getBoundingClientRect().top";
    let before: f64 = desk.browser.run(top, Vec::new()).await?;
    answer(&world, LEILA, 1, "Nobody speaks my language.").await?;
    // Another team's is nothing new here.
    answer(&world, "C-10011", 0, "Wrong again.").await?;
    desk.see(".news", "1 new case").await?;
    desk.see(".tab[aria-current]", "Open2").await?;
    let after: f64 = desk.browser.run(top, Vec::new()).await?;
    ensure!((before - after).abs() < 0.5, "the row moved from {before} to {after}");
    let as_it_was =
        "document.querySelectorAll('.row').length === 1 && document.activeElement.matches('.who')";
    desk.until("list and focus to be as they were", as_it_was).await?;
    desk.look("news").await?;

    desk.browser.run::<Option<()>>("document.querySelector('h1').focus()", Vec::new()).await?;
    desk.tab_to(".news button").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see(".fresh", "Nobody speaks my language").await?;
    desk.until("the focus to be on what is new", "document.activeElement.matches('.fresh .who')").await?;
    desk.until("the button to be gone", "!document.querySelector('.news button')").await?;
    desk.look("news-shown").await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_does_is_shown_where_the_case_stands() -> Result<()> {
    let world = company().await?;
    let desk = Desk::at(&world);
    desk.welcome_of("lead-connections").await?;
    desk.see(".row .state", "New").await?;
    desk.tab_to(".who").await?;
    world.api.post("/v1/cases/1/actions", &json!({"action": "acknowledge"})).await?;
    desk.see(".row .state", "Acknowledged").await?;
    desk.until("the focus to stay", "document.activeElement.matches('.who')").await?;
    desk.until("nothing to be offered", "!document.querySelector('.news button')").await?;
    world.api.post("/v1/cases/1/actions", &json!({"action": "not_needed"})).await?;
    desk.see(".news", "The list has changed").await?;
    desk.press_button("The list has changed – Show").await?;
    desk.see("main", "Nothing to follow up here").await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_heard_the_button_still_loads_the_list() -> Result<()> {
    let world = company().await?;
    let desk = Desk::at(&world);
    desk.welcome_of("lead-connections").await?;
    desk.browser.devtools("Network.enable", json!({})).await?;
    desk.browser.devtools("Network.setBlockedURLs", json!({"urls": ["*/v1/events*"]})).await?;
    desk.browser.reload().await?;
    desk.see(".list", "Three weeks without a line").await?;
    answer(&world, LEILA, 1, "Nobody speaks my language.").await?;
    desk.press_button("Refresh").await?;
    desk.see(".list li:nth-child(2)", "Nobody speaks my language").await?;
    world.finish_after_trouble().await
}
