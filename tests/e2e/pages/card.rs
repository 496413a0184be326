//! The page of an agent's desk with the card of a customer's last score.

use anyhow::Result;
use serde_json::json;

use crate::world::{Browser, World, until};

pub(crate) struct Card<'a> {
    browser: &'a Browser,
}

/// The card's shadow root, or nothing.
const ROOT: &str =
    "const host = document.querySelector('hearback-card'); const root = host && host.shadowRoot;";

impl<'a> Card<'a> {
    /// Opens a page in this language with the card of this link.
    pub(crate) async fn open(world: &'a World, signed: &str, language: &str) -> Result<Self> {
        let direction = if language == "ar" { "rtl" } else { "ltr" };
        let page = format!("desk-{language}.html");
        let tag = format!(
            r#"<script async src="http://127.0.0.1:8080/hearback.js" data-show="last-score" data-customer="{signed}"></script>"#
        );
        world.site.add_page(
            &page,
            &format!(
                r#"<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>Desk</title>
                <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="icon.svg"></head>
                <body><main><h1>Customer</h1>{tag}</main></body></html>"#
            ),
        );
        world.browser.open(&world.site.address(&page)).await?;
        let card = Self::of(world);
        until("the card", async || Ok(card.is_drawn().await?.then_some(()))).await?;
        Ok(card)
    }

    /// The card of the page that is open.
    pub(crate) fn of(world: &'a World) -> Self {
        Self { browser: &world.browser }
    }

    async fn is_drawn(&self) -> Result<bool> {
        self.browser.run(&format!("{ROOT} return !!(root && root.querySelector('.score'))"), Vec::new()).await
    }

    /// What is read on it.
    pub(crate) async fn text(&self) -> Result<String> {
        self.browser.run(&format!("{ROOT} return root.querySelector('section').innerText"), Vec::new()).await
    }

    /// What a screen reader was told since the card was drawn.
    pub(crate) async fn heard(&self) -> Result<String> {
        self.browser
            .run(&format!("{ROOT} return root.querySelector('[role=status]').textContent"), Vec::new())
            .await
    }

    /// The name of the picture of the history, if there is one.
    pub(crate) async fn history(&self) -> Result<Option<String>> {
        let script = format!(
            "{ROOT} const picture = root.querySelector('.spark'); return picture && picture.getAttribute('aria-label')"
        );
        self.browser.run(&script, Vec::new()).await
    }

    /// Gives the tag another link, as a desk does when another customer rings in.
    pub(crate) async fn change_customer(&self, signed: &str) -> Result<()> {
        let script =
            "document.querySelector('script[data-show]').setAttribute('data-customer', arguments[0])";
        self.browser.run::<Option<()>>(script, vec![json!(signed)]).await?;
        Ok(())
    }

    /// Waits until it shows this.
    pub(crate) async fn until_shown(&self, text: &str) -> Result<()> {
        until(text, async || Ok(self.text().await?.contains(text).then_some(()))).await
    }
}
