//! After the answer: a mail that thanks, invitations to tell others, and whether the words may be quoted.

use hearback::domain::timeline::What;
use reqwest::Method;
use serde_json::{Value, json};

use crate::company::{self, begun, submission, then};
use crate::mailbox::{happened, letter};
use crate::passes::{make_secret, sign};
use crate::world::{World, send, text};

/// A company that thanks by mail, invites everybody to tell others, and asks promoters whether it may quote them.
pub(crate) async fn world() -> World {
    let world =
        World::with(|settings| settings.public_url = Some("https://feedback.company.example".into())).await;
    world.put("/v1/surveys/support", &survey()).await.expect(201);
    world
}

pub(crate) fn survey() -> Value {
    let mut survey = company::survey();
    survey["questions"][1]["quote"] = json!({"of": ["promoter"], "text": {"en": "May Company quote you?", "ar": "هل يمكننا اقتباس كلماتك؟"}});
    survey["thanks"]["promoter"]["mail"] = json!("thank-you");
    survey["thanks"]["passive"]["mail"] = json!("thank-you");
    survey["thanks_minutes"] = json!(5);
    survey["reviews"] = json!([
        {"url": "https://reviews.example/company?a=1&b=2", "text": {"en": "Tell others", "ar": "أخبر الآخرين"}},
        {"url": "https://friends.example/", "text": {"en": "Invite a friend", "ar": "ادعُ صديقًا"}, "to": ["promoter"]}
    ]);
    survey
}

async fn invite(world: &World, customer: &str) -> String {
    world
        .invite(json!({"customer": customer, "email": format!("{customer}@x.example"), "first_name": "Ada"}))
        .await
}

/// When the next mail of a customer's only invitation is due.
async fn next_mail(world: &World, customer: &str) -> Value {
    let asked = world.get(&format!("/v1/customers/{customer}/invitations")).await.expect(200);
    asked["invitations"][0]["next_mail"].clone()
}

#[tokio::test]
async fn who_has_finished_is_thanked_once_by_mail_some_minutes_later() {
    let mut world = world().await;
    let token = invite(&world, "C-1").await;
    let first = begun(&token, json!({"nps": 9}));
    world.submit(&first).await.expect(201);
    assert_eq!(next_mail(&world, "C-1").await, Value::Null, "it is not finished");
    let mut whole = then(&first, json!({"nps": 9, "why": "good"}), true);
    whole["language"] = json!("ar");
    world.submit(&whole).await.expect(200);
    assert_eq!(next_mail(&world, "C-1").await, "2026-03-02T09:05:00Z");
    world.submit(&whole).await.expect(200);
    world.advance(6);
    let html = letter(&world, &token).await.html();
    assert!(html.contains("dir=\"rtl\"") && html.contains("وصلتنا إجابتك."), "{html}");
    for link in ["https://reviews.example/company?a=1&amp;b=2", "https://friends.example/", "/u/"] {
        assert!(
            html.contains(&format!("href=\"{link}")) || link == "/u/" && html.contains(link),
            "{link} in {html}"
        );
    }
    // What is changed after it is thanked for no more.
    world.submit(&then(&whole, json!({"nps": 7}), true)).await.expect(200);
    assert_eq!(next_mail(&world, "C-1").await, Value::Null);
    let steps = happened(&mut world, &token).await;
    assert_eq!(steps.iter().filter(|step| step.what == What::Thanked).count(), 1);
    assert!(!steps.iter().any(|step| step.what == What::Reminded));
}

#[tokio::test]
async fn who_changes_the_score_meanwhile_is_thanked_for_the_new_one_or_not_at_all() {
    let mut world = world().await;
    let (taken_back, changed) = (invite(&world, "C-1").await, invite(&world, "C-2").await);
    let first = submission(&taken_back, json!({"nps": 9}));
    world.submit(&first).await.expect(201);
    world.submit(&then(&first, json!({"nps": 2}), true)).await.expect(200);
    assert_eq!(next_mail(&world, "C-1").await, Value::Null, "nobody thanks a detractor by mail here");
    let first = submission(&changed, json!({"nps": 2}));
    world.submit(&first).await.expect(201);
    world.submit(&then(&first, json!({"nps": 8}), true)).await.expect(200);
    world.advance(6);
    let html = letter(&world, &changed).await.html();
    assert!(
        html.contains("Thank you") && html.contains("Tell others") && !html.contains("friends.example"),
        "{html}"
    );
    let steps = happened(&mut world, &taken_back).await;
    assert!(!steps.iter().any(|step| step.what == What::Thanked), "{steps:?}");
}

#[tokio::test]
async fn what_a_customer_agreed_to_stays_as_it_was_shown_until_it_is_asked_again() {
    let world = world().await;
    let token = invite(&world, "C-1").await;
    let mut first = begun(&token, json!({"nps": 9, "why": "good", "why_quote": "named"}));
    first["language"] = json!("ar");
    world.submit(&first).await.expect(201);
    let quote = async || {
        let page = world.get("/v1/responses?quotable=true").await.expect(200);
        page["responses"][0]["quote"].clone()
    };
    let given = quote().await;
    assert_eq!((&given["language"], &given["text"]), (&json!("ar"), &json!("هل يمكننا اقتباس كلماتك؟")));
    world.advance(1);
    let mut later = then(&first, json!({"nps": 10}), false);
    later["language"] = json!("en");
    world.submit(&later).await.expect(200);
    assert_eq!(quote().await, given);
    let mut whole = then(&later, json!({"nps": 10, "why": "good", "why_quote": "named"}), true);
    whole["language"] = json!("en");
    world.submit(&whole).await.expect(200);
    assert_eq!(quote().await["text"], "May Company quote you?", "it was shown again, and agreed to");
}

#[tokio::test]
async fn a_mail_that_thanks_asks_nobody() {
    let world = world().await;
    let invitation = json!({"customer": "C-1", "email": "c1@x.example", "mail": "thank-you"});
    let answer =
        world.post("/v1/invitations", &json!({"survey": "support", "invitations": [invitation]})).await;
    let said = answer.expect(422);
    assert_eq!(said["fields"][0]["path"], "invitations[0].mail", "{said:#}");
}

#[tokio::test]
async fn nobody_is_thanked_by_mail_who_wants_none_or_has_no_address_or_link() {
    let world = world().await;
    let unsubscribed = invite(&world, "C-1").await;
    world.post("/v1/suppressions", &json!({"suppressions": [{"email": "C-1@x.example"}]})).await.expect(200);
    let unknown = world.invite(json!({"customer": "C-2"})).await;
    let (_, secret) = make_secret(&world).await;
    let pass = json!({"aud": "support", "sub": "C-3", "email": "c3@x.example", "exp": 1_772_445_600});
    for token in [unsubscribed, unknown, sign(&pass, &secret)] {
        world.submit(&submission(&token, json!({"nps": 9}))).await.expect(201);
    }
    for customer in ["C-1", "C-2", "C-3"] {
        assert_eq!(next_mail(&world, customer).await, Value::Null, "{customer}");
    }
}

#[tokio::test]
async fn invitations_to_tell_others_go_to_all_unless_the_survey_says_otherwise() {
    let world = world().await;
    let thanks = async |category: &str| {
        let path = format!("/v1/surveys/support/thanks?category={category}&language=en");
        let page = world.get(&path).await.expect(200);
        let texts = page["reviews"]
            .as_array()
            .map(|all| all.iter().map(|one| text(&one["text"])).collect::<Vec<_>>());
        texts.unwrap_or_default()
    };
    assert_eq!(thanks("promoter").await, ["Tell others", "Invite a friend"]);
    assert_eq!(
        (thanks("passive").await, thanks("detractor").await),
        (vec!["Tell others".into()], vec!["Tell others".to_owned()])
    );
    let token = invite(&world, "C-1").await;
    world.submit(&submission(&token, json!({"nps": 3}))).await.expect(201);
    let page = send(world.request(Method::GET, &format!("/s/{token}?thanks"))).await;
    assert!(page.text.contains(
        "href=\"https://reviews.example/company?a=1&amp;b=2\" target=\"_blank\" rel=\"noopener noreferrer\""
    ));
    assert!(!page.text.contains("friends.example"), "{}", page.text);
}

#[tokio::test]
async fn words_may_be_quoted_once_the_customer_has_said_so_and_until_that_is_taken_back() {
    let world = world().await;
    let list = async |query: &str| {
        world.get(&format!("/v1/responses?{query}")).await.expect(200)["responses"]
            .as_array()
            .cloned()
            .unwrap()
    };
    assert_eq!(list("quotable=true").await, [] as [Value; 0], "nobody has agreed yet");
    let answer = async |customer: &str, answers: Value| {
        let token = invite(&world, customer).await;
        let mut submission = submission(&token, answers);
        submission["language"] = json!("en");
        world.submit(&submission).await.expect(201);
        token
    };
    let named = answer("C-1", json!({"nps": 9, "why": "So kind", "why_quote": "named"})).await;
    answer("C-2", json!({"nps": 10, "why": "Fast", "why_quote": "unnamed"})).await;
    answer("C-3", json!({"nps": 9, "why": "Fine", "why_quote": "no"})).await;
    answer("C-4", json!({"nps": 9, "why": "Fine"})).await;
    // Who is not asked, and who has written nothing, has agreed to nothing.
    answer("C-5", json!({"nps": 3, "why": "Slow", "why_quote": "named"})).await;
    answer("C-6", json!({"nps": 9, "why_quote": "named"})).await;
    let quotable = list("quotable=true").await;
    let said: Vec<_> = quotable.iter().map(|one| (text(&one["customer"]), text(&one["quotable"]))).collect();
    assert_eq!(said, [("C-1".into(), "named".into()), ("C-2".into(), "unnamed".to_owned())]);
    assert_eq!(
        quotable[0]["quote"],
        json!({"question": "why", "named": true, "at": "2026-03-02T09:00:00Z", "version": 2, "language": "en",
            "text": "May Company quote you?"})
    );
    assert_eq!(
        (quotable[0]["attributes"]["quotable"].clone(), list("quotable=false").await.len()),
        (Value::Null, 4)
    );
    assert_eq!(list("where=quotable:unnamed").await.len(), 1);
    let csv = world.get("/v1/responses?quotable=true&format=csv").await.text;
    assert!(
        csv.lines().next().unwrap().contains(",completed_at,quotable,") && csv.contains(",named,"),
        "{csv}"
    );

    // The customer's own page; the company, for a customer; and for a response.
    let at = format!("/u/{named}");
    let page = send(world.request(Method::GET, &at)).await;
    assert!(page.text.contains("You have allowed us to quote your words."), "{}", page.text);
    let post = world.request(Method::POST, &at).header("Content-Type", "application/x-www-form-urlencoded");
    let page = send(post.body("leave=unquote")).await;
    assert!(
        page.text.contains("We will not quote your words.") && !page.text.contains("Withdraw"),
        "{}",
        page.text
    );
    let withdrawn = &list("where=survey:support").await[0];
    assert_eq!(
        (&withdrawn["quotable"], &withdrawn["quote"]["withdrawn_at"]),
        (&Value::Null, &json!("2026-03-02T09:00:00Z"))
    );
    assert_eq!(withdrawn["answers"], json!({"nps": 9, "why": "So kind"}));
    let delete = async |path: &str| send(world.with_key(Method::DELETE, path)).await;
    let id = text(&quotable[1]["id"]);
    delete(&format!("/v1/responses/{id}/quote")).await.expect(204);
    delete(&format!("/v1/responses/{id}/quote")).await.refused(404, "not_found");
    delete("/v1/responses/x/quote").await.refused(404, "not_found");
    assert_eq!(list("quotable=true").await.len(), 0);
    answer("C-7", json!({"nps": 9, "why": "Good", "why_quote": "named"})).await;
    assert_eq!(delete("/v1/customers/C-7/quotes").await.expect(200), json!({"withdrawn": 1}));
    assert_eq!(delete("/v1/customers/C-7/quotes").await.expect(200), json!({"withdrawn": 0}));
    assert_eq!(list("quotable=true").await.len(), 0);
}

#[tokio::test]
async fn whether_words_may_be_quoted_is_asked_below_them_with_nothing_chosen() {
    let world = world().await;
    let token = invite(&world, "C-1").await;
    let form = world.form(&token).await.expect(200);
    assert_eq!(form["questions"][1]["quote"], json!({"of": ["promoter"], "text": "May Company quote you?"}));
    let begun = begun(&token, json!({"nps": 10}));
    world.submit(&begun).await.expect(201);
    let at = format!("/s/{token}?at=why");
    let page = send(world.request(Method::GET, &at)).await.text;
    let radios: Vec<&str> = page
        .split("<input type=\"radio\"")
        .skip(1)
        .filter(|rest| rest.contains("name=\"why_quote\""))
        .collect();
    assert!(
        radios.len() == 3 && radios.iter().all(|radio| !radio.split('>').next().unwrap().contains("checked")),
        "{page}"
    );
    let id = page.split("name=\"hb-id\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let post = world.request(Method::POST, &at).header("Content-Type", "application/x-www-form-urlencoded");
    let answer = send(post.body(format!("hb-id={id}&why=Very+good&why_quote=unnamed"))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(world.responses().await[0]["quotable"], "unnamed");
    let wrong = submission(&invite(&world, "C-2").await, json!({"nps": 9, "why": "x", "why_quote": true}));
    let problem = world.submit(&wrong).await.refused(422, "invalid_answers");
    assert_eq!(problem["fields"][0]["path"], "answers.why_quote");
}

#[tokio::test]
async fn a_survey_whose_thanks_cannot_be_kept_is_refused_with_each_place() {
    let world = World::new().await;
    let mut survey = survey();
    survey["thanks"]["detractor"]["mail"] = json!("sorry");
    survey["thanks_minutes"] = json!(20_000);
    survey["reviews"][0]["url"] = json!("javascript:alert(1)");
    survey["questions"][0]["quote"] = json!({});
    survey["questions"][1]["quote"]["text"]["en"] = json!("May we, {first_name|you}?");
    let problem = world.put("/v1/surveys/support", &survey).await.refused(422, "invalid_survey");
    let mut paths: Vec<String> =
        problem["fields"].as_array().unwrap().iter().map(|field| text(&field["path"])).collect();
    paths.sort();
    assert_eq!(
        paths,
        [
            "questions[0].quote",
            "questions[1].quote",
            "questions[1].quote.text",
            "reviews[0].url",
            "thanks.detractor.mail",
            "thanks_minutes"
        ]
    );
    // A mail that a survey thanks by is not removed.
    world
        .put(
            "/v1/mails/sorry",
            &json!({"name": "sorry", "en": {"subject": "Sorry", "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>{{ thanks.title }}</mj-text></mj-column></mj-section></mj-body></mjml>"}}),
        )
        .await
        .expect(201);
    let mut sound = company::survey();
    sound["thanks"]["detractor"]["mail"] = json!("sorry");
    world.put("/v1/surveys/support", &sound).await.expect(201);
    let problem = send(world.with_key(Method::DELETE, "/v1/mails/sorry")).await.refused(409, "in_use");
    assert_eq!(problem["fields"][0]["path"], "thanks.detractor.mail");
}
