//! A language that runs from right to left.

use anyhow::Result;
use serde_json::json;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{AHMAD, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_arabic_survey_runs_from_right_to_left_on_an_english_page() -> Result<()> {
    from_right_to_left(World::new().await?).await
}

/// The same story in any browser; see [`other_browsers`](crate::other_browsers).
pub(crate) async fn from_right_to_left(world: World) -> Result<()> {
    let page = SurveyPage::open(&world.browser, &world.invite(AHMAD).await?).await?;
    assert_eq!(page.direction().await?, "rtl");
    assert_eq!(page.language().await?, "ar");
    let text = page.text().await?;
    assert!(text.contains("مرحبًا أحمد"), "{text}");
    assert!(text.contains("ما مدى احتمال أن توصي أحد أصدقائك أو زملائك بخدمات لاركمور؟"), "{text}");
    assert!(page.left_edge(0).await? > page.left_edge(10).await?, "the scale is mirrored");

    page.choose(10).await?;
    assert!(page.text().await?.contains("يسعدنا ذلك كثيرًا! ما الذي أعجبك؟"));
    page.write("خدمة سريعة ولطيفة").await?;
    page.send().await?;
    let thanks = ThanksPage::arrived(&world.browser).await?;
    assert_eq!(thanks.title().await?, "لقد أسعدت يومنا، شكرًا لك!");
    assert_eq!(thanks.direction().await?, "rtl");

    let response = world.api.only_response().await?;
    assert_eq!(response["language"], "ar");
    assert_eq!(response["answers"], json!({"nps": 10, "why": "خدمة سريعة ولطيفة"}));
    assert_eq!(world.api.nps_of_team("billing").await?.nps, Some(100.0));
    world.finish().await
}
