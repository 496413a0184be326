//! Pages with libraries from the time when everybody changed the language itself: the survey is answered to its end, and
//! what they made of the language stays as they made it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use crate::kinds;
use crate::pages::SurveyPage;
use crate::world::{EVIE, World, root};

/// What the page says of its server's policy, which counts here alone.
const POLICY: &str = "http-equiv=\"Content-Security-Policy\"";

const SERVERS_POLICY: &str = "default-src 'none'; style-src 'self'; \
    script-src 'self' http://127.0.0.1:8080 'wasm-unsafe-eval'; connect-src http://127.0.0.1:8080; \
    img-src 'self' http://127.0.0.1:8080";

/// The originals write styles and handlers into the page, to see what it makes of them.
const MORE_ALLOWED: &str = "; style-src-attr 'unsafe-inline'; script-src-attr 'unsafe-inline'";

/// Remembers everything that is the browser's own, and what hangs on it; `window.changed()` says what is no longer as it
/// was. What a library keeps for itself is its own business.
const BEFORE: &str = "(() => {
    const things = [], seen = new Set(), native = Function.prototype.toString;
    const add = (name, thing) => {
        if (!thing || seen.has(thing)) return;
        seen.add(thing);
        things[things.length] = [name, thing];
        add(name + '^', Object.getPrototypeOf(thing));
    };
    for (const name of Object.getOwnPropertyNames(window)) {
        const thing = /^[A-Z]/.test(name) && window[name];
        if (typeof thing != 'function' || !/native code/.test(native.call(thing))) continue;
        add(name, thing);
        add(name + '.prototype', thing.prototype);
    }
    const keys = (thing) => {
        const names = Object.getOwnPropertyNames(thing), symbols = Object.getOwnPropertySymbols(thing);
        for (let i = 0; i < symbols.length; i++) names[names.length] = symbols[i];
        return names;
    };
    const parts = ['value', 'get', 'set', 'enumerable', 'configurable', 'writable'];
    const before = new Map();
    for (const [, thing] of things) {
        const all = new Map();
        for (const key of keys(thing)) all.set(key, Object.getOwnPropertyDescriptor(thing, key));
        before.set(thing, all);
    }
    window.changed = () => {
        const found = [];
        for (const [name, thing] of things) {
            const all = before.get(thing);
            for (const key of keys(thing)) {
                const was = all.get(key), is = Object.getOwnPropertyDescriptor(thing, key);
                let same = !!was;
                for (const part of parts) same = same && Object.is(was[part], is[part]);
                // RegExp.$1 and its like tell of the last match.
                if (!same && name != 'RegExp') found[found.length] = name + '.' + String(key);
            }
            for (const key of all.keys()) if (!Object.getOwnPropertyDescriptor(thing, key)) found[found.length] = '-' + name + '.' + String(key);
        }
        return found.join(' ');
    };
    window.things = things.length;
})();";

struct Library {
    name: &'static str,
    files: Vec<PathBuf>,
    /// What it is told to do before the survey is there.
    then: &'static str,
    /// What must be true, or it isn't there.
    proof: &'static str,
}

fn libraries() -> [Library; 3] {
    let debian = Path::new("/usr/share/javascript");
    [
        Library {
            name: "prototype",
            files: vec![debian.join("prototype/prototype.js")],
            then: "",
            proof: "Prototype.Version.startsWith('1.7') && [3, 4].last() == 4 && !/native/.test(Array.from)",
        },
        Library {
            name: "mootools",
            files: vec![debian.join("mootools/mootools.js"), debian.join("mootools/mootools-more.js")],
            then: "",
            proof: "MooTools.version.startsWith('1.4') && [3, 4].getLast() == 4 && 'x'.test('x')",
        },
        // It makes methods of every object there is, when asked to.
        Library {
            name: "sugar",
            files: vec![root().join("target/tools/node_modules/sugar/sugar-full.js")],
            then: "Object.extend();",
            proof: "({}).isObject && [3, 4].last() == 4 && 'x'.repeat(2) == 'xx'",
        },
    ]
}

/// Adds a page with these libraries.
fn add_page(world: &World, page: &str, libraries: &[Library]) -> Result<()> {
    let mut tags = String::new();
    for library in libraries {
        for (index, file) in library.files.iter().enumerate() {
            let code = fs::read_to_string(file).with_context(|| {
                format!("{} is missing: `tests/setup.sh need_old_libraries` installs it", file.display())
            })?;
            let name = format!("{}{index}.js", library.name);
            world.site.add_page(&name, &code);
            tags += &format!("<script src=\"{name}\"></script>");
        }
        let name = format!("{}-then.js", library.name);
        world.site.add_page(&name, library.then);
        tags += &format!("<script src=\"{name}\"></script>");
    }
    world.site.add_page("before.js", BEFORE);
    tags += "<script src=\"before.js\"></script><title>";
    let tag = r#" data-next="thanks.html""#;
    world.site.add_variant(page, &[(POLICY, "name=\"no-policy\""), ("<title>", &tags), (tag, "")])?;
    world.site.set_policy(page, &[SERVERS_POLICY, MORE_ALLOWED].concat());
    Ok(())
}

/// Answers a question of every kind, and looks at what has arrived.
async fn answer_everything(world: &World, page: SurveyPage<'_>, score: u8) -> Result<()> {
    page.choose(score).await?;
    for selector in [
        "[name=stars][value='4']",
        "[name=mood][value='2']",
        "[name=speed][value='8']",
        "[name=effort][value='5']",
        "[name=topic][value=other]",
        "[name=liked][value=kindness]",
        "[name=reach_consent]",
    ] {
        page.click(selector).await?;
    }
    page.write_in("[name=topic_other]", "The van").await?;
    page.write_in("[name=reach_email]", "evie@example.com").await?;
    page.write("Old \"quotes\", new words").await?;
    page.send().await?;
    page.until_sent().await?;
    let answers = json!({
        "nps": score, "stars": 4, "mood": 2, "speed": 8, "effort": 5, "topic": "other", "topic_other": "The van",
        "liked": ["kindness"], "reach_email": "evie@example.com", "reach_consent": true,
        "why": "Old \"quotes\", new words",
    });
    let responses = world.api.responses().await?;
    let found = responses.iter().find(|response| response["score"] == score);
    let found = found.with_context(|| format!("nothing has arrived: {responses:?}"))?;
    assert_eq!((&found["answers"], &found["complete"]), (&answers, &json!(true)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_originals_do_no_harm_and_are_done_none() -> Result<()> {
    let world = kinds::world("page").await?;
    for (score, library) in (6..).zip(libraries()) {
        let name = library.name;
        let file = format!("{name}.html");
        let proof = format!("return Boolean({}) && window.things > 500", library.proof);
        add_page(&world, &file, &[library])?;
        let link = World::other_page(&world.invite(EVIE).await?, &file);
        let page = SurveyPage::open(&world.browser, &link).await?;
        assert!(world.browser.run::<bool>(&proof, vec![]).await?, "{name} is not what it was taken for");
        answer_everything(&world, page, score).await.with_context(|| name)?;
        let changed: String = world.browser.run("return changed()", vec![]).await?;
        assert_eq!(changed, "", "{name}: the survey has changed the page's language");
    }
    world.finish().await
}

/// What Prototype 1.6 and MooTools 1.2 did to every page, and their followers: enumerable names on everything, and methods
/// of the language itself replaced by their own.
const OLDER: &str = "
Object.prototype.extend = function (more) { for (var name in more) this[name] = more[name]; return this; };
Object.prototype.next = 'everywhere.html';
Object.prototype.target = '#nowhere';
Array.prototype.each = function (f) { for (var i = 0; i < this.length; i++) f(this[i], i); return this; };
Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']'; };
String.prototype.toJSON = function () { return '\"' + this + '\"'; };
Array.prototype.find = function (f) { for (var i = 0; i < this.length; i++) if (f(this[i], i)) return this[i]; };
Array.prototype.filter = function (f) { var found = []; this.each(function (one, i) { if (f(one, i)) found.push(one); }); return found; };
Array.prototype.map = function (f) { var made = []; this.each(function (one, i) { made.push(f(one, i)); }); return made; };
Array.prototype.reverse = function () { var all = []; for (var i = this.length; i--;) all.push(this[i]); return all; };
Array.prototype.entries = function () { return this.slice(); };
Array.from = function (list) { if (!list) return []; var made = [], i = list.length || 0; while (i--) made[i] = list[i]; return made; };
Function.prototype.bind = function (it) { var f = this, given = [].slice.call(arguments, 1);
    return function () { return f.apply(it, given.concat([].slice.call(arguments))); }; };
Function.prototype.delay = function (s) { var f = this; return setTimeout(function () { f(); }, s * 1000); };
Element.prototype.remove = function () { this.parentNode.removeChild(this); return this; };
Element.prototype.show = Element.prototype.hide = function () { return this; };
";

#[tokio::test(flavor = "multi_thread")]
async fn what_older_ones_did_to_every_object_does_no_harm() -> Result<()> {
    let world = kinds::world("page").await?;
    world.site.add_page("older.js", OLDER);
    world.site.add_page("before.js", BEFORE);
    let tags = r#"<script src="older.js"></script><script src="before.js"></script><title>"#;
    let tag = r#" data-next="thanks.html""#;
    world.site.add_variant("older.html", &[(POLICY, "name=\"no-policy\""), ("<title>", tags), (tag, "")])?;
    world.site.set_policy("older.html", SERVERS_POLICY);
    let link = World::other_page(&world.invite(EVIE).await?, "older.html");
    let page = SurveyPage::open(&world.browser, &link).await?;
    answer_everything(&world, page, 6).await?;
    assert_eq!(world.browser.run::<String>("return changed()", vec![]).await?, "");
    world.finish().await
}
