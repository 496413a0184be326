//! Pages with style sheets of their own, some of them hostile: the survey changes nothing of them, and they change nothing
//! of the survey.
//!
//! Pictures are compared point by point, and no point of the page may differ, however little. What a page is meant to give
//! the survey, its font, is the same in all of them here.

use anyhow::{Context, Result};

use crate::pages::SurveyPage;
use crate::world::{Area, Browser, EVIE, Picture, World, root, until};

/// Where the survey stands in each page: beside everything else, in the room that `PLACE` gives it.
const AREA: Area = Area { left: 640, top: 0, width: 600, height: 1200 };

/// By how much, of 255, the colours of a survey may differ from page to page: Chromium smooths round corners a little
/// differently where it has put what is around them together in another way.
const SMOOTHING: u8 = 8;

/// The page itself: what web designers put into pages, with the classes that the style sheets know.
const CONTENT: &str = r##"<main id="content" class="container content prose">
  <h1 class="display-4 title">A page of its own</h1>
  <h2 class="subtitle">With a <a class="link-primary" href="#there">link</a>, <b>bold</b> and <em>slanted</em> words</h2>
  <p class="lead">Words, <code>code</code>, <kbd>keys</kbd>, <mark>marks</mark> and <small>small print</small>.</p>
  <ul><li>One thing</li><li>Another</li></ul>
  <blockquote class="blockquote">Somebody said so.</blockquote>
  <table class="table is-striped"><tr><th>Name</th><th>Score</th></tr><tr><td>Larkmoor</td><td>9</td></tr></table>
  <form>
    <label class="form-label label" for="name">Name</label> <input class="form-control input" id="name" value="Evie">
    <fieldset><legend>Kind</legend><label class="radio"><input type="radio" name="kind"> This</label>
    <label class="radio"><input type="radio" name="kind"> That</label></fieldset>
    <textarea class="form-control textarea" rows="2">Words</textarea>
    <button class="btn btn-primary button is-primary">Press</button> <progress class="progress" max="4" value="1"></progress>
  </form>
  <div class="card alert alert-info notification"><p class="card-body message">A box</p></div>
  <hearback-like>An element that no browser knows</hearback-like>
</main>
<div id="survey"></div>"##;

/// The survey's place, the same in every page. Important, because the hostile ones are.
const PLACE: &str = "
#survey { all: initial !important; position: absolute !important; left: 640px !important; top: 0 !important;
    width: 600px !important; height: 1200px !important; display: block !important; overflow: hidden !important;
    background: white !important; font-family: 'DejaVu Sans', sans-serif !important; }
#content { width: 600px !important; max-width: 600px !important; overflow: hidden !important; }
";

/// Everything that a page can do to an element it does not know, and to what it hands down to it. (What it does to all of
/// itself, such as fading, happens to the survey too, and should.)
const HOSTILE: &str = "
html { font-size: 62.5%; direction: rtl; }
* { font-size: 40px !important; letter-spacing: 12px !important; word-spacing: 1em !important; line-height: 3 !important;
    text-transform: uppercase !important; text-align: center !important; text-indent: 2em !important;
    text-shadow: 2px 2px red !important; font-weight: 900 !important; font-style: italic !important;
    font-variant: small-caps !important; white-space: nowrap !important; color: red !important;
    background: yellow !important; border: 3px dotted blue !important; border-radius: 50% !important;
    padding: 7px !important; margin: 5px !important; box-shadow: 0 0 9px green !important; float: left !important;
    max-width: 300px !important; box-sizing: content-box !important; cursor: wait !important;
    direction: rtl !important; writing-mode: vertical-rl !important; list-style: square !important;
    --brand: red; --on: red; --edge: red; --card: yellow; --ink: red; --soft: red; --line: red; --field: red; }
body * { opacity: .9 !important; }
:not(:defined), hearback-survey { display: none !important; visibility: hidden !important; opacity: 0 !important;
    position: fixed !important; left: -9999px !important; width: 1px !important; height: 1px !important;
    transform: scale(0) !important; filter: blur(9px) !important; clip-path: inset(50%) !important;
    pointer-events: none !important; content-visibility: hidden !important; }
";

/// For each page its name, and its style sheet: a file of a package, or the rules themselves.
const PAGES: [(&str, Sheet); 6] = [
    ("neutral", Sheet::Rules("")),
    ("bootstrap", Sheet::Package("bootstrap/dist/css/bootstrap.css")),
    ("tailwind", Sheet::Package("tailwindcss/preflight.css")),
    ("bulma", Sheet::Package("bulma/css/bulma.css")),
    ("unset", Sheet::Rules("* { all: unset !important }")),
    ("hostile", Sheet::Rules(HOSTILE)),
];

enum Sheet {
    Package(&'static str),
    Rules(&'static str),
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_page_nor_the_survey_changes_the_look_of_the_other() -> Result<()> {
    let world = World::new().await?;
    let mut faults = Vec::new();
    let mut neutral: Option<Seen> = None;
    for (name, sheet) in PAGES {
        add_pages(&world, name, &sheet)?;
        let seen = Seen::of(&world, name).await?;
        let surveys = neutral.as_ref().unwrap_or(&seen).surveys.iter().zip(&seen.surveys);
        let surveys = surveys.map(|(expected, found)| ("the survey", expected, found, SMOOTHING));
        let pages = seen.after.iter().map(|after| ("the page", &seen.before, after, 0));
        for (what, expected, found, tolerance) in surveys.chain(pages) {
            if let Some(difference) = expected.difference(found, tolerance) {
                let place = keep(name, what, expected, found)?;
                faults.push(format!("{name}: {what}: {difference}; see {place}"));
            }
        }
        // Or the style sheet was not there, and nothing is proved.
        if let Some(neutral) = &neutral {
            assert!(neutral.before.difference(&seen.before, 0).is_some(), "{name} does nothing to the page");
        }
        neutral = neutral.or(Some(seen));
    }
    assert!(faults.is_empty(), "{faults:#?}");
    world.finish().await
}

/// Adds the page NAME.html, and NAME-before.html, which is the same without a survey.
fn add_pages(world: &World, name: &str, sheet: &Sheet) -> Result<()> {
    let rules = match sheet {
        Sheet::Rules(rules) => (*rules).to_owned(),
        Sheet::Package(file) => std::fs::read_to_string(root().join("target/tools/node_modules").join(file))
            .with_context(|| format!("{file} is missing: `tests/setup.sh need_styles` installs it"))?,
    };
    world.site.add_page(&format!("{name}.css"), &(rules + PLACE));
    let page = |tag: &str| {
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Page</title>\
             <link rel=\"icon\" href=\"icon.svg\"><link rel=\"stylesheet\" href=\"{name}.css\"></head>\
             <body>{CONTENT}{tag}</body></html>"
        )
    };
    let tag = r##"<script async src="http://127.0.0.1:8080/hearback.js" data-survey="support" data-target="#survey"></script>"##;
    world.site.add_page(&format!("{name}-before.html"), &page(""));
    world.site.add_page(&format!("{name}.html"), &page(tag));
    Ok(())
}

/// What there is to be seen on one page: of the page without and with a survey, and of the survey in three states.
struct Seen {
    before: Picture,
    after: Vec<Picture>,
    surveys: Vec<Picture>,
}

impl Seen {
    async fn of(world: &World, name: &str) -> Result<Self> {
        let browser = &world.browser;
        let link = world.invite(EVIE).await?;
        browser.resize(1280, 1200).await?;
        browser.open(&world.site.address(&format!("{name}-before.html"))).await?;
        let mut seen =
            Self { before: browser.look().await?.without(AREA), after: Vec::new(), surveys: Vec::new() };
        let page = SurveyPage::open(browser, &World::other_page(&link, &format!("{name}.html"))).await?;
        until_logo(browser).await?;
        seen.look(browser).await?;
        page.choose(9).await?;
        page.until_saved().await?;
        page.write("Words").await?;
        blur(browser).await?;
        seen.look(browser).await?;
        page.send().await?;
        page.until_sent().await?;
        blur(browser).await?;
        seen.look(browser).await?;
        Ok(seen)
    }

    async fn look(&mut self, browser: &Browser) -> Result<()> {
        let picture = browser.look().await?;
        let survey = picture.part(AREA);
        assert!(!survey.is_empty(), "there is no survey to be seen");
        self.surveys.push(survey);
        self.after.push(picture.without(AREA));
        Ok(())
    }
}

/// The logo comes later than the questions.
async fn until_logo(browser: &Browser) -> Result<()> {
    let script = "const logo = document.querySelector('hearback-survey').shadowRoot.querySelector('img');
        return logo.complete && logo.naturalWidth > 0";
    until("the logo", async || Ok(browser.run::<bool>(script, Vec::new()).await?.then_some(()))).await
}

/// Takes the focus from where it is: a caret blinks.
async fn blur(browser: &Browser) -> Result<()> {
    browser.run("document.activeElement.blur()", Vec::new()).await
}

/// Puts both pictures where they can be looked at; says where.
fn keep(name: &str, what: &str, expected: &Picture, found: &Picture) -> Result<String> {
    let directory = root().join("target/host-pages");
    std::fs::create_dir_all(&directory)?;
    let file = |kind: &str| directory.join(format!("{name}-{}-{kind}.png", what.replace(' ', "-")));
    expected.save(&file("expected"))?;
    found.save(&file("found"))?;
    Ok(file("{expected,found}").display().to_string())
}
