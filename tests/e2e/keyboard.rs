//! Without a mouse, and without eyes.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{Browser, EVIE, World, until};

const QUESTION: &str = "How likely is it that you would recommend Larkmoor to a friend or colleague?";

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_is_enough() -> Result<()> {
    by_keyboard(World::new().await?).await
}

/// The same story in any browser; see [`other_browsers`](crate::other_browsers).
pub(crate) async fn by_keyboard(world: World) -> Result<()> {
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    let mut tabs = 0;
    while !page.focus_is_on("input[type=radio]").await? {
        world.browser.press(Key::Tab + "").await?;
        tabs += 1;
        ensure!(tabs < 30, "the scale can't be reached by Tab");
    }
    for _ in 0..9 {
        world.browser.press(Key::Right + "").await?;
    }
    assert_eq!(page.chosen().await?, Some(9));
    world.browser.press(Key::Left + "").await?;
    assert_eq!(page.chosen().await?, Some(8));
    assert!(page.focus_is_on("input[value='8']").await?, "choosing leaves the focus where it is");
    page.until_saved().await?;
    assert_eq!(
        world.api.only_response().await?["answers"],
        json!({"nps": 8}),
        "what was passed is not meant"
    );

    world.browser.press(Key::Tab + "").await?;
    assert!(page.focus_is_on("textarea").await?);
    world.browser.press("By hand").await?;
    world.browser.press(Key::Tab + "").await?;
    assert!(page.focus_is_on("button.send").await?);
    world.browser.press(Key::Enter + "").await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 8, "why": "By hand"}));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_has_the_role_and_the_name_that_a_screen_reader_says() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    let tree = Tree::of(&world.browser).await?;
    assert_eq!(tree.names("radiogroup"), [QUESTION]);
    assert_eq!(tree.names("radio"), (0..=10).map(|score| score.to_string()).collect::<Vec<_>>());
    assert_eq!(tree.description("radio", "0")?, "Not at all likely");
    assert_eq!(tree.description("radio", "10")?, "Extremely likely");
    assert_eq!(tree.names("textbox"), [""; 0], "what is asked later is not there yet");
    assert!(tree.names("button").is_empty());
    assert_eq!(tree.names("progressbar"), ["Question 1 of 2"]);
    assert!(tree.names("image").contains(&"Larkmoor".to_owned()));

    page.choose(2).await?;
    page.until_saved().await?;
    let tree = Tree::of(&world.browser).await?;
    let textbox = tree.names("textbox");
    assert_eq!(textbox.len(), 1);
    assert!(
        textbox[0].starts_with("We are sorry about that. What should we have done better?"),
        "{textbox:?}"
    );
    assert!(textbox[0].contains("optional"), "{textbox:?}");
    assert_eq!(tree.names("button"), ["Send"]);
    assert_eq!(tree.names("progressbar"), ["Question 2 of 2"]);
    // What is said of the sending is said aloud when it changes.
    let said = tree.text_within("status");
    assert!(said.contains("Your score is saved."), "{said:?}");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_said_aloud_and_the_focus_stays() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.choose(2).await?;
    page.until_saved().await?;
    world.collector.kill();
    page.send().await?;
    page.until_kept().await?;
    let tree = Tree::of(&world.browser).await?;
    assert!(tree.text_within("status").contains("Your answer is kept on this device"));
    assert_eq!(tree.names("button"), ["Try again"]);
    assert!(page.focus_is_on("button.send").await?);

    world.collector.start(&[]).await?;
    world.browser.press(Key::Enter + "").await?;
    ThanksPage::arrived(&world.browser).await?;
    until("one response", async || Ok((world.api.responses().await?.len() == 1).then_some(()))).await?;
    world.finish_after_trouble().await
}

/// The page as the browser tells it to a screen reader.
struct Tree(Vec<Value>);

impl Tree {
    async fn of(browser: &Browser) -> Result<Self> {
        browser.devtools("Accessibility.enable", json!({})).await?;
        let tree = browser.devtools("Accessibility.getFullAXTree", json!({})).await?;
        Ok(Self(tree["nodes"].as_array().cloned().context("there is a tree")?))
    }

    fn all<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a Value> {
        self.0.iter().filter(move |node| node["ignored"] != true && node["role"]["value"] == role)
    }

    fn names(&self, role: &str) -> Vec<String> {
        self.all(role).map(|node| text(&node["name"])).collect()
    }

    fn description(&self, role: &str, name: &str) -> Result<String> {
        let node = self.all(role).find(|node| text(&node["name"]) == name);
        Ok(text(&node.with_context(|| format!("no {role} {name}"))?["description"]))
    }

    /// All the text in elements of this role.
    fn text_within(&self, role: &str) -> String {
        self.all(role).map(|node| self.text_of(node)).collect()
    }

    fn text_of(&self, node: &Value) -> String {
        let children = node["childIds"].as_array().into_iter().flatten();
        // What is ignored itself may hold what is not.
        let found = children.filter_map(|id| self.0.iter().find(|node| node["nodeId"] == *id));
        let within: String = found.map(|child| self.text_of(child)).collect();
        if node["role"]["value"] == "StaticText" { text(&node["name"]) } else { within }
    }
}

fn text(value: &Value) -> String {
    value["value"].as_str().unwrap_or_default().to_owned()
}
