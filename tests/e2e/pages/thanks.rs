//! The thank-you page.

use anyhow::Result;

use super::widget::Widget;
use crate::world::{Browser, until};

#[derive(Clone, Copy)]
pub(crate) struct ThanksPage<'a>(Widget<'a>);

impl<'a> ThanksPage<'a> {
    /// Waits until the customer has come to it and it is drawn.
    pub(crate) async fn arrived(browser: &'a Browser) -> Result<Self> {
        let page = Self(Widget { browser });
        page.0.until_state(&["thanks"]).await?;
        until("the thank-you page", async || {
            Ok(browser.address().await?.contains("/thanks.html").then_some(()))
        })
        .await?;
        Ok(page)
    }
}

// See.
impl ThanksPage<'_> {
    pub(crate) async fn title(&self) -> Result<String> {
        self.0.text(".thanks h2").await
    }

    pub(crate) async fn text(&self) -> Result<String> {
        self.0.text(".thanks p").await
    }

    pub(crate) async fn direction(&self) -> Result<String> {
        Ok(self.0.property(".root", "dir").await?.unwrap_or_default())
    }
}
