//! The core stories again, in Firefox and in WebKit. (All other stories are told in Chromium only.)

use anyhow::Result;

use crate::world::{Engine, World};
use crate::{again, answering, arabic, keyboard, no_script, outages, without};

macro_rules! stories {
    ($browser:ident, $engine:expr) => {
        mod $browser {
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn an_answer_reaches_the_thank_you_page_and_the_api_at_once() -> Result<()> {
                answering::answer(World::in_browser($engine).await?).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn a_reload_keeps_score_and_comment() -> Result<()> {
                again::reload(World::in_browser($engine).await?).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn an_answer_given_offline_is_sent_when_the_network_is_back() -> Result<()> {
                outages::offline(World::in_browser($engine).await?).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn an_arabic_survey_runs_from_right_to_left_on_an_english_page() -> Result<()> {
                arabic::from_right_to_left(World::in_browser($engine).await?).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn the_keyboard_alone_is_enough() -> Result<()> {
                keyboard::by_keyboard(World::in_browser($engine).await?).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn the_plain_page_is_answered_without_any_script() -> Result<()> {
                without::plain(World::in_browser($engine).await?).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn where_webassembly_is_missing_the_plain_page_stands_in_a_frame() -> Result<()> {
                without::framed(World::without_wasm($engine).await?).await
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn the_page_of_another_site_tells_its_address() -> Result<()> {
                no_script::other_site(World::in_browser($engine).await?).await
            }
        }
    };
}

stories!(firefox, Engine::Firefox);
stories!(webkit, Engine::WebKit);
