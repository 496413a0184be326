//! `links revoke`.

use super::client::{Client, NOTHING};

pub(super) async fn revoke(client: &Client) -> anyhow::Result<()> {
    client.call::<()>("DELETE", "/v1/last-score-links", NOTHING).await?.or_error()?;
    println!("All links to last scores that were made so far are revoked.");
    Ok(())
}
