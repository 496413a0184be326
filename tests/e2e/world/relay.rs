//! A network that can be cut: between the pages and the collector, in browsers that cannot be told to be offline.

use anyhow::Result;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

pub(super) struct Relay {
    origin: String,
    cut: Sender<bool>,
    server: JoinHandle<()>,
}

impl Relay {
    /// Hands every connection on to what listens at this origin.
    pub(super) async fn start(to: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let to = to.trim_start_matches("http://").to_owned();
        let (cut, watched) = channel(false);
        let server = tokio::spawn(async move {
            while let Ok((page, _)) = listener.accept().await {
                tokio::spawn(hand_on(page, to.clone(), watched.clone()));
            }
        });
        Ok(Self { origin, cut, server })
    }

    /// Where pages find the collector.
    pub(super) fn origin(&self) -> String {
        self.origin.clone()
    }

    /// Ends every connection, and each new one at once; or lets them through again.
    pub(super) fn set_cut(&self, cut: bool) {
        self.cut.send_replace(cut);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn hand_on(mut page: TcpStream, to: String, mut cut: Receiver<bool>) {
    let both_ways = async {
        let mut collector = TcpStream::connect(to).await?;
        copy_bidirectional(&mut page, &mut collector).await
    };
    tokio::select! {
        biased;
        _ = cut.wait_for(|cut| *cut) => {}
        _ = both_ways => {}
    }
}
