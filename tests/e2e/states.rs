//! Every state that a customer can see, one after the other: for whoever wants to look at each.

use anyhow::Result;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{AHMAD, EVIE, World};

/// The customers whose languages are looked at.
pub(crate) const LANGUAGES: [(&str, &str); 2] = [("en", EVIE), ("ar", AHMAD)];

/// Calls `look` in each state, with its name.
pub(crate) async fn each(
    world: &mut World,
    customer: &str,
    mut look: impl AsyncFnMut(&World, &str) -> Result<()>,
) -> Result<()> {
    world.site.add_variant("in-place.html", &[(r#" data-next="thanks.html""#, "")])?;
    let link = world.invite(customer).await?;
    let in_place = World::other_page(&link, "in-place.html");

    SurveyPage::open(&world.browser, &link).await?;
    look(world, "1-empty").await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(9).await?;
    page.until_saved().await?;
    look(world, "2-chosen-9").await?;

    let page = SurveyPage::open(&world.browser, &in_place).await?;
    page.choose(3).await?;
    page.write("The engineer never came, and nobody told me. I waited from eight to six.").await?;
    page.until_saved().await?;
    look(world, "3-chosen-3").await?;

    world.collector.kill();
    page.send().await?;
    page.until_kept().await?;
    look(world, "4-kept").await?;

    // So little is taken that this is too much.
    world.collector.start(&["--limit-submission-bytes", "256"]).await?;
    page.send().await?;
    page.until_refused().await?;
    look(world, "5-refused").await?;

    world.collector.restart(&[]).await?;
    page.send().await?;
    page.until_sent().await?;
    look(world, "6-thanks-in-place").await?;

    SurveyPage::open(&world.browser, &in_place).await?;
    look(world, "7-answered-before").await?;

    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(10).await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    look(world, "8-thanks").await?;

    world.browser.open(&world.site.address("survey.html?t=9bqv")).await?;
    SurveyPage::on(&world.browser).until_problem().await?;
    look(world, "9-problem").await
}
