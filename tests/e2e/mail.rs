//! A mail, from the invitation to the response: a number in it is pressed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use mail_parser::MessageParser;
use serde_json::{Value, json};

use crate::looks;
use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{World, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_number_pressed_in_a_mail_is_chosen_on_the_page_and_counts_once_it_is_sent() -> Result<()> {
    let world = World::new().await?;
    let invite = ["invite", "--survey", "support", "--customer", "C-1", "--first-name", "Ana"];
    let by_mail = ["--email", "ana@customer.example", "--mail", "invitation"];
    world.collector.command(&[&invite[..], &by_mail].concat()).await?;
    let html = html_of_the_only_mail(&world).await?;
    let numbers = links(&html).filter(|link| link.contains("score=")).count();
    assert_eq!(numbers, 11);
    let nine = links(&html).find(|link| link.ends_with("score=9")).context("no nine in the mail")?;

    let page = SurveyPage::open(&world.browser, &nine).await?;
    assert_eq!(page.chosen().await?, Some(9));
    let address = world.browser.address().await?;
    assert_eq!(address, world.site.address("survey.html"), "neither token nor score stay in the address bar");
    world.browser.reload().await?;
    page.until_answerable().await?;
    assert_eq!(page.chosen().await?, Some(9));
    assert_eq!(world.api.responses().await?.len(), 0, "whoever follows a link has answered nothing");

    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!((&response["answers"], &response["complete"]), (&json!({"nps": 9}), &json!(true)));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_number_may_be_chosen_than_the_one_that_was_pressed() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(crate::world::EVIE).await?;
    let page = SurveyPage::open(&world.browser, &format!("{link}&score=9")).await?;
    page.choose(3).await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["score"], 3);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_designer_sees_a_mail_with_pictures_and_without() -> Result<()> {
    let mut world = World::new().await?;
    world.collector.restart(&["--try-pages", "true"]).await?;
    let browser = &world.browser;
    browser.open(&format!("{}/try/support/mail/invitation", world.collector.origin())).await?;
    // The logo's own size, and what stands in its place.
    let logo = "const logo = document.querySelector('.logo img');
        return logo?.complete ? [logo.naturalWidth, logo.alt] : null";
    let seen = async || -> Result<(u32, String)> {
        browser.driver().enter_frame(0).await?;
        let seen = until("the logo", async || Ok(browser.run(logo, Vec::new()).await?)).await;
        browser.driver().enter_default_frame().await?;
        seen
    };
    let (width, alt) = seen().await?;
    assert!(width > 0 && alt == "Larkmoor", "{width} {alt}");
    browser.run::<Value>("document.querySelector('[name=images][value=off]').click()", Vec::new()).await?;
    until("the page without pictures", async || {
        Ok(browser.address().await?.contains("images=off").then_some(()))
    })
    .await?;
    let (width, alt) = seen().await?;
    assert!(width == 0 && alt == "Larkmoor", "{width} {alt}");
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_a_mail() -> Result<()> {
    let Some(directory) = looks::directory()? else { return Ok(()) };
    let mut world = World::new().await?;
    world.collector.restart(&["--try-pages", "true"]).await?;
    for (theme, images, language) in [
        ("light", "on", "en"),
        ("light", "off", "en"),
        ("dark", "on", "en"),
        ("dark", "off", "en"),
        ("light", "off", "ar"),
        ("dark", "on", "ar"),
    ] {
        let query = format!("theme={theme}&images={images}&language={language}");
        let origin = world.collector.origin();
        world.browser.open(&format!("{origin}/try/support/mail/invitation?{query}")).await?;
        let name = format!("mail-{theme}-{images}-{language}.png");
        world.browser.whole_page(1600, &directory.join(name)).await?;
    }
    world.finish_after_trouble().await
}

/// Without a mail server each mail is a file.
async fn html_of_the_only_mail(world: &World) -> Result<String> {
    let mails = world.collector.directory().join("mails");
    let file = until("a mail", async || {
        let entries = fs::read_dir(&mails).into_iter().flatten().flatten();
        let files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        Ok(files.into_iter().find(|file| file.extension().is_some_and(|ending| ending == "eml")))
    })
    .await?;
    let bytes = fs::read(file)?;
    let mail = MessageParser::default().parse(&bytes).context("not a mail")?;
    Ok(mail.body_html(0).context("no HTML")?.into_owned())
}

fn links(html: &str) -> impl Iterator<Item = String> + '_ {
    let addresses = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    addresses.map(|address| address.replace("&amp;", "&"))
}
