//! The mails that a collector without a mail server writes, and what it has noted of their invitations.

use std::collections::BTreeSet;
use std::fs;

use hearback::domain::secrets::Token;
use hearback::domain::timeline::{Step, steps};
use hearback::store::{Store, StoreError};
use jiff::Timestamp;
use mail_parser::{Message, MessageParser};

use crate::world::{World, until};

/// A mail, parsed by a library that is not ours.
pub(crate) struct Letter(Vec<u8>);

impl Letter {
    fn mail(&self) -> Message<'_> {
        MessageParser::default().parse(&self.0).expect("a mail")
    }

    /// Its Message-ID without the domain.
    pub(crate) fn id(&self) -> String {
        let mail = self.mail();
        mail.message_id().and_then(|id| id.split('@').next()).expect("a Message-ID").to_owned()
    }

    /// What it says as HTML.
    pub(crate) fn html(&self) -> String {
        self.mail().body_html(0).expect("HTML").into_owned()
    }

    /// Everything that it links to and shows, each once.
    pub(crate) fn links(&self) -> Vec<String> {
        let html = self.html();
        let text = self.mail().body_text(0).expect("a text").into_owned();
        let attribute = |beginning: &str| -> Vec<String> {
            let values = html.split(beginning).skip(1).filter_map(|rest| rest.split('"').next());
            values.map(|value| value.replace("&amp;", "&")).collect()
        };
        let words = text.split_whitespace().map(str::to_owned);
        let all: BTreeSet<String> =
            attribute("href=\"").into_iter().chain(attribute("src=\"")).chain(words).collect();
        all.into_iter().filter(|link| link.starts_with("http")).collect()
    }
}

/// The one mail of this invitation, once it is written and that is noted.
pub(crate) async fn letter(world: &World, token: &str) -> Letter {
    let directory = world.settings.directory.join("mails");
    until("a mail", async || {
        let files = fs::read_dir(&directory).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        let written: Vec<_> =
            files.filter(|path| path.extension().is_some_and(|ending| ending == "eml")).collect();
        let metrics = world.get("/metrics").await.text;
        if !metrics.contains(&format!("hearback_mails_total{{outcome=\"sent\"}} {}\n", written.len())) {
            return None;
        }
        let mut letters = written.into_iter().filter_map(|path| fs::read(path).ok()).map(Letter);
        letters.find(|letter| {
            String::from_utf8_lossy(&letter.0).contains(token) || letter.html().contains(token)
        })
    })
    .await
}

/// What happened to an invitation. The collector stands still for it.
pub(crate) async fn happened(world: &mut World, token: &str) -> Vec<Step> {
    world.stop().await.expect("an orderly stop");
    let options = world.settings.store_options();
    // The database's own threads may hold it for a moment longer.
    let store = until("the store", async || match Store::open(&options, Box::new(|_| {})) {
        Err(StoreError::Locked(_)) => None,
        opened => Some(opened.unwrap()),
    })
    .await;
    let hash = Token::parse(token).unwrap().hash();
    let (invitation, response) = store.invitation(hash).await.unwrap().expect("the invitation");
    let timeline = store.timeline(hash).await.unwrap();
    let steps = steps(&invitation, &timeline, response.as_ref(), Timestamp::UNIX_EPOCH);
    store.close();
    drop(store);
    world.start().await;
    steps
}
