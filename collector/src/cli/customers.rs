//! `customer erase`.

use super::client::{Client, NOTHING, escaped};
use crate::http::CustomerErased;

pub(super) async fn erase(
    client: &Client,
    id: &str,
    keep_scores: bool,
    without: &[String],
) -> anyhow::Result<()> {
    let keep = keep_scores.then(|| "keep=scores".to_owned());
    let without = without.iter().map(|name| format!("without={}", escaped(name)));
    let query: Vec<String> = keep.into_iter().chain(without).collect();
    let path = format!("/v1/customers/{}?{}", escaped(id), query.join("&"));
    let CustomerErased { responses, invitations } =
        client.call("DELETE", &path, NOTHING).await?.or_error()?;
    let left = if keep_scores { "The scores are nobody's now." } else { "Nothing is left." };
    println!("Erased {id:?}: responses {responses}, invitations {invitations}. {left}");
    Ok(())
}
