//! Addresses: which page is shown, and with what of the list.

use js_sys::{decode_uri_component, encode_uri_component};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) page: Page,
    /// Which cases the list shows; kept while one of them is looked at.
    pub(crate) wanted: Wanted,
}

/// Which page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Page {
    /// The work list.
    #[default]
    List,
    /// One case.
    Case(u64),
    /// An agent's numbers, of some time.
    Agent(String, Since),
    /// What is one's own: the password.
    Account,
    /// Setting a password, with the token of a link.
    Welcome(String),
}

/// Which cases are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) tab: Tab,
    pub(crate) owner: String,
    pub(crate) cause: String,
}

/// The parts of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Open,
    New,
    Due,
    Overdue,
    Closed,
}

/// From when on an agent's answers are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Since {
    Quarter,
    #[default]
    Year,
    Ever,
}

impl Since {
    pub(crate) const ALL: [Self; 3] = [Self::Quarter, Self::Year, Self::Ever];

    fn name(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Ever => "ever",
        }
    }

    /// How many months, this one counted.
    pub(crate) fn months(self) -> Option<u32> {
        match self {
            Self::Quarter => Some(3),
            Self::Year => Some(12),
            Self::Ever => None,
        }
    }
}

impl Tab {
    pub(crate) const ALL: [Self; 5] = [Self::Open, Self::New, Self::Due, Self::Overdue, Self::Closed];

    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::New => "new",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Closed => "closed",
        }
    }

    /// What the collector is asked for.
    fn query(self) -> &'static str {
        match self {
            Self::Open => "state=open",
            Self::New => "state=new",
            Self::Due => "state=open&due=today",
            Self::Overdue => "state=open&due=overdue",
            Self::Closed => "state=closed",
        }
    }
}

impl Wanted {
    /// What the collector is asked for.
    pub(crate) fn query(&self) -> String {
        let mut query = self.tab.query().to_owned();
        for (name, value) in [("owner", &self.owner), ("root_cause", &self.cause)] {
            if !value.is_empty() {
                query += &format!("&{name}={}", encode_uri_component(value));
            }
        }
        query
    }
}

impl Place {
    /// The list with this.
    pub(crate) fn list(wanted: Wanted) -> Self {
        Self { page: Page::List, wanted }
    }

    /// The address of it.
    pub(crate) fn address(&self) -> String {
        let path = match &self.page {
            Page::List => "/desk/".to_owned(),
            Page::Case(id) => format!("/desk/cases/{id}"),
            Page::Agent(id, _) => format!("/desk/agents/{}", encode_uri_component(id)),
            Page::Account => "/desk/account".to_owned(),
            Page::Welcome(_) => "/desk/welcome".to_owned(),
        };
        let since = match &self.page {
            Page::Agent(_, since) if *since != Since::default() => since.name(),
            _ => "",
        };
        let Wanted { tab, owner, cause } = &self.wanted;
        let tab = if *tab == Tab::default() { "" } else { tab.name() };
        let given = [("since", since), ("show", tab), ("owner", owner), ("cause", cause)];
        let given = given.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> =
            given.map(|(name, value)| format!("{name}={}", encode_uri_component(value))).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// Where the browser is.
    pub(crate) fn here() -> Self {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let query = location.search().unwrap_or_default();
        let of = |name: &str| {
            let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            let value = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()?;
            decode_uri_component(value).ok().map(String::from)
        };
        let show = of("show").unwrap_or_default();
        let tab = Tab::ALL.into_iter().find(|tab| tab.name() == show).unwrap_or_default();
        let since = of("since").unwrap_or_default();
        let since = Since::ALL.into_iter().find(|known| known.name() == since).unwrap_or_default();
        let path = path.strip_prefix("/desk").unwrap_or_default().trim_matches('/');
        let page = match path.split_once('/').unwrap_or((path, "")) {
            ("welcome", _) => {
                Page::Welcome(location.hash().unwrap_or_default().trim_start_matches('#').to_owned())
            }
            ("account", _) => Page::Account,
            ("cases", id) => id.parse().map_or(Page::List, Page::Case),
            ("agents", id) => decode_uri_component(id).map_or(Page::List, |id| Page::Agent(id.into(), since)),
            _ => Page::List,
        };
        let wanted =
            Wanted { tab, owner: of("owner").unwrap_or_default(), cause: of("cause").unwrap_or_default() };
        Self { page, wanted }
    }
}

/// Where the browser is, and how it goes elsewhere.
#[derive(Clone, Copy)]
pub(crate) struct Browsing(RwSignal<Place>);

impl Browsing {
    /// Begins to follow the browser's back and forward.
    pub(crate) fn begin() -> Self {
        let place = RwSignal::new(Place::here());
        let moved = Closure::<dyn Fn()>::new(move || place.set(Place::here()));
        // For as long as the page is there.
        let _ = window().add_event_listener_with_callback("popstate", moved.as_ref().unchecked_ref());
        moved.forget();
        Self(place)
    }

    pub(crate) fn place(self) -> Place {
        self.0.get()
    }

    /// The same where nobody is to follow it.
    pub(crate) fn place_now(self) -> Place {
        self.0.get_untracked()
    }

    /// Goes to a place, as a link does.
    pub(crate) fn go(self, place: Place) {
        let address = place.address();
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address));
        }
        self.0.set(place);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// A link's click: within the page, unless another window is wanted.
    pub(crate) fn follow(self, event: &web_sys::MouseEvent, place: Place) {
        if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0
        {
            return;
        }
        event.prevent_default();
        self.go(place);
    }
}
