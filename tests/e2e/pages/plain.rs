//! The collector's own page of a survey, which needs no script: by itself, or in a frame where the widget can't run.

use anyhow::{Context, Result};
use thirtyfour::TypingData;
use thirtyfour::prelude::*;

use crate::world::{Browser, Engine, until};

#[derive(Clone, Copy)]
pub(crate) struct PlainPage<'a> {
    browser: &'a Browser,
    /// It stands in a frame in a shadow root.
    framed: bool,
}

impl<'a> PlainPage<'a> {
    pub(crate) async fn open(browser: &'a Browser, address: &str) -> Result<Self> {
        browser.open(address).await?;
        Ok(Self::on(browser))
    }

    /// It is before the customer already, or about to be.
    pub(crate) fn on(browser: &'a Browser) -> Self {
        Self { browser, framed: false }
    }

    /// Waits until it stands in a frame in place of the survey, and goes into that.
    pub(crate) async fn framed(browser: &'a Browser) -> Result<Self> {
        let script =
            "return document.querySelector('hearback-survey')?.shadowRoot?.querySelector('iframe') ?? null";
        let frame = until("the frame", async || {
            Ok(browser.driver().execute(script, Vec::new()).await?.element().ok())
        })
        .await?;
        frame.enter_frame().await?;
        Ok(Self { browser, framed: true })
    }
}

// Find.
impl PlainPage<'_> {
    /// The first element that a selector finds, as soon as the page with it has come.
    async fn find(&self, selector: &str) -> Result<WebElement> {
        until(selector, async || Ok(Some(self.browser.driver().find(By::Css(selector)).await?)))
            .await
            .with_context(|| format!("the page has no {selector}"))
    }
}

// Act.
impl PlainPage<'_> {
    pub(crate) async fn choose(&self, score: u8) -> Result<()> {
        let radio = self.find(&format!("input[type=radio][value='{score}']")).await?;
        // A frame that has just come may not get the first click: Firefox' compositor doesn't know yet where it is.
        until("the score to be chosen", async || {
            self.press(&radio, " ").await?;
            Ok(radio.is_selected().await?.then_some(()))
        })
        .await
    }

    pub(crate) async fn write(&self, text: &str) -> Result<()> {
        Ok(self.find("textarea").await?.send_keys(text).await?)
    }

    /// Presses the button that leads on.
    pub(crate) async fn go_on(&self) -> Result<()> {
        let button = self.find("button.send").await?;
        self.press(&button, Key::Enter + "").await
    }

    /// Clicks. WebKit's driver finds the way to no point of a frame in a shadow root: there the keyboard does it, which
    /// goes where the focus is.
    async fn press(&self, element: &WebElement, key: impl Into<TypingData>) -> Result<()> {
        if !self.framed || self.browser.engine() != Engine::WebKit {
            return Ok(element.click().await?);
        }
        element.focus().await?;
        self.browser.press(key).await
    }
}

// See.
impl PlainPage<'_> {
    /// Waits until the score is asked for.
    pub(crate) async fn until_asked(&self) -> Result<()> {
        self.find("input[type=radio][value='10']").await.map(drop)
    }

    /// What is said after the last answer.
    pub(crate) async fn until_thanks(&self) -> Result<String> {
        until("the words of thanks", async || {
            // While they are faded in, drivers take them for invisible, and their text for none.
            let text = self.find(".thanks h1").await?.text().await?;
            Ok((!text.is_empty()).then_some(text))
        })
        .await
    }
}
