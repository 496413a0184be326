//! Which passes are taken, and what is said of the others.

use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_772_442_000; // 2026-03-02T09:00:00Z

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn survey() -> Survey {
    serde_json::from_value(json!({
        "id": "support", "page": "https://x.example", "languages": ["en"], "questions": [],
        "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
    }))
    .unwrap()
}

fn secret(text: &str) -> Box<SigningSecret> {
    Box::new(SigningSecret { id: "1".into(), secret: text.into(), created_at: now() })
}

fn encode(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn sign(header: &Value, claims: &Value, secret: &str) -> String {
    let signed = format!("{}.{}", encode(header), encode(claims));
    let hmac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&signed);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac.finalize().into_bytes()))
}

fn claims() -> Value {
    json!({"aud": "support", "sub": "C-1", "exp": NOW + 3600})
}

fn with(change: Value) -> Value {
    let mut claims = claims();
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn read_token(token: &str) -> Result<Pass, BadPass> {
    read(token, &survey(), &[secret("old"), secret("new")], now(), &Limits::default(), Phones::default())
}

fn read_claimed(claims: &Value) -> Result<Pass, BadPass> {
    read_token(&sign(&json!({"alg": "HS256", "typ": "JWT"}), claims, "new"))
}

fn said(claims: &Value) -> String {
    read_claimed(claims).unwrap_err().to_string()
}

/// The example of RFC 7515, appendix A.1: somebody else's signature, checked by our code.
#[test]
fn the_standards_own_signature_is_right() {
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let key = URL_SAFE_NO_PAD.decode(key).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let hmac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    assert!(hmac.chain_update(signed).verify_slice(&signature).is_ok());
    // Read as a pass it gets past nothing: no secret of ours made it.
    assert_eq!(read_token(token), Err(BadPass::Signature));
}

#[test]
fn a_pass_says_what_an_invitation_would() {
    let pass = read_claimed(&with(json!({
        "iat": NOW, "jti": "call-7", "email": "A@B.example", "phone": "+49 30 1234567", "first_name": "Ana",
        "agent": "amira", "language": "en-GB", "attributes": {"plan": "pro"}, "iss": "company", "more": [1]
    })))
    .unwrap();
    let invitation = &pass.invitation;
    assert_eq!(invitation.customer.as_ref().map(|id| id.as_str()), Some("C-1"));
    assert_eq!(invitation.agent.as_ref().map(|id| id.as_str()), Some("amira"));
    assert_eq!(
        (invitation.language.as_deref(), invitation.first_name.as_deref()),
        (Some("en-GB"), Some("Ana"))
    );
    assert_eq!(
        (invitation.attributes["plan"].as_str(), invitation.expires_at.as_second()),
        ("pro", NOW + 3600)
    );
    assert_eq!(pass.customer.email.as_deref(), Some("a@b.example"));
    assert_eq!(pass.customer.phone.as_deref(), Some("+49301234567"));
}

#[test]
fn each_secret_of_the_survey_will_do() {
    let header = json!({"alg": "HS256"});
    assert!(read_token(&sign(&header, &claims(), "old")).is_ok());
    assert!(read_token(&sign(&header, &claims(), "new")).is_ok());
    assert_eq!(read_token(&sign(&header, &claims(), "gone")), Err(BadPass::Signature));
    let none: [Box<SigningSecret>; 0] = [];
    let token = sign(&header, &claims(), "new");
    let refused = read(&token, &survey(), &none, now(), &Limits::default(), Phones::default());
    assert_eq!(refused, Err(BadPass::NoSecret("support".into())));
}

#[test]
fn only_the_one_algorithm_is_taken() {
    for alg in ["none", "None", "HS384", "HS512", "RS256", "hs256", ""] {
        // Signed rightly all the same: the name alone is reason enough.
        let token = sign(&json!({"alg": alg}), &claims(), "new");
        assert_eq!(read_token(&token), Err(BadPass::Algorithm(alg.into())));
        let unsigned = format!("{}.{}.", encode(&json!({"alg": alg})), encode(&claims()));
        assert_eq!(read_token(&unsigned), Err(BadPass::Algorithm(alg.into())));
    }
    let unsigned = format!("{}.{}.", encode(&json!({"alg": "HS256"})), encode(&claims()));
    assert_eq!(read_token(&unsigned), Err(BadPass::Signature));
}

#[test]
fn not_a_single_character_can_be_changed() {
    let token = sign(&json!({"alg": "HS256"}), &claims(), "new");
    assert!(read_token(&token).is_ok());
    for at in 0..token.len() {
        for other in ["A", "B", ".", "="] {
            let mut forged = token.clone();
            forged.replace_range(at..=at, other);
            assert!(forged == token || read_token(&forged).is_err(), "{forged}");
        }
    }
}

#[test]
fn what_is_no_token_is_told_apart() {
    for text in ["a.b", ".", "..", "a.b.c", "e30.e30.", "e30.e30.e30", "a.b.c.d", "é.é.é", "e30=.e30.e30"]
    {
        let said = read_token(text).unwrap_err().to_string();
        assert!(said.starts_with("it is no JSON Web Token"), "{text}: {said}");
    }
    let long = sign(&json!({"alg": "HS256"}), &with(json!({"more": "x".repeat(4096)})), "new");
    assert_eq!(read_token(&long), Err(BadPass::TooLong));
}

#[test]
fn a_pass_for_another_survey_is_none_for_this() {
    assert!(read_claimed(&with(json!({"aud": ["other", "support"]}))).is_ok());
    for (aud, named) in
        [(json!("other"), "\"other\""), (json!(["a", "b"]), "[\"a\", \"b\"]"), (json!([]), "[]")]
    {
        let expected = format!("it is for {named} (aud), not for the survey \"support\"");
        assert_eq!(said(&with(json!({"aud": aud}))), expected);
    }
}

#[test]
fn a_pass_has_its_time() {
    let pass = read_claimed(&claims()).unwrap();
    assert!(pass.clone().unexpired(Timestamp::from_second(NOW + 3599).unwrap()).is_ok());
    let late = pass.unexpired(Timestamp::from_second(NOW + 3600).unwrap());
    assert_eq!(late.unwrap_err().to_string(), "it expired at 2026-03-02T10:00:00Z (exp)");
    assert!(read_claimed(&with(json!({"exp": NOW + 31 * 86_400}))).is_ok());
    assert!(said(&with(json!({"exp": NOW + 31 * 86_400 + 1}))).ends_with("exp: more than 31 days ahead"));
    assert!(read_claimed(&with(json!({"nbf": NOW + 60}))).is_ok(), "clocks differ");
    assert_eq!(said(&with(json!({"nbf": NOW + 61}))), "it is not valid before 2026-03-02T09:01:01Z (nbf)");
    for wrong in [json!(-1), json!(1e300), json!("soon"), json!(null)] {
        assert!(said(&with(json!({"exp": wrong}))).contains("exp: "), "{wrong}");
    }
}

#[test]
fn everything_wrong_in_a_pass_is_named() {
    for missing in ["aud", "sub", "exp"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(missing);
        assert!(said(&claims).contains(missing), "{}", said(&claims));
    }
    let said = said(&with(json!({
        "sub": " ", "exp": NOW + 99 * 86_400, "email": "nobody", "agent": "a\u{0}b",
        "attributes": {"Plan": "x", "plan": "y".repeat(300)}
    })));
    for part in [
        "exp: more",
        "sub: must not",
        "email: ",
        "agent: must not",
        "attributes.Plan: ",
        "attributes.plan: longer",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    for (claim, path) in [
        (json!({"sub": 7}), "sub: invalid type: integer"),
        (json!({"attributes": {"plan": 7}}), "attributes.plan: invalid type: integer"),
    ] {
        let said = self::said(&with(claim));
        assert!(said.contains(path), "{said}");
    }
}

#[test]
fn one_interaction_has_one_key() {
    let key = |claims: Value| read_claimed(&with(claims)).unwrap().key;
    let day = key(json!({"iat": NOW}));
    // Another pass of the same day, whatever else it says.
    assert_eq!(day, key(json!({"iat": NOW + 3 * 3600, "exp": NOW + 9 * 3600, "email": "a@b.example"})));
    assert_eq!(day, key(json!({})), "the day of exp, where there is no iat");
    let call = key(json!({"jti": "call-7", "iat": NOW}));
    assert_eq!(call, key(json!({"jti": "call-7", "iat": NOW - 86_400})));
    let others = [
        day,
        call,
        key(json!({"iat": NOW - 10 * 3600})),
        key(json!({"jti": "call-8"})),
        key(json!({"jti": "2026-03-02"})),
        key(json!({"sub": "C-2", "iat": NOW})),
    ];
    for (i, one) in others.iter().enumerate() {
        assert!(!others[..i].contains(one), "{i}");
    }
}
