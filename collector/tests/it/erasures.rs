//! A customer can be erased: nothing that was kept of one is found, counted or listed any more.

use reqwest::Method;
use serde_json::{Value, json};

use crate::company::{begun, submission};
use crate::passes::{claims, make_secret, sign};
use crate::program::hearback;
use crate::world::{Answer, World, send, text};

async fn erase(world: &World, path: &str) -> Answer {
    send(world.with_key(Method::DELETE, &format!("/v1/customers/{path}"))).await
}

fn erased(responses: u64, invitations: u64) -> Value {
    json!({"responses": responses, "invitations": invitations})
}

/// A customer with an answer, one with half an answer, and an invitation to each that was never answered. Gives the tokens of
/// the first one's.
async fn two_customers(world: &World) -> Vec<String> {
    let mut tokens = Vec::new();
    for (customer, agent) in [("C-1", "amira"), ("C-2", "ben")] {
        let contract = format!("of {customer}");
        let about = json!({"customer": customer, "email": format!("{customer}@company.example"), "phone": "+49301234567",
            "first_name": "Ada", "agent": agent, "attributes": {"contract": contract, "region": "north"}});
        for _ in 0..3 {
            tokens.push(world.invite(about.clone()).await);
        }
        let answered = submission(&tokens[tokens.len() - 3], json!({"nps": 9, "why": "I am Ada"}));
        world.submit(&answered).await.expect(201);
        let without_score = begun(&tokens[tokens.len() - 2], json!({"why": "I am Ada"}));
        world.submit(&without_score).await.expect(201);
    }
    tokens.truncate(3);
    tokens
}

/// How many were asked and have answered.
async fn asked(world: &World) -> Value {
    world.get("/v1/nps?rates=true&by=agent").await.expect(200)["total"]["rates"].take()
}

/// The file that the numbers are kept in, written when the collector stopped, holds what others gave.
fn nothing_in_the_snapshot(world: &World) {
    let path = hearback::snapshot::path(&world.settings.directory);
    let file = std::fs::read(path).expect("a snapshot");
    let holds = |text: &str| file.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("of C-2") && !holds("of C-1"));
}

#[tokio::test]
async fn of_a_customer_who_is_erased_nothing_is_left() {
    let mut world = World::new().await;
    let tokens = two_customers(&world).await;
    // As if there never had been another one.
    let other = World::new().await;
    two_customers(&other).await;
    assert_eq!(erase(&other, "C-2").await.expect(200), erased(2, 3));

    assert_eq!(erase(&world, "C-1").await.expect(200), erased(2, 3));
    for _ in 0..2 {
        for path in ["C-1/last-score", "C-1@company.example/last-score?by=email"] {
            world.get(&format!("/v1/customers/{path}")).await.refused(404, "not_found");
        }
        let by_phone = world.get("/v1/customers/+49301234567/last-score?by=phone").await.expect(200);
        assert_eq!((&by_phone["customer"], &by_phone["matches"]), (&json!("C-2"), &json!(1)));
        for path in ["/v1/responses", "/v1/responses?format=ndjson", "/v1/responses?format=csv"] {
            let listed = world.get(path).await.text;
            assert!(!listed.contains("C-1") && listed.contains("of C-2"), "{path}: {listed}");
        }
        assert_eq!(world.nps("").await["n"], 1);
        assert_eq!(world.nps("where=attribute.contract:%22of%20C-1%22").await["n"], 0);
        assert_eq!(asked(&world).await, asked(&other).await, "who was asked is not counted either");
        for token in &tokens {
            let refusal = world.form(token).await.refused(404, "unknown_token");
            assert!(refusal["message"].is_string(), "in words that the customer understands");
            world.submit(&submission(token, json!({"nps": 1}))).await.refused(404, "unknown_token");
            assert_eq!(send(world.request(Method::GET, &format!("/s/{token}"))).await.status, 404);
        }
        assert_eq!(erase(&world, "C-1").await.expect(200), erased(0, 0), "again it does nothing");
        crate::verify::verify(&world).await.good();
        world.restart().await;
        nothing_in_the_snapshot(&world);
    }
    world.story(json!({"customer": "C-1"}), 3).await;
    assert_eq!(world.nps("").await["n"], 2, "who comes again is somebody new");
    let last = world.get("/v1/customers/C-1/last-score").await.expect(200);
    assert_eq!((&last["score"], &last["previous"]), (&json!(3), &json!(null)));
}

#[tokio::test]
async fn scores_may_stay_and_are_nobodys() {
    let mut world = World::new().await;
    let tokens = two_customers(&world).await;
    let rates = asked(&world).await;
    world.advance(5);
    let since = "2026-03-02T09:05:00Z";
    assert_eq!(
        erase(&world, "C-1?keep=scores&without=contract&without=channel").await.expect(200),
        erased(2, 3)
    );
    for _ in 0..2 {
        world.get("/v1/customers/C-1/last-score").await.refused(404, "not_found");
        world.form(&tokens[2]).await.refused(404, "unknown_token");
        world.submit(&submission(&tokens[0], json!({"nps": 1}))).await.refused(404, "unknown_token");
        assert_eq!(world.nps("").await["n"], 2);
        assert_eq!(world.nps("where=agent:amira and region:north").await["n"], 1);
        assert_eq!(world.nps("where=attribute.contract:%22of%20C-1%22").await["n"], 0);
        assert_eq!(asked(&world).await, rates, "as many were asked, and have answered");
        let page = world.get(&format!("/v1/responses?updated_since={since}")).await;
        assert!(!page.text.contains("C-1") && !page.text.contains("Ada"), "{}", page.text);
        let page = page.expect(200);
        let kept = page["responses"].as_array().unwrap();
        assert_eq!(kept.len(), 2, "who follows changes hears of it");
        assert_eq!(kept[0]["customer"], json!(null));
        assert_eq!((&kept[0]["answers"], &kept[1]["answers"]), (&json!({"nps": 9}), &json!({})));
        assert_eq!(kept[0]["attributes"], json!({"region": "north"}));
        crate::verify::verify(&world).await.good();
        world.restart().await;
        nothing_in_the_snapshot(&world);
    }
    assert_eq!(erase(&world, "C-1").await.expect(200), erased(0, 0), "they are no longer the customer's");
    assert_eq!(world.nps("").await["n"], 2);
}

#[tokio::test]
async fn an_answer_by_a_pass_is_erased_too_and_the_pass_makes_somebody_new() {
    let world = World::new().await;
    let pass = sign(&claims(), &make_secret(&world).await.1);
    world.submit(&submission(&pass, json!({"nps": 9}))).await.expect(201);
    assert_eq!(erase(&world, "C-1").await.expect(200), erased(1, 1));
    world.assert_nothing_stored().await;
    world.submit(&submission(&pass, json!({"nps": 4}))).await.expect(201);
    assert_eq!(world.get("/v1/customers/C-1/last-score").await.expect(200)["score"], 4);
}

#[tokio::test]
async fn the_number_of_an_erased_response_is_not_given_again() {
    let mut world = World::new().await;
    world.story(json!({"customer": "C-1"}), 9).await;
    let next = text(&world.get("/v1/responses").await.expect(200)["next"]);
    assert_eq!(erase(&world, "C-1").await.expect(200), erased(1, 1));
    world.restart().await;
    let nothing = world.get(&format!("/v1/responses?cursor={next}")).await.expect(200);
    assert_eq!((&nothing["responses"], &nothing["next"]), (&json!([]), &json!(next)));
    world.story(json!({"customer": "C-2"}), 8).await;
    let page = world.get(&format!("/v1/responses?cursor={next}")).await.expect(200);
    assert_eq!(page["responses"][0]["customer"], "C-2", "who reads on from there finds the new one");
}

#[tokio::test]
async fn a_customer_who_was_asked_very_often_is_erased_too() {
    let mut world = World::new().await;
    let body = json!({"survey": "support", "invitations": vec![json!({"customer": "C-1"}); 2100]});
    let made = world.post("/v1/invitations", &body).await.expect(201);
    world
        .submit(&submission(&text(&made["invitations"][2099]["token"]), json!({"nps": 9})))
        .await
        .expect(201);
    assert_eq!(erase(&world, "C-1").await.expect(200), erased(1, 2100));
    world.restart().await;
    world.assert_nothing_stored().await;
    world.form(&text(&made["invitations"][0]["token"])).await.refused(404, "unknown_token");
}

#[tokio::test]
async fn what_cannot_be_erased_so_is_told() {
    let world = World::new().await;
    for (path, field) in [
        ("%00", "customer"),
        ("C-1?without=region", "without"),
        ("C-1?keep=scores&without=No%20name", "without"),
        ("C-1?keep=scores&without=region&without=customer", "without"),
    ] {
        let problem = erase(&world, path).await.refused(400, "invalid_query");
        assert_eq!(problem["fields"][0]["path"], field, "{path}");
    }
    for path in ["C-1?keep=all", "C-1?kep=scores"] {
        erase(&world, path).await.refused(400, "invalid_query");
    }
    assert_eq!(erase(&world, "nobody").await.expect(200), erased(0, 0));
}

#[tokio::test]
async fn the_command_line_erases_with_a_collector_and_without() {
    let mut world = World::new().await;
    two_customers(&world).await;
    world.story(json!({"customer": "Kunde 7/ä?"}), 2).await;
    let directory = world.settings.directory.display().to_string();
    let place = world.place().to_owned();
    let run = async |arguments: &[&str]| {
        let room = ["--directory", &directory, "--min-free-mib", "0", "--min-free-percent", "0"];
        hearback(&place, &[&["customer", "erase"], arguments, &room].concat()).await
    };
    let said = run(&["C-1", "--keep-scores", "--without", "contract"]).await.good();
    assert_eq!(said, "Erased \"C-1\": responses 2, invitations 3. The scores are nobody's now.\n");
    assert!(run(&["C-1", "--without", "contract"]).await.bad().contains("--keep-scores"));
    assert!(run(&["C-1", "--keep-scores", "--without", "a b"]).await.bad().contains("attribute's name"));
    let said = run(&["Kunde 7/ä?"]).await.good();
    assert_eq!(said, "Erased \"Kunde 7/ä?\": responses 1, invitations 1. Nothing is left.\n");
    world.stop().await.unwrap();
    let said = run(&["C-2"]).await.good();
    assert_eq!(said, "Erased \"C-2\": responses 2, invitations 3. Nothing is left.\n");
    world.start().await;
    assert_eq!(world.nps("").await["n"], 1);
}
