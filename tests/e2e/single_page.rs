//! Pages that change while they are read, and pages that put the tag in twice.

use anyhow::Result;
use serde_json::{Value, json};

use crate::pages::SurveyPage;
use crate::world::{EVIE, World, until};

/// The tag of the example's page.
const TAG: &str = r##"<script async src="http://127.0.0.1:8080/hearback.js" data-survey="support" data-next="thanks.html" data-target="#survey"></script>"##;

async fn run(world: &World, script: &str) -> Result<Value> {
    world.browser.run(script, vec![]).await
}

/// Waits until so many surveys are drawn.
async fn until_drawn(world: &World, wanted: usize) -> Result<()> {
    let page = SurveyPage::on(&world.browser);
    until(&format!("{wanted} surveys"), async || {
        Ok((page.hosts("hearback-survey").await? == wanted).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_survey_goes_with_its_place_and_comes_back_with_its_answers() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.choose(8).await?;
    page.write("So far").await?;
    page.until_saved().await?;
    for (leave, come_back) in [
        ("window.place = survey; survey.remove()", "document.querySelector('.hero-card').append(window.place)"),
        ("window.card = document.querySelector('.hero-card').innerHTML.replace(/<hearback-survey.*hearback-survey>/, '');
          document.querySelector('.hero-card').innerHTML = ''", "document.querySelector('.hero-card').innerHTML = window.card"),
        ("window.main = document.querySelector('main'); main.replaceWith('Elsewhere')",
         "[...document.body.childNodes].find((node) => node.data == 'Elsewhere').replaceWith(window.main)"),
    ] {
        run(&world, leave).await?;
        until_drawn(&world, 0).await?;
        run(&world, come_back).await?;
        until_drawn(&world, 1).await?;
        page.until_answerable().await?;
        assert_eq!((page.chosen().await?, page.written().await?.as_str()), (Some(8), "So far"), "{leave}");
    }
    page.send().await?;
    crate::pages::ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 8, "why": "So far"}));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn new_markup_with_the_same_tag_goes_on_where_the_old_one_was() -> Result<()> {
    let world = World::new().await?;
    let without_target = TAG.replace(r##" data-target="#survey""##, "");
    world.site.add_variant("after-the-tag.html", &[(TAG, &without_target)])?;
    let link = World::other_page(&world.invite(EVIE).await?, "after-the-tag.html");
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(7).await?;
    page.until_saved().await?;
    // Browsers don't run a tag that comes in this way.
    run(&world, "const card = document.querySelector('.hero-card'), tag = card.querySelector('script').outerHTML;
        card.innerHTML = '<h2>Another view</h2>'; setTimeout(() => card.innerHTML = '<p>And back</p>' + tag, 100)").await?;
    until("the survey after the new tag", async || {
        Ok((page.hosts("p + script + hearback-survey").await? == 1).then_some(()))
    })
    .await?;
    page.until_answerable().await?;
    assert_eq!(page.chosen().await?, Some(7));
    // And one that it does run is the same survey still.
    run(
        &world,
        "const old = document.querySelector('.hero-card script'), tag = document.createElement('script');
        for (const { name, value } of old.attributes) tag.setAttribute(name, value);
        old.parentNode.replaceChildren(tag)",
    )
    .await?;
    until_drawn(&world, 1).await?;
    page.until_answerable().await?;
    assert_eq!(page.chosen().await?, Some(7));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_takes_out_the_survey_has_closed_it() -> Result<()> {
    let world = World::new().await?;
    SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    run(&world, "document.querySelector('hearback-survey').remove()").await?;
    run(&world, "for (let i = 0; i < 9; i++) document.body.append(i)").await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    until_drawn(&world, 0).await?;
    run(&world, "document.querySelector('script[data-survey]').dispatchEvent(new Event('hearback:open'))")
        .await?;
    SurveyPage::on(&world.browser).until_answerable().await?;
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_may_come_late_as_a_module_or_without_its_element() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let module = TAG.replace("async ", "type=\"module\" ");
    let deferred = TAG.replace("async ", "defer ");
    world.site.add_variant("module.html", &[(TAG, &module)])?;
    world.site.add_variant("deferred.html", &[(TAG, &deferred)])?;
    world.site.add_variant("none.html", &[(TAG, "")])?;
    for name in ["module.html", "deferred.html"] {
        SurveyPage::open(&world.browser, &World::other_page(&link, name)).await?;
    }
    // As tag managers do it: made by a script, and taken away when it was loaded.
    for mode in ["inline", "corner"] {
        world.browser.open(&World::other_page(&link, "none.html")).await?;
        let script = "const tag = document.createElement('script');
            tag.src = arguments[0];
            tag.setAttribute('data-survey', 'support');
            tag.setAttribute('data-mode', arguments[1]);
            tag.setAttribute('data-open', 'delay:0.5');
            tag.onload = () => tag.remove();
            document.body.append(tag)";
        let loader = format!("{}/hearback.js", world.collector.origin());
        world.browser.run::<Value>(script, vec![json!(loader), json!(mode)]).await?;
        until_drawn(&world, 1).await?;
        SurveyPage::on(&world.browser).until_answerable().await?;
        assert_eq!(SurveyPage::on(&world.browser).hosts("body > hearback-survey").await?, 1);
    }
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_tag_twice_draws_once_and_two_surveys_draw_both() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let twice = format!("{TAG}{TAG}");
    world.site.add_variant("twice.html", &[(TAG, &twice)])?;
    let page = SurveyPage::open(&world.browser, &World::other_page(&link, "twice.html")).await?;
    until("a word about it", async || {
        let console = world.browser.console().await?.join("\n");
        Ok(console.contains("this tag is on the page twice").then_some(()))
    })
    .await?;
    assert_eq!(page.hosts("hearback-survey").await?, 1);

    let elsewhere = TAG.replace("#survey", "#tips").replace(" data-next=\"thanks.html\"", "");
    world.site.add_variant("two.html", &[(TAG, &format!("{TAG}{elsewhere}"))])?;
    let page = SurveyPage::open(&world.browser, &World::other_page(&link, "two.html")).await?;
    until_drawn(&world, 2).await?;
    assert_eq!(page.hosts("#tips > hearback-survey").await?, 1);
    world.finish().await
}
