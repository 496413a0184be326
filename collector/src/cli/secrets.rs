//! `secret create`, `secret list` and `secret revoke`.

use super::client::{Client, NOTHING};
use crate::domain::names::is_survey_id;
use crate::domain::passes::SigningSecretView;
use crate::http::SigningSecretCreated;

pub(super) async fn create(client: &Client, survey: &str) -> anyhow::Result<()> {
    let made: SigningSecretCreated = client.call("POST", &address(survey)?, NOTHING).await?.or_error()?;
    // The secret alone, so that a script can take it from here.
    println!("{}", made.secret);
    eprintln!(
        "This secret is not shown again. `hearback secret revoke --survey {survey} {}` revokes it.",
        made.id
    );
    Ok(())
}

pub(super) async fn list(client: &Client, survey: &str) -> anyhow::Result<()> {
    let secrets: Vec<SigningSecretView> = client.call("GET", &address(survey)?, NOTHING).await?.or_error()?;
    println!("{:<12}  MADE", "ID");
    for secret in secrets {
        println!("{:<12}  {:.0}", secret.id, secret.created_at);
    }
    Ok(())
}

pub(super) async fn revoke(client: &Client, survey: &str, id: &str) -> anyhow::Result<()> {
    // The id becomes part of an address.
    let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric());
    anyhow::ensure!(is_id, "there is no signing secret {id:?}");
    let address = format!("{}/{id}", address(survey)?);
    client.call::<()>("DELETE", &address, NOTHING).await?.or_error()?;
    println!("The signing secret {id} is revoked.");
    Ok(())
}

fn address(survey: &str) -> anyhow::Result<String> {
    anyhow::ensure!(is_survey_id(survey), "there is no survey {survey:?}");
    Ok(format!("/v1/surveys/{survey}/signing-secrets"))
}
