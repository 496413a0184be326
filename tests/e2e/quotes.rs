//! After the last answer: whether the words may be quoted, and where the customer can tell others.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::{By, Key};

use crate::accessibility::violations;
use crate::looks::{directory, pictures};
use crate::pages::{SurveyPage, ThanksPage};
use crate::plain::{click, look, plain, read, stop_scripts, until_reads, until_there, write};
use crate::states::LANGUAGES;
use crate::world::{AHMAD, Browser, EVIE, World, until};

/// The question whether the words may be quoted, as long as it can be seen.
const QUOTE: &str = ".quote:not([hidden])";

/// What the example's survey asks promoters.
const ASKED: &str = "May Larkmoor quote your words, such as on its website?";

/// The links that can be seen below the thanks: where they lead, what they say, how they open.
const LINKS: &str = "const root = document.querySelector('hearback-survey')?.shadowRoot ?? document;
    return [...root.querySelectorAll('.reviews a')].filter((link) => link.offsetParent)
        .map(({ href, innerText, target, rel }) => [href, innerText.replace(/\\s+/g, ' ').trim(), target, rel])";

const REVIEW: &str = "https://reviews.example/larkmoor";
const FRIEND: &str = "https://friends.example/larkmoor";

/// What may be quoted: the words, and with whose name.
async fn quotes(world: &World) -> Result<Vec<Value>> {
    let page: Value = world.api.get("/v1/quotes").await?;
    let quotes = page["quotes"].as_array().cloned().context("no list of quotes")?;
    Ok(quotes.iter().map(|quote| json!([quote["words"], quote["customer"]])).collect())
}

/// How many followed each link, by category.
async fn followed(world: &World) -> Result<Vec<Value>> {
    let report: Value = world.api.get("/v1/surveys/support/reviews").await?;
    let reviews = report["reviews"].as_array().cloned().context("no list of reviews")?;
    Ok(reviews.iter().map(|review| json!([review["url"], review["followed"]])).collect())
}

/// Waits until so many promoters have followed the link to the reviews, and so many that to friends.
async fn until_followed(world: &World, review: u64, friend: u64) -> Result<()> {
    let counted = |promoters: u64| json!({"promoter": promoters, "passive": 0, "detractor": 0});
    let expected = [json!([REVIEW, counted(review)]), json!([FRIEND, counted(friend)])];
    until("the links that were followed", async || Ok((followed(world).await? == expected).then_some(())))
        .await
}

async fn links(browser: &Browser) -> Result<Vec<[String; 4]>> {
    browser.run(LINKS, Vec::new()).await
}

/// Links as they are to be: each beside the page, which it hears nothing of.
fn beside(links: &[(&str, &str)], new_tab: &str) -> Vec<[String; 4]> {
    let link = |(url, text): &(&str, &str)| {
        [*url, &*format!("{text} ({new_tab})"), "_blank", "noopener noreferrer"].map(str::to_owned)
    };
    links.iter().map(link).collect()
}

fn english() -> Vec<[String; 4]> {
    beside(&[(REVIEW, "Write a review"), (FRIEND, "Invite a friend")], "opens in a new tab")
}

/// Follows a link to another tab, and comes back.
async fn follow(browser: &Browser, click: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    let tab = browser.tab().await?;
    click().await?;
    let new = until("the tab of the link", async || {
        let tabs = browser.driver().windows().await?;
        Ok(tabs.into_iter().find(|other| *other != tab))
    })
    .await?;
    browser.to_front(&new).await?;
    browser.close_tab().await?;
    browser.to_front(&tab).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_words_may_be_quoted_is_asked_of_promoters_while_there_are_words() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    let asked = async || page.text_of(QUOTE).await;
    page.choose(9).await?;
    page.until_saved().await?;
    assert_eq!(asked().await?, "", "there is nothing to quote yet");
    page.write("Kind").await?;
    assert!(asked().await?.starts_with(ASKED));
    assert!(!page.is_checked("[name=why_quote]:checked").await?, "nothing is chosen beforehand");
    for _ in "Kind".chars() {
        world.browser.press(Key::Backspace + "").await?;
    }
    assert_eq!(asked().await?, "");
    page.write("Quick").await?;
    page.choose(8).await?;
    assert_eq!(asked().await?, "", "only promoters are asked");
    page.choose(10).await?;
    assert!(asked().await?.starts_with(ASKED));
    page.click("[name=why_quote][value=unnamed]").await?;
    assert_eq!(quotes(&world).await?, [] as [Value; 0], "it is the customer's own until it is sent");
    // What is said of the score comes and goes below the button.
    until("the score to be saved", async || {
        Ok((world.api.only_response().await?["score"] == 10).then_some(()))
    })
    .await?;
    page.until_saved().await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(quotes(&world).await?, [json!(["Quick", null])], "without the name");
    assert_eq!(
        world.api.only_response().await?["answers"],
        json!({"nps": 10, "why": "Quick", "why_quote": "unnamed"})
    );
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_yes_nothing_is_quoted_and_a_changed_answer_is_followed() -> Result<()> {
    let world = World::new().await?;
    world.site.add_variant("in-place.html", &[(r#" data-next="thanks.html""#, "")])?;
    let link = World::other_page(&world.invite(EVIE).await?, "in-place.html");
    let again = async |choice: Option<&str>| {
        let page = SurveyPage::open(&world.browser, &link).await?;
        page.choose(9).await?;
        if page.written().await?.is_empty() {
            page.write("Quick").await?;
        }
        if let Some(choice) = choice {
            page.click(&format!("[name=why_quote][value={choice}]")).await?;
        }
        page.send().await?;
        page.until_sent().await
    };
    for (choice, expected) in [
        (None, vec![]),
        (Some("no"), vec![]),
        (Some("named"), vec![json!(["Quick", EVIE])]),
        (Some("unnamed"), vec![json!(["Quick", null])]),
        (Some("no"), vec![]),
        (Some("named"), vec![json!(["Quick", EVIE])]),
    ] {
        again(choice).await?;
        assert_eq!(quotes(&world).await?, expected, "after {choice:?}");
    }
    // Who was asked and is no promoter any more was not asked.
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(3).await?;
    if page.written().await?.is_empty() {
        page.write("Slow").await?;
    }
    page.send().await?;
    page.until_sent().await?;
    assert_eq!(quotes(&world).await?, [] as [Value; 0]);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_says_whether_words_may_be_quoted() -> Result<()> {
    let world = World::new().await?;
    let browser = &world.browser;
    let page = SurveyPage::open(browser, &world.invite(EVIE).await?).await?;
    page.choose(10).await?;
    page.until_saved().await?;
    page.write("Quick").await?;
    browser.press(Key::Tab + "").await?;
    assert!(page.focus_is_on("[name=why_quote]").await?, "the first of them comes after the words");
    browser.press(" ").await?;
    assert!(page.is_checked("[name=why_quote][value=named]").await?);
    browser.press(Key::Down + "").await?;
    assert!(page.is_checked("[name=why_quote][value=unnamed]").await?);
    browser.press(Key::Tab + "").await?;
    assert!(page.focus_is_on("button.send").await?, "it is one stop");
    browser.press(Key::Enter + "").await?;
    ThanksPage::arrived(browser).await?;
    assert_eq!(quotes(&world).await?, [json!(["Quick", null])]);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_tell_others_stand_below_the_thanks_and_who_follows_them_is_counted() -> Result<()> {
    let world = World::new().await?;
    world.site.add_variant("in-place.html", &[(r#" data-next="thanks.html""#, "")])?;
    let browser = &world.browser;
    let link = world.invite(EVIE).await?;
    let page = SurveyPage::open(browser, &World::other_page(&link, "in-place.html")).await?;
    page.choose(3).await?;
    assert_eq!(links(browser).await?, [] as [[String; 4]; 0], "first the answer");
    page.send().await?;
    page.until_sent().await?;
    assert_eq!(links(browser).await?, english()[..1], "everybody, and promoters one more");
    let page = SurveyPage::open(browser, &World::other_page(&link, "in-place.html")).await?;
    page.choose(9).await?;
    page.send().await?;
    page.until_sent().await?;
    assert_eq!(links(browser).await?, english());
    until_followed(&world, 0, 0).await?;
    follow(browser, async || page.click(&format!("[href='{REVIEW}']")).await).await?;
    until_followed(&world, 1, 0).await?;
    // The same person once more counts no more.
    follow(browser, async || page.click(&format!("[href='{REVIEW}']")).await).await?;
    follow(browser, async || page.click(&format!("[href='{FRIEND}']")).await).await?;
    until_followed(&world, 1, 1).await?;

    // On a page of their own, which knows no customer.
    let page = SurveyPage::open(browser, &link).await?;
    page.choose(10).await?;
    page.send().await?;
    ThanksPage::arrived(browser).await?;
    assert_eq!(links(browser).await?, english());
    let page = SurveyPage::on(browser);
    follow(browser, async || page.click(&format!("[href='{FRIEND}']")).await).await?;
    until_followed(&world, 1, 2).await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_tell_others_are_in_the_customers_language() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(AHMAD).await?).await?;
    page.choose(7).await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let expected = beside(&[(REVIEW, "اكتب تقييمًا")], "يُفتح في علامة تبويب جديدة");
    assert_eq!(links(&world.browser).await?, expected);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_script_the_same_is_asked_and_offered() -> Result<()> {
    let world = World::new().await?;
    let browser = &world.browser;
    stop_scripts(&world).await?;
    browser.open(&plain(&world, &world.invite(EVIE).await?)).await?;
    click(browser, "[name=nps][value='9']").await?;
    click(browser, ".send").await?;
    until_reads(browser, ".quote .label", ASKED).await?;
    assert!(browser.driver().find(By::Css("[name=why_quote]:checked")).await.is_err());
    write(browser, "textarea", "Plainly good").await?;
    click(browser, "[name=why_quote][value=named]").await?;
    click(browser, ".send").await?;
    until_reads(browser, "h1", "That made our day.").await?;
    assert_eq!(quotes(&world).await?, [json!(["Plainly good", EVIE])]);
    assert!(read(browser, ".reviews").await?.contains("Write a review"));
    for (selector, attribute, expected) in [
        (".reviews a", "href", REVIEW),
        (".reviews a", "target", "_blank"),
        (".reviews a", "rel", "noopener noreferrer"),
        (".reviews a:last-child", "href", FRIEND),
    ] {
        let found = browser.driver().find(By::Css(selector)).await?.attr(attribute).await?;
        assert_eq!(found.as_deref(), Some(expected), "{selector} {attribute}");
    }
    follow(browser, async || click(browser, ".reviews a").await).await?;
    until_followed(&world, 1, 0).await?;

    // Nobody says yes by writing nothing.
    browser.open(&plain(&world, &world.invite(AHMAD).await?)).await?;
    click(browser, "[name=nps][value='9']").await?;
    click(browser, ".send").await?;
    until_there(browser, ".quote").await?;
    click(browser, "[name=why_quote][value=named]").await?;
    click(browser, ".send").await?;
    until_there(browser, ".reviews").await?;
    assert_eq!(quotes(&world).await?.len(), 1);
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_where_words_may_be_quoted_and_others_told() -> Result<()> {
    let mut found = Vec::new();
    let pictured = directory()?;
    let world = World::new().await?;
    world.site.add_variant("in-place.html", &[(r#" data-next="thanks.html""#, "")])?;
    let browser = &world.browser;
    let mut see = async |state: &str| {
        found.extend(violations(&world, state).await?);
        match &pictured {
            Some(directory) => pictures(&world, directory, state).await,
            None => anyhow::Ok(()),
        }
    };
    for (language, customer) in LANGUAGES {
        let link = world.invite(customer).await?;
        let page = SurveyPage::open(browser, &World::other_page(&link, "in-place.html")).await?;
        page.choose(9).await?;
        page.until_saved().await?;
        page.write("Daniel rang back within the hour, and stayed on the line until it worked.").await?;
        see(&format!("quote-{language}-1-asked")).await?;
        page.click("[name=why_quote][value=named]").await?;
        see(&format!("quote-{language}-2-chosen")).await?;
        page.send().await?;
        page.until_sent().await?;
        see(&format!("quote-{language}-3-thanks")).await?;
        let page = SurveyPage::open(browser, &link).await?;
        page.choose(2).await?;
        page.send().await?;
        ThanksPage::arrived(browser).await?;
        see(&format!("quote-{language}-4-thanks-page")).await?;
    }
    for (language, customer) in LANGUAGES {
        let name = |state: &str| format!("quote-{language}-{state}");
        browser.open(&plain(&world, &world.invite(customer).await?)).await?;
        click(browser, "[name=nps][value='10']").await?;
        click(browser, ".send").await?;
        until_there(browser, ".quote").await?;
        look(&world, &name("5-asked"), &mut found).await?;
        write(browser, "textarea", "Quick").await?;
        click(browser, ".send").await?;
        until_there(browser, ".reviews").await?;
        look(&world, &name("6-thanks"), &mut found).await?;
    }
    assert!(found.is_empty(), "{found:#?}");
    world.finish().await
}
