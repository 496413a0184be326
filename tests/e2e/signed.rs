//! Customers whom the page knows: named by a signed pass, or, in a survey that is open to all, not named at all.

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{World, until};

/// A pass as the company's server signs it, for a customer's call; it can be used for so many seconds.
fn pass(secret: &str, interaction: &str, seconds: i64) -> Result<String> {
    #[expect(clippy::disallowed_methods, reason = "the collector, a real one, goes by the real clock")]
    let now = jiff::Timestamp::now().as_second();
    let claims = json!({"aud": "support", "sub": "C-77", "jti": interaction, "iat": now, "exp": now + seconds,
        "first_name": "Noor", "agent": "d.reyes", "attributes": {"product": "mobile"}});
    let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", encode(&json!({"alg": "HS256"})), encode(&claims));
    let hmac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?.chain_update(&signed);
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac.finalize().into_bytes())))
}

/// Puts this pass into the page, as its server does at each visit.
fn name_customer(world: &World, pass: &str) -> Result<()> {
    let with_pass = format!(r#"data-next="thanks.html" data-customer="{pass}""#);
    world.site.add_variant("account.html", &[(r#"data-next="thanks.html""#, &with_pass)])
}

/// Keys and values of everything that the browser keeps for the page.
async fn kept(world: &World) -> Result<Vec<(String, String)>> {
    let script = "return [sessionStorage, localStorage].flatMap((storage) => Object.entries(storage))";
    world.browser.run(script, Vec::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_whom_the_page_names_goes_on_with_a_new_pass() -> Result<()> {
    let world = World::new().await?;
    let made = world.api_of("admin").await?.post("/v1/surveys/support/signing-secrets", &json!({})).await?;
    let secret = made["secret"].as_str().context("a secret is made")?;
    let address = world.site.address("account.html");

    let first = pass(secret, "call-1", 600)?;
    name_customer(&world, &first)?;
    let page = SurveyPage::open(&world.browser, &address).await?;
    assert!(page.text_of(".intro").await?.contains("Noor"), "{}", page.text_of(".intro").await?);
    page.choose(4).await?;
    page.until_saved().await?;
    page.write("Half a sentence").await?;

    let second = pass(secret, "call-1", 900)?;
    assert_ne!(first, second);
    name_customer(&world, &second)?;
    world.browser.reload().await?;
    page.until_answerable().await?;
    assert_eq!((page.chosen().await?, page.written().await?), (Some(4), "Half a sentence".into()));

    page.write(", and the rest").await?;
    let signature = |pass: &str| pass.rsplit('.').next().unwrap_or_default().to_owned();
    for (key, _) in kept(&world).await? {
        assert!(
            !key.contains(&signature(&first)) && !key.contains(&signature(&second)),
            "{key} holds a pass"
        );
        assert!(key.starts_with("hearback-draft support C-77 call-1"), "nothing else is kept: {key}");
    }
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;

    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 4, "why": "Half a sentence, and the rest"}));
    assert_eq!((&response["customer"], &response["complete"]), (&json!("C-77"), &json!(true)));
    let known = json!({"channel": "login", "device": "desktop", "product": "mobile"});
    assert_eq!(response["attributes"], known);
    assert_eq!(world.api.last_score("C-77").await?["score"], 4);

    // Another call is asked about anew, and the last score follows.
    name_customer(&world, &pass(secret, "call-2", 600)?)?;
    let page = SurveyPage::open(&world.browser, &address).await?;
    assert_eq!((page.chosen().await?, page.written().await?), (None, String::new()));
    page.choose(9).await?;
    page.until_saved().await?;
    until("the second call's score", async || {
        Ok((world.api.last_score("C-77").await?["score"] == 9).then_some(()))
    })
    .await?;
    assert_eq!(world.api.responses().await?.len(), 2);
    let local: Vec<String> = world.browser.run("return Object.keys(localStorage)", Vec::new()).await?;
    assert_eq!(local, [""; 0], "what has arrived doesn't outlive the tab");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_has_expired_is_refused_in_words_and_stored_nowhere() -> Result<()> {
    let world = World::new().await?;
    let made = world.api_of("admin").await?.post("/v1/surveys/support/signing-secrets", &json!({})).await?;
    name_customer(&world, &pass(made["secret"].as_str().context("a secret is made")?, "call-1", -1)?)?;
    world.browser.open(&world.site.address("account.html")).await?;
    let problem = SurveyPage::on(&world.browser).until_problem().await?;
    assert!(!problem.is_empty() && !problem.contains("JSON"), "{problem}");
    assert_eq!(kept(&world).await?, []);
    assert!(world.api.responses().await?.is_empty());
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_survey_takes_what_the_page_tells_of_it() -> Result<()> {
    const BEFORE_BRAND: &str = "[brand]";
    let open = ["[open]\nattributes = [\"agent\", \"plan\"]\n\n", BEFORE_BRAND].concat();
    let world = World::asking(&[(BEFORE_BRAND, &open)]).await?;
    let told = r#"data-next="thanks.html" data-agent="d.reyes" data-attribute-plan="Fibre &quot;500&quot;" data-attribute-other="no""#;
    world.site.add_variant("open.html", &[(r#"data-next="thanks.html""#, told)])?;
    let page = SurveyPage::open(&world.browser, &world.site.address("open.html")).await?;
    page.answer(8, "Anybody").await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 8, "why": "Anybody"}));
    assert_eq!((&response["agent"], &response["customer"]), (&json!("d.reyes"), &Value::Null));
    assert_eq!(
        response["attributes"],
        json!({"channel": "page", "device": "desktop", "plan": "Fibre \"500\""}),
        "and nothing that the survey doesn't take"
    );
    world.finish().await
}
