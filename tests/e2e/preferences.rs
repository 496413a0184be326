//! What the customer's device asks for: few colours of its own, or nothing that moves.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::kinds;
use crate::looks;
use crate::pages::SurveyPage;
use crate::world::{EVIE, World, until};

async fn prefer(world: &World, features: Value) -> Result<()> {
    world.browser.devtools("Emulation.setEmulatedMedia", json!({"features": features})).await.map(drop)
}

/// Of what stands for this answer, everything that tells it apart where colours are forced: its own marks, not its place.
const MARKS: &str = "const input = document.querySelector('hearback-survey').shadowRoot.querySelector(arguments[0]);
    const drawn = input.closest('.choice') ?? input.nextElementSibling;
    const style = getComputedStyle(drawn);
    return ['backgroundColor', 'color', 'borderTopColor', 'fill', 'stroke', 'scale', 'outlineStyle', 'outlineColor',
        'outlineWidth'].map((name) => style[name])";

#[tokio::test(flavor = "multi_thread")]
async fn with_forced_colours_the_answer_and_the_focus_are_told_from_the_others() -> Result<()> {
    let world = kinds::world("page").await?;
    let pictures = looks::directory()?;
    for scheme in ["light", "dark"] {
        prefer(
            &world,
            json!([
                {"name": "forced-colors", "value": "active"},
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ]),
        )
        .await?;
        let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
        let forced: bool =
            world.browser.run("return matchMedia('(forced-colors: active)').matches", vec![]).await?;
        assert!(forced);
        page.choose(9).await?;
        page.until_saved().await?;
        let marks = async |selector: &str| -> Result<Vec<String>> {
            world.browser.run(MARKS, vec![json!(selector)]).await
        };
        // Each answer, and one of the same question that is not given.
        for (name, given, other) in [
            ("stars", "[value='3']", "[value='4']"),
            ("mood", "[value='2']", "[value='4']"),
            ("speed", "[value='8']", "[value='7']"),
            ("effort", "[value='4']", "[value='1']"),
            ("topic", "[value=bill]", "[value=fault]"),
            ("liked", "[value=kindness]", "[value=speed]"),
        ] {
            let [given, other] = [given, other].map(|value| format!("[name={name}]{value}"));
            let before = marks(&given).await?;
            assert_eq!(before, marks(&other).await?, "{name}: alike as long as none is given");
            page.click(&given).await?;
            // The pointer and the focus leave marks of their own.
            page.click(".ask").await?;
            let (given, other) = (marks(&given).await?, marks(&other).await?);
            assert_eq!(other, before, "{name}: what is not given is as before");
            assert_ne!(given, other, "{name}");
        }
        let nps = (marks("[name=nps][value='9']").await?, marks("[name=nps][value='8']").await?);
        assert_ne!(nps.0, nps.1);

        // The focus, on each thing that can have it.
        let without = "const root = document.querySelector('hearback-survey').shadowRoot;
            const focused = root.activeElement;
            const drawn = focused.closest('.choice') ?? (focused.closest('.score') ? focused.nextElementSibling : focused);
            const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(drawn);
            const canvas = getComputedStyle(root.querySelector('.card')).backgroundColor;
            return [outlineStyle, parseFloat(outlineWidth) >= 2, outlineColor != canvas]";
        page.click("[name=nps][value='9']").await?;
        let mut stops = Vec::new();
        while !page.focus_is_on("button.send").await? {
            world.browser.press(Key::Tab + "").await?;
            let seen: Value = world.browser.run(without, Vec::new()).await?;
            assert_eq!(seen, json!(["solid", true, true]), "after {} stops", stops.len());
            stops.push(seen);
            assert!(stops.len() < 30, "the button can't be reached");
        }
        assert!(stops.len() >= 10, "{}", stops.len());
        if let Some(directory) = &pictures {
            world.browser.run::<Option<()>>("scrollTo(0, 0)", Vec::new()).await?;
            world.browser.picture(640, &directory.join(format!("forced-{scheme}.png"))).await?;
            world.browser.resize(1280, 900).await?;
        }
    }
    world.finish().await
}

/// What moves, on the page and in the survey, or would if it had come later.
const MOVES: &str = "const root = document.querySelector('hearback-survey').shadowRoot;
    return [...document.getAnimations(), ...root.getAnimations()].map((it) => it.animationName ?? it.transitionProperty)";

#[tokio::test(flavor = "multi_thread")]
async fn where_less_motion_is_wanted_nothing_moves() -> Result<()> {
    let world = World::new().await?;
    for mode in ["inline", "dialog", "corner", "bar"] {
        let with_mode = format!(r#" data-mode="{mode}""#);
        world.site.add_variant(&format!("{mode}.html"), &[(r#" data-next="thanks.html""#, &with_mode)])?;
    }
    for (motion, moves) in [("reduce", false), ("no-preference", true)] {
        prefer(&world, json!([{"name": "prefers-reduced-motion", "value": motion}])).await?;
        for mode in ["inline", "dialog", "corner", "bar"] {
            let mut seen: Vec<String> = Vec::new();
            let mut look = async || {
                seen.extend(world.browser.run::<Vec<String>>(MOVES, Vec::new()).await?);
                anyhow::Ok(())
            };
            let link = World::other_page(&world.invite(EVIE).await?, &format!("{mode}.html"));
            let page = SurveyPage::open(&world.browser, &link).await?;
            look().await?;
            page.choose(9).await?;
            look().await?;
            page.until_saved().await?;
            look().await?;
            // While it is sent, which takes a while here.
            slow(&world, 1500).await?;
            page.send().await?;
            until("the sending", async || Ok((page.state().await? == "sending").then_some(()))).await?;
            look().await?;
            page.until_sent().await?;
            look().await?;
            slow(&world, 0).await?;
            if moves {
                assert!(seen.iter().any(|name| name == "reveal"), "or nothing is proved: {seen:?}");
                assert!(seen.iter().any(|name| name == "turn"), "{mode}: {seen:?}");
            } else {
                assert_eq!(seen, [""; 0], "{mode}");
            }
        }
    }
    world.finish().await
}

/// Lets each answer of the network come so many milliseconds later.
async fn slow(world: &World, latency: u32) -> Result<()> {
    world.browser.devtools("Network.enable", json!({})).await?;
    let parameters =
        json!({"offline": false, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1});
    world.browser.devtools("Network.emulateNetworkConditions", parameters).await.map(drop)
}
