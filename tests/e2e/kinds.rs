//! Questions of every kind: answered by the keyboard alone, and looked at by axe-core.

use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

use crate::pages::SurveyPage;
use crate::world::{AHMAD, EVIE, World, until};

/// Where questions are put into the example's survey: before its comment.
const BEFORE_COMMENT: &str = "[[questions]]\nid = \"why\"";

/// One question of each kind that the example doesn't ask.
const QUESTIONS: &str = r#"
[[questions]]
id = "stars"
kind = "rating"
text = { en = "How many stars for the engineer?", ar = "كم نجمة تمنح للفني؟" }
low = { en = "Poor", ar = "ضعيف" }
high = { en = "Excellent", ar = "ممتاز" }

[[questions]]
id = "mood"
kind = "rating"
look = "smileys"
text = { en = "How did you feel when you put the phone down?", ar = "كيف كان شعورك عند انتهاء المكالمة؟" }
low = { en = "Annoyed", ar = "منزعج" }
high = { en = "Happy", ar = "سعيد" }

[[questions]]
id = "speed"
kind = "rating"
look = "numbers"
points = 10
text = { en = "How fast is your line?", ar = "ما مدى سرعة اتصالك؟" }
low = { en = "Far too slow", ar = "بطيء جدًا" }
high = { en = "As fast as I like", ar = "سريع كما أريد" }

[[questions]]
id = "effort"
kind = "ces"
text = { en = "Larkmoor made it easy to get my problem solved.", ar = "سهّلت لاركمور حل مشكلتي." }
low = { en = "Strongly disagree", ar = "لا أوافق بشدة" }
high = { en = "Strongly agree", ar = "أوافق بشدة" }

[[questions]]
id = "topic"
kind = "choice"
text = { en = "What was it about?", ar = "ما موضوع تواصلك؟" }
other = { en = "Something else", ar = "شيء آخر" }
choices = [
    { id = "bill", text = { en = "A bill", ar = "فاتورة" } },
    { id = "fault", text = { en = "A fault on my line, or in the equipment that came with it", ar = "عطل في الخط أو في الأجهزة المرفقة به" } },
    { id = "move", text = { en = "Moving house", ar = "الانتقال إلى منزل آخر" } },
]

[[questions]]
id = "liked"
kind = "choices"
text = { en = "What did you like?", ar = "ما الذي أعجبك؟" }
other = { en = "Something else", ar = "شيء آخر" }
choices = [
    { id = "speed", text = { en = "It was quick", ar = "السرعة" } },
    { id = "kindness", text = { en = "They were kind", ar = "اللطف" } },
]

[[questions]]
id = "note"
kind = "statement"
text = { en = "The last two questions are about you. Leave out what you like.", ar = "السؤالان الأخيران عنك. اترك ما لا تود الإجابة عنه." }

[[questions]]
id = "reach"
kind = "contact"
fields = ["name", "email", "phone"]
text = { en = "May we get in touch with you about it?", ar = "هل يمكننا التواصل معك بشأن ذلك؟" }
consent = { en = "Larkmoor may contact me about this answer.", ar = "يمكن للاركمور التواصل معي بشأن هذه الإجابة." }

"#;

/// What the example says of the brand's colour.
const COLOUR: &str = "color = \"#0b7a75\"";

/// The example with a question of every kind, all on a page or one after the other.
pub(crate) async fn world(layout: &str) -> Result<World> {
    let world = World::new().await?;
    push(&world, layout, COLOUR).await?;
    Ok(world)
}

/// Puts such a survey in force, with this in place of the brand's colour.
pub(crate) async fn push(world: &World, layout: &str, brand: &str) -> Result<()> {
    let questions = [QUESTIONS, BEFORE_COMMENT].concat();
    let layout = format!("invitation_days = 30\nlayout = \"{layout}\"");
    world
        .push_survey(&[
            (BEFORE_COMMENT, &questions),
            ("invitation_days = 30", &layout),
            // The rest of its line is a comment.
            (COLOUR, &format!("{brand}\n#")),
        ])
        .await
}

/// Calls `look` in the states in which the kinds look different: nothing answered but the score, everything answered, and
/// everything wrong that can be.
pub(crate) async fn each(
    world: &World,
    customer: &str,
    mut look: impl AsyncFnMut(&World, &str) -> Result<()>,
) -> Result<()> {
    let page = SurveyPage::open(&world.browser, &world.invite(customer).await?).await?;
    page.choose(9).await?;
    page.until_saved().await?;
    look(world, "kinds-empty").await?;
    for name in ["stars", "mood", "effort"] {
        page.click(&format!("[name={name}][value='4']")).await?;
    }
    for selector in ["[name=speed][value='8']", "[name=topic][value=other]", "[name=liked][value=kindness]"] {
        page.click(selector).await?;
    }
    page.write_in("[name=topic_other]", "The van").await?;
    page.write_in("[name=reach_email]", "evie@").await?;
    page.write_in("[name=reach_phone]", "12").await?;
    page.send().await?;
    until("what is wrong", async || {
        Ok((!page.text_of("#error-reach_consent").await?.is_empty()).then_some(()))
    })
    .await?;
    look(world, "kinds-wrong").await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_answered_by_the_keyboard_alone() -> Result<()> {
    let world = world("steps").await?;
    let browser = &world.browser;
    let page = SurveyPage::open(browser, &world.invite(EVIE).await?).await?;
    let tab_to = async |selector: &str| {
        for _ in 0..30 {
            if page.focus_is_on(selector).await? {
                return Ok(());
            }
            browser.press(Key::Tab + "").await?;
        }
        anyhow::bail!("{selector} can't be reached by Tab")
    };
    // The focus comes to the words of each question, which a screen reader reads.
    let next = async |from: &str, to: &str| {
        tab_to("button.send").await?;
        browser.press(Key::Enter + "").await?;
        page.until_asked(to).await?;
        let ask = format!("[data-question={to}] .ask");
        until(&format!("the focus to go from {from} to {to}"), async || {
            Ok(page.focus_is_on(&ask).await?.then_some(()))
        })
        .await
    };

    tab_to("[name=nps]").await?;
    browser.press(Key::Right + "").await?;
    next("nps", "stars").await?;
    // The first arrow chooses the second star, as in every group of radio buttons without a choice.
    tab_to("[name=stars]").await?;
    browser.press(Key::Right + "").await?;
    browser.press(Key::Right + "").await?;
    next("stars", "mood").await?;
    tab_to("[name=mood]").await?;
    browser.press(" ").await?;
    next("mood", "speed").await?;
    tab_to("[name=speed]").await?;
    browser.press(Key::Left + "").await?;
    next("speed", "effort").await?;
    tab_to("[name=effort]").await?;
    browser.press(Key::Left + "").await?;
    next("effort", "topic").await?;
    tab_to("[name=topic]").await?;
    browser.press(Key::Up + "").await?;
    tab_to("[name=topic_other]").await?;
    browser.press("The van").await?;
    // In a field of one line, Enter goes on.
    browser.press(Key::Enter + "").await?;
    page.until_asked("liked").await?;
    tab_to("[name=liked]").await?;
    browser.press(" ").await?;
    tab_to("[name=liked][value=other]").await?;
    browser.press(" ").await?;
    tab_to("[name=liked_other]").await?;
    browser.press("The tea").await?;
    next("liked", "note").await?;
    next("note", "reach").await?;
    tab_to("[name=reach_email]").await?;
    browser.press("evie@example.com").await?;
    tab_to("[name=reach_consent]").await?;
    browser.press(" ").await?;
    next("reach", "why").await?;
    tab_to("textarea").await?;
    browser.press("By hand").await?;
    tab_to("button.send").await?;
    ensure!(page.text_of("button.send").await? == "Send", "the last step sends");
    browser.press(Key::Enter + "").await?;
    crate::pages::ThanksPage::arrived(browser).await?;

    let answers = json!({
        "nps": 1, "stars": 3, "mood": 1, "speed": 10, "effort": 7, "topic": "other", "topic_other": "The van",
        "liked": ["speed", "other"], "liked_other": "The tea", "reach_email": "evie@example.com",
        "reach_consent": true, "why": "By hand",
    });
    assert_eq!(world.api.only_response().await?["answers"], answers);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_tied_to_its_field_and_said() -> Result<()> {
    let world = world("page").await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.choose(9).await?;
    page.write_in("[name=reach_email]", "evie@").await?;
    assert_eq!(page.text_of("#error-reach_email").await?, "", "she still writes");
    page.write_in("[name=reach_phone]", "1").await?;
    let wrong = "Please enter a complete e-mail address, such as name@example.com.";
    until("what is wrong", async || Ok((page.text_of("#error-reach_email").await? == wrong).then_some(())))
        .await?;
    page.send().await?;
    until("the focus on what is wrong", async || {
        Ok(page.focus_is_on("[name=reach_email][aria-invalid=true]").await?.then_some(()))
    })
    .await?;
    assert!(page.focus_is_on("[aria-describedby~=error-reach_email]").await?);
    page.write_in("[name=reach_email]", "example.com").await?;
    assert_eq!(page.text_of("#error-reach_email").await?, "");
    assert!(page.text_of("#error-reach_consent").await?.starts_with("Please tick this box"));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn stars_and_faces_run_from_right_to_left() -> Result<()> {
    let world = world("page").await?;
    let page = SurveyPage::open(&world.browser, &world.invite(AHMAD).await?).await?;
    page.choose(9).await?;
    for name in ["stars", "mood", "speed", "effort"] {
        let left = async |value: u8| page.left_edge_of(&format!("[name={name}][value='{value}']")).await;
        assert!(left(1).await? > left(4).await?, "{name} is mirrored");
    }
    world.finish().await
}
