//! `key create`, `key list` and `key revoke`.

use super::client::{Client, NOTHING};
use crate::domain::access::{ApiKey, Scope};
use crate::http::{KeyCreatedView, KeyRequest};

pub(super) async fn create(client: &Client, name: String, scopes: Vec<Scope>) -> anyhow::Result<()> {
    let made: KeyCreatedView =
        client.call("POST", "/v1/keys", Some(&KeyRequest { name, scopes })).await?.or_error()?;
    // The key alone, so that a script can take it from here.
    println!("{}", made.key);
    eprintln!("This key is not shown again. `hearback key revoke {}` revokes it.", made.id);
    Ok(())
}

pub(super) async fn list(client: &Client) -> anyhow::Result<()> {
    let keys: Vec<ApiKey> = client.call("GET", "/v1/keys", NOTHING).await?.or_error()?;
    println!("{:<12}  {:<20}  {:<16}  NAME", "ID", "MADE", "SCOPES");
    for key in keys {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        println!("{:<12}  {:<20.0}  {:<16}  {}", key.id, key.created_at, scopes.join(","), key.name);
    }
    Ok(())
}

pub(super) async fn revoke(client: &Client, id: &str) -> anyhow::Result<()> {
    // The id becomes part of an address.
    let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    anyhow::ensure!(is_id, "there is no key {id:?}");
    client.call::<()>("DELETE", &format!("/v1/keys/{id}"), NOTHING).await?.or_error()?;
    println!("The key {id} is revoked.");
    Ok(())
}
