//! The survey's page.

use anyhow::Result;
use thirtyfour::WebElement;

use super::widget::Widget;
use crate::world::{Browser, once_interactable, until};

#[derive(Clone, Copy)]
pub(crate) struct SurveyPage<'a>(Widget<'a>);

impl<'a> SurveyPage<'a> {
    /// Opens it and waits until its questions are there.
    pub(crate) async fn open(browser: &'a Browser, address: &str) -> Result<Self> {
        browser.open(address).await?;
        let page = Self::on(browser);
        page.until_answerable().await?;
        Ok(page)
    }

    /// It is before the customer already.
    pub(crate) fn on(browser: &'a Browser) -> Self {
        Self(Widget { browser })
    }
}

// Find.
impl SurveyPage<'_> {
    async fn score(&self, score: u8) -> Result<WebElement> {
        self.0.find(&format!("input[type=radio][value='{score}']")).await
    }

    async fn comment(&self) -> Result<WebElement> {
        self.0.find("[data-kind=comment] textarea").await
    }

    async fn button(&self) -> Result<WebElement> {
        self.0.find("button.send").await
    }
}

// Act.
impl SurveyPage<'_> {
    pub(crate) async fn choose(&self, score: u8) -> Result<()> {
        once_interactable(async || Ok(self.score(score).await?.click().await?)).await
    }

    pub(crate) async fn write(&self, text: &str) -> Result<()> {
        once_interactable(async || Ok(self.comment().await?.send_keys(text).await?)).await
    }

    pub(crate) async fn erase(&self) -> Result<()> {
        Ok(self.comment().await?.clear().await?)
    }

    /// Clicks on the first element that this selector finds.
    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        once_interactable(async || Ok(self.0.find(selector).await?.click().await?)).await
    }

    /// Writes into the field that this selector finds.
    pub(crate) async fn write_in(&self, selector: &str, text: &str) -> Result<()> {
        once_interactable(async || Ok(self.0.find(selector).await?.send_keys(text).await?)).await
    }

    /// Presses the button, whatever it is called just now.
    pub(crate) async fn send(&self) -> Result<()> {
        once_interactable(async || Ok(self.button().await?.click().await?)).await
    }

    pub(crate) async fn double_click_send(&self) -> Result<()> {
        let button = self.button().await?;
        button.scroll_into_view().await?;
        let actions = self.0.browser.driver().action_chain();
        Ok(actions.double_click_element(&button).perform().await?)
    }

    /// Chooses a score, writes a comment and presses the button.
    pub(crate) async fn answer(&self, score: u8, comment: &str) -> Result<()> {
        self.choose(score).await?;
        self.write(comment).await?;
        self.send().await
    }
}

// See.
impl SurveyPage<'_> {
    /// Waits until the questions are there to be answered.
    pub(crate) async fn until_answerable(&self) -> Result<()> {
        self.0.until_state(&["open", "saved"]).await
    }

    /// The score alone has arrived.
    pub(crate) async fn until_saved(&self) -> Result<()> {
        self.0.until_state(&["saved"]).await
    }

    /// Sending failed, and the answers are kept.
    pub(crate) async fn until_kept(&self) -> Result<()> {
        self.0.until_state(&["kept"]).await
    }

    /// The collector wants none of it.
    pub(crate) async fn until_refused(&self) -> Result<()> {
        self.0.until_state(&["refused"]).await
    }

    /// The thanks stand in place of the questions.
    pub(crate) async fn until_sent(&self) -> Result<()> {
        self.0.until_state(&["sent"]).await
    }

    /// Nothing is under way: the questions are there, or the thanks are. Nobody is left waiting for it.
    pub(crate) async fn until_settled_at_once(&self) -> Result<()> {
        let started = std::time::Instant::now();
        self.0.until_state(&["open", "saved", "sent"]).await?;
        // The widget waits 4 s for the thank-you page to come.
        anyhow::ensure!(
            started.elapsed().as_secs() < 3,
            "the customer was left waiting for {:?}",
            started.elapsed()
        );
        Ok(())
    }

    /// The collector can't be reached.
    pub(crate) async fn until_lost(&self) -> Result<()> {
        self.0.until_state(&["lost"]).await
    }

    /// There is no survey, and a sentence why.
    pub(crate) async fn until_problem(&self) -> Result<String> {
        self.0.until_state(&["problem"]).await?;
        self.0.text(".message").await
    }

    pub(crate) async fn state(&self) -> Result<String> {
        Ok(self.0.state().await?.unwrap_or_default())
    }

    pub(crate) async fn chosen(&self) -> Result<Option<u8>> {
        let value: Option<String> = self.0.property("input[type=radio]:checked", "value").await?;
        Ok(value.map(|value| value.parse()).transpose()?)
    }

    pub(crate) async fn written(&self) -> Result<String> {
        Ok(self.0.property("textarea", "value").await?.unwrap_or_default())
    }

    /// Everything that can be read.
    pub(crate) async fn text(&self) -> Result<String> {
        self.0.text(".root").await
    }

    /// What can be read of the first element that this selector finds.
    pub(crate) async fn text_of(&self, selector: &str) -> Result<String> {
        self.0.text(selector).await
    }

    /// The ids of the questions that can be seen.
    pub(crate) async fn asked(&self) -> Result<Vec<String>> {
        let script =
            "return [...document.querySelector('hearback-survey').shadowRoot.querySelectorAll('.question')]
            .filter((question) => question.offsetParent).map((question) => question.dataset.question)";
        self.0.browser.run(script, Vec::new()).await
    }

    /// Waits until this question, and no other, is before the customer.
    pub(crate) async fn until_asked(&self, question: &str) -> Result<()> {
        until(&format!("the question {question}"), async || {
            Ok((self.asked().await? == [question]).then_some(()))
        })
        .await
    }

    /// What is said of the sending.
    pub(crate) async fn status(&self) -> Result<String> {
        self.0.text(".status").await
    }

    /// What is said of the comment.
    pub(crate) async fn comment_error(&self) -> Result<String> {
        self.0.text("[data-kind=comment] .error").await
    }

    pub(crate) async fn thanks(&self) -> Result<String> {
        self.0.text(".thanks h2").await
    }

    pub(crate) async fn direction(&self) -> Result<String> {
        Ok(self.0.property(".root", "dir").await?.unwrap_or_default())
    }

    pub(crate) async fn language(&self) -> Result<String> {
        Ok(self.0.property(".root", "lang").await?.unwrap_or_default())
    }

    /// The language that a screen reader is told of this sentence.
    pub(crate) async fn language_of(&self, selector: &str) -> Result<String> {
        Ok(self.0.property(selector, "lang").await?.unwrap_or_default())
    }

    /// Where on the screen a score stands, from the left.
    pub(crate) async fn left_edge(&self, score: u8) -> Result<f64> {
        Ok(self.score(score).await?.rect().await?.x)
    }

    /// Whether a radio button or a box is ticked.
    pub(crate) async fn is_checked(&self, selector: &str) -> Result<bool> {
        Ok(self.0.property(selector, "checked").await? == Some(true))
    }

    /// Where on the screen an element stands, from the left.
    pub(crate) async fn left_edge_of(&self, selector: &str) -> Result<f64> {
        Ok(self.0.find(selector).await?.rect().await?.x)
    }

    /// The text of what has the focus.
    pub(crate) async fn focused(&self) -> Result<String> {
        let script = "let focused = document.activeElement;
            while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
            return focused?.value ?? focused?.innerText ?? ''";
        self.0.browser.run(script, Vec::new()).await
    }

    /// Whether the focus is on an element that this selector finds.
    pub(crate) async fn focus_is_on(&self, selector: &str) -> Result<bool> {
        let script = "const focused = document.querySelector('hearback-survey')?.shadowRoot?.activeElement;
            return focused?.matches(arguments[0]) ?? false";
        self.0.browser.run(script, vec![selector.into()]).await
    }

    /// How many elements that hold a widget this selector finds on the page.
    pub(crate) async fn hosts(&self, selector: &str) -> Result<usize> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].filter((host) => host.shadowRoot).length";
        self.0.browser.run(script, vec![selector.into()]).await
    }
}
