//! The company's own look: colours that can be read whatever the brand's colour is, round or straight corners, light or
//! dark whatever the device prefers, and style rules that reach the survey alone.

use anyhow::Result;
use serde_json::{Value, json};

use crate::kinds;
use crate::looks;
use crate::pages::SurveyPage;
use crate::world::{EVIE, World};

/// Bright, middling, and as good as the cards' own.
const AWKWARD: [&str; 6] = ["#ffff00", "#777777", "#00ff00", "#fefefe", "#000000", "#1c1e24"];

/// What has too little contrast, and how much was looked at: everything that can be read against what is behind it, at 4.5;
/// outlines of what can be pressed, filled or chosen, and drawings, at 3.
const MEASURE: &str = r#"
    const root = document.querySelector('hearback-survey').shadowRoot;
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    // Colours are told in many ways; what is drawn has one.
    const paint = (...colours) => {
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const behind = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
        return layers;
    };
    const luminance = (colour) => {
        const [r, g, b] = colour.map((channel) => channel / 255)
            .map((channel) => channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    };
    const faults = [], looked = { text: 0, outlines: 0 };
    const check = (kind, least, name, one, layers) => {
        looked[kind] += 1;
        const found = contrast(paint(...layers, one), paint(...layers));
        if (found < least) faults.push(`${name}: ${one} on ${paint(...layers)}: ${found.toFixed(2)}`);
    };
    for (const element of root.querySelectorAll('.root *')) {
        if (!element.checkVisibility() || element.closest('.unseen')) continue;
        const style = getComputedStyle(element);
        const name = element.tagName + '.' + element.getAttribute('class');
        const reads = [...element.childNodes].some((node) => node.nodeType == 3 && node.data.trim()) || element.value;
        const isSeen = style.opacity != 0 && !['PROGRESS', 'OPTION'].includes(element.tagName);
        if (reads && isSeen) check('text', 4.5, name, style.color, behind(element));
        if (element.matches('.score span, .choice:not(.consent), .field, .send, .tick')) {
            check('outlines', 3, name, style.borderTopColor, behind(element.parentElement));
        }
        // What is chosen is filled, or has a ring that the others have not.
        if (element.matches('.score :checked + span')) {
            const filled = contrast(paint(...behind(element)), paint(...behind(element.parentElement)));
            const [, ring] = /^(.*\)) 0px 0px 0px 2px inset/.exec(style.boxShadow) ?? [];
            if (filled < 3) check('outlines', 3, 'chosen', ring ?? 'transparent', behind(element.parentElement));
        }
        if (element.matches('.face')) check('outlines', 3, name, style.stroke,
            [...behind(element), ...(style.fill == 'none' || element.closest('[data-look=stars]') ? [] : [style.fill])]);
        if (element.matches('[data-look=stars] .face') && style.fill != 'none') {
            check('outlines', 3, name, style.fill, behind(element));
        }
        if (element.matches('.tick')) {
            check('outlines', 3, 'tick', getComputedStyle(element, '::before').borderLeftColor, behind(element));
        }
    }
    const focused = root.activeElement?.closest('.choice') ?? root.querySelector('.score input:focus-visible + *')
        ?? root.querySelector(':focus-visible');
    const outline = focused && getComputedStyle(focused);
    if (outline?.outlineStyle == 'solid') {
        check('outlines', 3, 'focus', outline.outlineColor, behind(focused.parentElement));
        looked.focus = true;
    }
    return { faults, ...looked };
"#;

/// Of everything drawn, the colours, and how round its corners are.
const COLOURS: &str = "const root = document.querySelector('hearback-survey').shadowRoot;
    return [...root.querySelectorAll('.root *')].map((element) => {
        const style = getComputedStyle(element);
        return [element.tagName, element.className, 'color', 'backgroundColor', 'borderTopColor', 'outlineColor', 'fill', 'stroke', 'colorScheme',
            'accentColor', 'boxShadow'].map((name) => style[name] ?? name).join(' ');
    })";

async fn measure(world: &World, state: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for scheme in ["light", "dark"] {
        world.browser.prefer_scheme(scheme).await?;
        let seen: Value = world.browser.run(MEASURE, Vec::new()).await?;
        let least = |name: &str| seen[name].as_u64().unwrap_or_default();
        assert!(least("text") >= 2 && least("outlines") >= 1, "{state}: too little was looked at: {seen}");
        if state.ends_with("focused") {
            assert_eq!(seen["focus"], true, "{state}: no focus is seen");
        }
        let faults = seen["faults"].as_array().cloned().unwrap_or_default();
        found.extend(faults.iter().map(|fault| format!("{state}, {scheme}: {fault}")));
    }
    Ok(found)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_read_and_seen_whatever_the_brands_colour_is() -> Result<()> {
    let world = kinds::world("page").await?;
    let in_place = [(r#" data-next="thanks.html""#, "")];
    world.site.add_variant("in-place.html", &in_place)?;
    let pictures = looks::directory()?;
    let mut found = Vec::new();
    for colour in AWKWARD {
        kinds::push(&world, "page", &format!("color = \"{colour}\"")).await?;
        kinds::each(&world, EVIE, async |world, state| {
            found.extend(measure(world, &format!("{colour}, {state}")).await?);
            if let Some(directory) = &pictures {
                looks::pictures(world, directory, &format!("brand-{}-{state}", &colour[1..])).await?;
            }
            // Scores, stars and faces after the score; fields, a box and the button after what is wrong.
            for stop in 1..=4 {
                world.browser.press(thirtyfour::Key::Tab + "").await?;
                found.extend(measure(world, &format!("{colour}, {state}, stop {stop}, focused")).await?);
            }
            Ok(())
        })
        .await?;

        let link = World::other_page(&world.invite(EVIE).await?, "in-place.html");
        let page = SurveyPage::open(&world.browser, &link).await?;
        page.choose(9).await?;
        page.send().await?;
        page.until_sent().await?;
        found.extend(measure(&world, &format!("{colour}, thanks")).await?);
    }
    assert!(found.is_empty(), "{found:#?}");

    // Or nothing is proved.
    kinds::push(
        &world,
        "page",
        "color = \"#777777\"\ncss = '.ask { color: #888 } .score span { border-color: #ccc }'",
    )
    .await?;
    SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    let found = measure(&world, "too pale").await?;
    assert!(
        found.iter().any(|it| it.contains("(136")) && found.iter().any(|it| it.contains("(204")),
        "{found:?}"
    );
    world.finish().await
}

/// Opens the example with this in place of the brand's colour, on a device that prefers `scheme`.
async fn open<'a>(world: &'a World, brand: &str, scheme: &str) -> Result<SurveyPage<'a>> {
    kinds::push(world, "page", brand).await?;
    world.browser.prefer_scheme(scheme).await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.choose(9).await?;
    page.until_saved().await?;
    page.click("[name=topic][value=bill]").await?;
    Ok(page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_theme_of_its_own_is_the_same_on_every_device() -> Result<()> {
    let world = kinds::world("page").await?;
    let mut automatic = Vec::new();
    for (scheme, other) in [("light", "dark"), ("dark", "light")] {
        let colour = "color = \"#0b7a75\"";
        open(&world, colour, scheme).await?;
        let expected: Vec<String> = world.browser.run(COLOURS, Vec::new()).await?;
        for device in [scheme, other] {
            open(&world, &format!("{colour}\ntheme = \"{scheme}\""), device).await?;
            let found: Vec<String> = world.browser.run(COLOURS, Vec::new()).await?;
            let different = expected.iter().zip(&found).find(|(one, other)| one != other);
            assert_eq!(different, None, "the theme {scheme} on a device that prefers {device}");
            assert_eq!(found.len(), expected.len());
        }
        automatic.push(expected);
    }
    assert!(automatic[0] != automatic[1], "or nothing is proved");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn corners_are_as_round_as_the_brand_wants_them() -> Result<()> {
    let world = kinds::world("page").await?;
    let script = "const root = document.querySelector('hearback-survey').shadowRoot;
        return ['.card', '.score span', '.choice', '.field', '.send'].map((selector) =>
            getComputedStyle(root.querySelector(selector)).borderRadius)";
    for (radius, card, within) in [("0", "0px", "0px"), ("40", "40px", "25px"), ("8", "8px", "5px")] {
        open(&world, &format!("color = \"#0b7a75\"\nradius = {radius}"), "light").await?;
        let found: Vec<String> = world.browser.run(script, Vec::new()).await?;
        assert_eq!(found, [card, within, within, within, within]);
        if let Some(directory) = looks::directory()? {
            looks::pictures(&world, &directory, &format!("radius-{radius}")).await?;
        }
    }
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn style_rules_of_a_survey_reach_the_survey_alone() -> Result<()> {
    const RULES: &str = ".ask { letter-spacing: 3px } .card { border-color: rgb(1, 2, 3) }
        *, html, body, :root, h1, p, a, main { color: rgb(4, 5, 6) !important; outline: 3px solid red !important }";
    let page_script =
        "return [...document.querySelectorAll('*')].filter(({ localName }) => localName != 'hearback-survey')
        .map((element) => { const style = getComputedStyle(element);
            return [...style].filter((name) => /color|letter|outline|font|display/.test(name))
                .map((name) => style.getPropertyValue(name)).join(' ') })";
    let survey_script = "const root = document.querySelector('hearback-survey').shadowRoot;
        const of = (selector) => getComputedStyle(root.querySelector(selector));
        return [of('.ask').letterSpacing, of('.card').borderTopColor, of('.ask').color]";
    let world = kinds::world("page").await?;
    let colour = "color = \"#0b7a75\"";
    open(&world, colour, "light").await?;
    let before: Vec<String> = world.browser.run(page_script, Vec::new()).await?;
    let plain: Value = world.browser.run(survey_script, Vec::new()).await?;
    open(&world, &format!("{colour}\ncss = '''{RULES}'''"), "light").await?;
    let after: Vec<String> = world.browser.run(page_script, Vec::new()).await?;
    let styled: Value = world.browser.run(survey_script, Vec::new()).await?;
    assert_eq!(styled, json!(["3px", "rgb(1, 2, 3)", "rgb(4, 5, 6)"]));
    assert_ne!(styled[1], plain[1]);
    assert!(before.len() > 50 && after == before, "the page is as it was");
    world.finish().await
}
