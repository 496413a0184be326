//! What the widget has drawn, wherever it stands: elements within its shadow root.

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::WebElement;

use crate::world::{Browser, until};

const ROOT: &str = "const root = document.querySelector('hearback-survey')?.shadowRoot;";

#[derive(Clone, Copy)]
pub(super) struct Widget<'a> {
    pub(super) browser: &'a Browser,
}

impl Widget<'_> {
    /// The first element that a CSS selector finds.
    pub(super) async fn find(&self, selector: &str) -> Result<WebElement> {
        let script = format!("{ROOT} return root?.querySelector(arguments[0]) ?? null");
        let found = self.browser.driver().execute(script, vec![json!(selector)]).await?;
        found.element().with_context(|| format!("nothing drawn matches {selector}"))
    }

    /// A property of that element, if there is such an element.
    pub(super) async fn property<T: serde::de::DeserializeOwned>(
        &self,
        selector: &str,
        property: &str,
    ) -> Result<Option<T>> {
        let script = format!("{ROOT} return root?.querySelector(arguments[0])?.[arguments[1]] ?? null");
        self.browser.run(&script, vec![json!(selector), json!(property)]).await
    }

    /// The text of that element as far as it can be seen; empty without such an element.
    pub(super) async fn text(&self, selector: &str) -> Result<String> {
        let text: Option<String> = self.property(selector, "innerText").await?;
        Ok(text.unwrap_or_default().trim().to_owned())
    }

    /// The name of the state that the widget is in.
    pub(super) async fn state(&self) -> Result<Option<String>> {
        let script = format!("{ROOT} return root?.querySelector('[data-state]')?.dataset.state ?? null");
        self.browser.run(&script, Vec::new()).await
    }

    pub(super) async fn until_state(&self, wanted: &[&str]) -> Result<()> {
        let reached = until(&format!("the widget to be {}", wanted.join(" or ")), async || {
            let state = self.state().await?;
            Ok(state.filter(|state| wanted.contains(&state.as_str())))
        })
        .await;
        match reached {
            Ok(_) => Ok(()),
            Err(error) => {
                let seen = format!(
                    "it is {:?} at {}, and says: {}; the console: {:?}",
                    self.state().await,
                    self.browser.address().await.unwrap_or_default(),
                    self.text(".root").await.unwrap_or_default(),
                    self.browser.console().await
                );
                Err(error.context(seen))
            }
        }
    }
}
