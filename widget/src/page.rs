//! The page around the widget: the one file that names `document`, `window` and what hangs on them, except storage
//! (`storage.rs`) and the network (`network.rs`).
//!
//! Nothing here may harm the page: what fails is left out.

use js_sys::{Array, Date, Math, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    AbortSignal, AddEventListenerOptions, CssStyleSheet, Document, Element, Event, HtmlElement, Node,
    ShadowRoot, Url, Window,
};
use wire::colour::{Colour, DARK_CARD, WHITE};
use wire::{Brand, Category, Direction, Score};

use crate::fill::digits;

#[wasm_bindgen]
extern "C" {
    /// What the loader found on its tag and in the address.
    #[derive(Clone)]
    pub type Settings;

    /// Where the collector is, without a slash at the end.
    #[wasm_bindgen(method, getter)]
    pub fn collector(this: &Settings) -> String;

    /// The survey's id.
    #[wasm_bindgen(method, getter)]
    pub fn survey(this: &Settings) -> String;

    /// The token of the personal link; empty if there was none.
    #[wasm_bindgen(method, getter)]
    pub fn token(this: &Settings) -> String;

    /// The score that the link brings along, as those in mails do.
    #[wasm_bindgen(method, getter)]
    pub fn score(this: &Settings) -> Option<u8>;

    /// Address of the thank-you page; empty if the thanks are to appear in place.
    #[wasm_bindgen(method, getter)]
    pub fn next(this: &Settings) -> String;

    /// Whether this page is the thank-you page.
    #[wasm_bindgen(method, getter)]
    pub fn thanks(this: &Settings) -> bool;

    /// Address of what is to be drawn: a form, or words of thanks.
    #[wasm_bindgen(method, getter)]
    pub fn address(this: &Settings) -> String;

    /// The first request to that address, which the loader has already sent: a promise of a `Response`.
    #[wasm_bindgen(method, getter)]
    pub fn first(this: &Settings) -> js_sys::Promise;

    /// The tag, which takes and gives events.
    #[wasm_bindgen(method, getter)]
    pub fn tag(this: &Settings) -> JsValue;

    /// Where it stands: in the page ("inline"), over it ("dialog"), in its corner or at its lower edge ("bar").
    #[wasm_bindgen(method, getter)]
    pub fn mode(this: &Settings) -> Option<String>;

    /// Whose interaction it is, as an open survey's page says it.
    #[wasm_bindgen(method, getter)]
    pub fn agent(this: &Settings) -> Option<String>;

    /// What else an open survey's page says: an object of texts.
    #[wasm_bindgen(method, getter)]
    pub fn attributes(this: &Settings) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    type Segmenter;

    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new() -> Result<Segmenter, JsValue>;

    #[wasm_bindgen(method)]
    fn segment(this: &Segmenter, text: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(message: &str);

    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn random_bytes(bytes: &Uint8Array);
}

fn window() -> Window {
    js_sys::global().unchecked_into()
}

fn document() -> Option<Document> {
    window().document()
}

/// Tells the web designer what is wrong, in the console.
pub fn warn(message: &str) {
    console_warn(&["Hearback: ", message].concat());
}

/// A style sheet of these rules.
fn sheet(rules: &str) -> Option<CssStyleSheet> {
    let sheet = CssStyleSheet::new().ok()?;
    sheet.replace_sync(rules).ok()?;
    Some(sheet)
}

/// Gives the shadow root its styles, the survey's own after ours.
fn adopt(root: &ShadowRoot, own: Option<&str>) {
    let ours = sheet(include_str!(concat!(env!("OUT_DIR"), "/style.css")));
    let sheets = Array::new();
    for sheet in ours.into_iter().chain(own.and_then(sheet)) {
        sheets.push(&sheet);
    }
    root.set_adopted_style_sheets(&sheets);
}

/// Gives the shadow root its styles and the element everything is drawn in.
pub fn furnish(root: &ShadowRoot, mode: Option<&str>) -> Option<HtmlElement> {
    adopt(root, None);
    let element = create(if mode == Some("dialog") { "dialog" } else { "div" });
    element.set_class_name("root");
    if let Some(mode) = mode.filter(|mode| *mode != "inline") {
        let _ = element.set_attribute("data-mode", mode);
        // For the styles of the host itself.
        let _ = root.host().set_attribute("data-mode", mode);
    }
    root.append_child(&element).ok()?;
    Some(element.unchecked_into())
}

/// Gives the element its language, direction, colours and font.
///
/// Through the object model: a `style` attribute in markup would break under the page's content security policy.
pub fn dress(element: &HtmlElement, language: &str, direction: Direction, brand: &Brand) {
    element.set_lang(language);
    element.set_dir(direction.as_str());
    let _ = element.set_attribute("data-theme", brand.theme.as_str());
    let set = |name: &str, value: &str| style(element, name, value);
    if let Some(font) = &brand.font {
        set("--hb-font", font);
    }
    if let Some(radius) = brand.radius {
        set("--hb-radius", &[&digits(radius as usize), "px"].concat());
    }
    if let Some(colour) = brand.color.as_deref().and_then(Colour::parse) {
        set("--hb-brand", &colour.hex());
        set("--hb-on", &colour.text().hex());
        // The card's colours in style.css.
        set("--hb-edge-light", &colour.outline(WHITE).hex());
        set("--hb-edge-dark", &colour.outline(DARK_CARD).hex());
    }
    if let Ok(root) = element.get_root_node().dyn_into::<ShadowRoot>() {
        adopt(&root, brand.css.as_deref());
    }
}

/// Sets one property of an element's style.
pub fn style(element: &Element, name: &str, value: &str) {
    let _ = element.unchecked_ref::<HtmlElement>().style().set_property(name, value);
}

/// A new element.
pub fn create(name: &str) -> Element {
    // There is a document wherever there is a shadow root to draw in, and names come from this program alone.
    let created = document().and_then(|document| {
        if matches!(name, "svg" | "path") {
            document.create_element_ns(Some("http://www.w3.org/2000/svg"), name).ok()
        } else {
            document.create_element(name).ok()
        }
    });
    created.unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into())
}

/// A property of what the event came from.
fn of_target(event: &Event, name: &str) -> JsValue {
    // Fields of every kind have it: no need to know which.
    let target = event.target().map(JsValue::from).unwrap_or_default();
    Reflect::get(&target, &name.into()).unwrap_or_default()
}

/// What the field reads that the event came from.
pub fn value(event: &Event) -> String {
    of_target(event, "value").as_string().unwrap_or_default()
}

/// Whether the box is ticked that the event came from.
pub fn is_checked(event: &Event) -> bool {
    of_target(event, "checked").is_truthy()
}

/// Whether the key is this one, and not pressed to choose among the words that a keyboard proposes.
pub fn is_key(event: &Event, key: &str) -> bool {
    let get = |name: &str| Reflect::get(event, &name.into()).unwrap_or_default();
    get("key").as_string().as_deref() == Some(key) && !get("isComposing").is_truthy()
}

/// Moves the focus to the first element that the selector finds.
pub fn focus(element: &HtmlElement, selector: &str) {
    if let Ok(Some(found)) = element.query_selector(selector) {
        let _ = found.unchecked_into::<HtmlElement>().focus();
    }
}

#[wasm_bindgen]
extern "C" {
    type Dialog;

    #[wasm_bindgen(method, catch, js_name = showModal)]
    fn show_modal(this: &Dialog) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    fn close(this: &Dialog);

    type CustomEvent;

    #[wasm_bindgen(constructor)]
    fn new(name: &str, init: &JsValue) -> CustomEvent;
}

/// Opens a dialog over the page. An older browser, which has none, shows it in the page.
pub fn open_dialog(element: &HtmlElement) {
    if element.unchecked_ref::<Dialog>().show_modal().is_err() {
        let _ = element.set_attribute("open", "");
    }
}

/// Closes a dialog: the focus goes back to where it was.
pub fn close_dialog(element: &HtmlElement) {
    element.unchecked_ref::<Dialog>().close();
}

/// Tells the page what has happened, on the tag; on the document if the tag is gone. Never who the customer is or what
/// else she says.
pub fn announce(settings: &Settings, name: &str, score: Option<Score>, code: &str) {
    let set = |object: &Object, name: &str, value: JsValue| drop(Reflect::set(object, &name.into(), &value));
    let detail = Object::new();
    set(&detail, "survey", settings.survey().into());
    if let Some(score) = score {
        set(&detail, "score", score.get().into());
        set(&detail, "category", score.category().as_str().into());
    }
    if !code.is_empty() {
        set(&detail, "code", code.into());
    }
    let init = Object::new();
    set(&init, "bubbles", true.into());
    set(&init, "composed", true.into());
    set(&init, "detail", detail.into());
    let event: Event = CustomEvent::new(&["hearback:", name].concat(), &init).unchecked_into();
    let tag = settings.tag().dyn_into::<Node>().ok().filter(Node::is_connected);
    if let Some(target) = tag.or_else(|| document().map(Node::from)) {
        let _ = target.dispatch_event(&event);
    }
}

/// Calls `f` in so many milliseconds; returns what [`cancel`] takes.
pub fn after(milliseconds: u32, f: impl FnOnce() + 'static) -> i32 {
    schedule(milliseconds, Box::new(f))
}

fn schedule(milliseconds: u32, f: Box<dyn FnOnce()>) -> i32 {
    let f = Closure::once_into_js(f);
    window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(f.unchecked_ref(), milliseconds as i32)
        .unwrap_or(0)
}

/// Stops what [`after`] was to do.
pub fn cancel(timer: i32) {
    window().clear_timeout_with_handle(timer);
}

/// Calls `f` at each of these events in the page's window, until the survey ends.
///
/// - `online`: the network comes back;
/// - `pagehide`, `visibilitychange`: this may be the last that the page hears;
/// - `pageshow`: also when the customer comes back to it and the browser has kept it as it was.
pub fn listen(events: &[&str], end: &AbortSignal, f: Box<dyn Fn()>) {
    let f = Closure::wrap(f).into_js_value();
    let options = AddEventListenerOptions::new();
    options.set_signal(end);
    for event in events {
        let _ = window().add_event_listener_with_callback_and_add_event_listener_options(
            event,
            f.unchecked_ref(),
            &options,
        );
    }
}

/// A number by chance, 0 to 1.
pub fn random() -> f64 {
    Math::random()
}

/// Sixteen bytes by chance that nobody can guess. (`crypto.randomUUID` is missing on pages without TLS.)
pub fn random_16() -> [u8; 16] {
    let bytes = Uint8Array::new_with_length(16);
    random_bytes(&bytes);
    let mut array = [0; 16];
    bytes.copy_to(&mut array);
    array
}

/// Milliseconds since 1970.
pub fn now() -> f64 {
    Date::now()
}

/// Seconds since 1970.
pub fn now_in_seconds() -> u32 {
    (now() / 1000.0) as u32
}

/// Counts characters as people see them.
pub fn count_characters(text: &str) -> usize {
    match Segmenter::new() {
        Ok(segmenter) => Array::from(&segmenter.segment(text)).length() as usize,
        // Browsers before 2024: near enough, and the collector counts again.
        Err(_) => text.chars().count(),
    }
}

/// Goes to the thank-you page and hands the category and the language over, if that is another page.
pub fn go_to(next: &str, category: Category, language: &str) -> bool {
    let location = window().location();
    let (Ok(here), Some(base)) = (location.href(), document().and_then(|it| it.base_uri().ok().flatten()))
    else {
        return false;
    };
    let (Ok(next), Ok(here)) = (Url::new_with_base(next, &base), Url::new(&here)) else {
        warn("data-next is no address");
        return false;
    };
    // The page itself would only draw the survey again; a script's address has no business here.
    if !next.protocol().starts_with("http")
        || (next.origin(), next.pathname()) == (here.origin(), here.pathname())
    {
        return false;
    }
    next.set_hash(&["hearback=", category.as_str(), ".", language].concat());
    location.assign(&next.href()).is_ok()
}
