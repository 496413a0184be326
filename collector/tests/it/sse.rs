//! A client of server-sent events, as a browser is one.

use reqwest::{RequestBuilder, Response};

use crate::world::PATIENCE;

/// A stream of events, read as they come.
pub(crate) struct Events {
    response: Response,
    text: String,
}

impl Events {
    pub(crate) async fn begin(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// Name, id and data of the next event; comments, and ids without an event, are passed over.
    pub(crate) async fn next(&mut self) -> (String, String, String) {
        loop {
            let block = self.block().await;
            let field = |name: &str| {
                let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                line.unwrap_or_default().to_owned()
            };
            if !field("event").is_empty() {
                return (field("event"), field("id"), field("data"));
            }
        }
    }

    /// The next lines up to an empty one.
    pub(crate) async fn block(&mut self) -> String {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return block;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("an event");
            self.text += std::str::from_utf8(&chunk.expect("a whole answer").expect("no end")).expect("text");
        }
    }

    /// Waits for the end of the stream.
    pub(crate) async fn end(&mut self) {
        let chunks = async { while let Ok(Some(_)) = self.response.chunk().await {} };
        tokio::time::timeout(PATIENCE, chunks).await.expect("an end");
    }
}
