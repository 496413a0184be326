//! A mail, from the invitation to the response: a number in it is pressed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use mail_parser::MessageParser;
use serde_json::json;

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
