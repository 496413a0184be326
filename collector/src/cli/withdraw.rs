//! `withdraw`: invitations taken back, by whatever the company knows of them.

use anyhow::Context;

use super::client::{Client, NOTHING, escaped};
use crate::http::InvitationsWithdrawn;

#[derive(clap::Args)]
#[group(id = "which", required = true, multiple = false)]
pub(super) struct Which {
    /// What the customer was invited about: the interaction's id
    #[arg(long, value_name = "ID")]
    interaction: Option<String>,
    /// The personal link, or its token
    #[arg(long)]
    link: Option<String>,
    /// The customer's id: all that can still be answered and was not
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
}

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Of this customer, only the invitation with this number, as it was given when it was made
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["interaction", "link", "survey"])]
    id: Option<u64>,
    /// Of this customer, only invitations to this survey
    #[arg(long, conflicts_with_all = ["interaction", "link"])]
    survey: Option<String>,
}

pub(super) async fn withdraw(client: &Client, arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { which, id, survey } = arguments;
    let one = match (&which.interaction, &which.link, &which.customer, id) {
        (Some(interaction), ..) => format!("/v1/interactions/{}", escaped(interaction)),
        (_, Some(link), ..) => format!("/v1/invitations/{}", escaped(token(link))),
        (.., Some(customer), Some(id)) => format!("/v1/customers/{}/invitations/{id}", escaped(customer)),
        (.., customer, None) => {
            let customer = customer.as_deref().context("nothing says what is to be withdrawn")?;
            let survey = survey.map(|survey| format!("?survey={}", escaped(&survey))).unwrap_or_default();
            let path = format!("/v1/customers/{}/invitations{survey}", escaped(customer));
            let done: InvitationsWithdrawn = client.call("DELETE", &path, NOTHING).await?.or_error()?;
            println!("Invitations withdrawn: {}.", done.withdrawn);
            return Ok(());
        }
        (None, None, None, Some(_)) => anyhow::bail!("nothing says whose invitation is to be withdrawn"),
    };
    client.call::<()>("DELETE", &one, NOTHING).await?.or_error()?;
    println!("The invitation is withdrawn.");
    Ok(())
}

/// The token of a personal link, of the company's page or one of the collector's; or what is a token already.
fn token(link: &str) -> &str {
    let query = link
        .split_once('?')
        .and_then(|(_, query)| query.split(['&', '#']).find_map(|pair| pair.strip_prefix("t=")));
    let path = link.split(['?', '#']).next().unwrap_or(link);
    query.unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn the_token_is_found_in_every_link() {
        for link in [
            "AAAA",
            "https://www.company.example/survey.html?t=AAAA",
            "https://www.company.example/?utm=x&t=AAAA&b#part",
            "https://feedback.company.example/s/AAAA?language=ar",
            "https://feedback.company.example/u/AAAA",
        ] {
            assert_eq!(token(link), "AAAA", "{link}");
        }
    }
}
