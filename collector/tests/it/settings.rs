//! Settings of the real binary: where they come from, which goes first, and what is said when they do not work.

use std::fs;

use crate::program::{hearback as run, hearback_with as run_with};
use crate::world::World;

/// Every setting, as a flag.
const FLAGS: [&str; 68] = [
    "listen",
    "directory",
    "public-url",
    "try-pages",
    "trusted-proxies",
    "phone-country",
    "log",
    "log-format",
    "cache-mib",
    "min-free-mib",
    "min-free-percent",
    "snapshot-minutes",
    "snapshot-changes",
    "limit-submission-bytes",
    "limit-comment-characters",
    "limit-invitations-per-call",
    "limit-body-bytes",
    "limit-attributes",
    "limit-attribute-bytes",
    "limit-page",
    "limit-queue",
    "limit-request-seconds",
    "limit-connections",
    "limit-groups",
    "limit-smallest-group",
    "limit-listeners",
    "limit-streams",
    "limit-webhooks",
    "limit-key-per-second",
    "limit-address-per-second",
    "limit-link-per-minute",
    "limit-sign-in-per-hour",
    "limit-sign-in-address-per-hour",
    "limit-sign-in-account-per-hour",
    "limit-callers",
    "people-people",
    "people-password-characters",
    "people-session-idle-minutes",
    "people-session-hours",
    "people-sessions",
    "people-invite-hours",
    "people-hashes-at-once",
    "limit-note-characters",
    "limit-case-entries",
    "events-keep-days",
    "webhooks-allow",
    "webhooks-retry",
    "webhooks-timeout-seconds",
    "webhooks-connections",
    "webhooks-ca-file",
    "webhooks-rotation-hours",
    "webhooks-keep-days",
    "webhooks-keep-deliveries",
    "webhooks-log-bytes",
    "smtp-server",
    "smtp-user",
    "smtp-password-file",
    "smtp-tls",
    "smtp-ca-file",
    "smtp-from",
    "smtp-envelope-from",
    "smtp-connections",
    "smtp-per-second",
    "smtp-timeout-seconds",
    "smtp-retry-hours",
    "smtp-dkim-domain",
    "smtp-dkim-selector",
    "smtp-dkim-key-file",
];

#[tokio::test]
async fn every_setting_is_explained_with_its_variable_and_its_default() {
    let place = tempfile::tempdir().unwrap();
    let help = run(place.path(), &["--help"]).await.good();
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for flag in FLAGS {
        let entry =
            words.split(&format!("--{flag} <")).nth(1).unwrap_or_else(|| panic!("no {flag} in {help}"));
        let entry = entry.split(" --").next().unwrap();
        assert!(entry.contains("[default: "), "{flag}: {entry}");
        let variable = format!("[env: HEARBACK_{}=]", flag.replace('-', "_").to_uppercase());
        assert!(entry.contains(&variable), "{flag}: {entry}");
    }
    assert_eq!(words.matches("[env: HEARBACK_").count(), FLAGS.len() + 1, "the rest is --config");
    for command in [
        "serve",
        "survey",
        "organisation",
        "invite",
        "bounce",
        "customer",
        "webhooks",
        "verify",
        "key",
        "secret",
        "links",
        "people",
        "mail",
        "check-config",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
    }
}

#[tokio::test]
async fn flags_go_before_the_environment_and_that_before_the_file() {
    let place = tempfile::tempdir().unwrap();
    let file =
        "listen = \"127.0.0.1:0\"\ncache_mib = 1\nmin_free_mib = 1\nlog = \"warn\"\n[limits]\npage = 1\n";
    fs::write(place.path().join("hearback.toml"), file).unwrap();
    let environment = [
        ("HEARBACK_CONFIG", "hearback.toml"),
        ("HEARBACK_CACHE_MIB", "2"),
        ("HEARBACK_MIN_FREE_MIB", "2"),
        ("HEARBACK_LIMIT_PAGE", "2"),
    ];
    let arguments = ["check-config", "--cache-mib", "3", "--limit-page", "3"];
    let said = run_with(place.path(), &environment, &arguments).await.good();
    for line in ["cache_mib = 3", "min_free_mib = 2", "page = 3", "log = \"warn\"", "queue = 4096"] {
        assert!(said.contains(line), "{line} in {said}");
    }
    assert!(said.ends_with("These settings work.\n"), "{said}");
}

#[tokio::test]
async fn a_settings_file_with_an_error_is_named_with_its_line() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("hearback.toml");
    for (text, parts) in [
        ("cache_mib = 1\ndirectry = \"x\"\n", ["line 2", "directry"]),
        ("cache_mib = 1\n[limits]\npages = 1\n", ["line 3", "pages"]),
        ("cache_mib = \"many\"\n", ["line 1", "many"]),
        ("phone_country = \"Germany\"\n", ["phone_country is \"Germany\"", "two letters"]),
        ("[limits]\nsubmission_bytes = 100000\n", ["limits.submission_bytes is 100000", "24576"]),
        ("[limits]\nsubmission_bytes = 255\n", ["limits.submission_bytes is 255", "from 256 to 24576"]),
        ("[limits]\ncomment_characters = 0\n", ["limits.comment_characters is 0", "from 1 to 16384"]),
        ("[limits]\ninvitations_per_call = 0\n", ["limits.invitations_per_call is 0", "from 1 to 100000"]),
        ("[limits]\nattributes = 257\n", ["limits.attributes is 257", "from 1 to 256"]),
        ("[limits]\nattribute_bytes = 4097\n", ["limits.attribute_bytes is 4097", "from 1 to 4096"]),
        ("[limits]\nattributes = 256\n", ["limits.attributes times limits.attribute_bytes", "at most 24576"]),
        ("[limits]\npage = 10001\n", ["limits.page is 10001", "from 1 to 10000"]),
        ("[limits]\nqueue = 0\n", ["limits.queue is 0", "from 1 to 1000000"]),
        ("[limits]\nrequest_seconds = 0\n", ["limits.request_seconds is 0", "from 1 to 3600"]),
        ("cache_mib = 0\n", ["cache_mib is 0", "from 1 to 1048576"]),
        ("cache_mib = 1048577\n", ["cache_mib is 1048577", "from 1 to 1048576"]),
        ("min_free_percent = 100\n", ["min_free_percent is 100", "from 0 to 99"]),
        ("trusted_proxies = [\"nginx\"]\n", ["trusted_proxies", "nginx"]),
        ("[limits]\nnote_characters = 9000\n", ["limits.note_characters is 9000", "from 1 to 8000"]),
        ("[limits]\ncallers = 0\n", ["limits.callers is 0", "from 1 to 10000000"]),
        ("[limits]\nkey_per_second = 1000001\n", ["limits.key_per_second is 1000001", "from 0 to 1000000"]),
        ("snapshot_minutes = 0\n", ["snapshot_minutes is 0", "from 1 to 10080"]),
        ("snapshot_minutes = 10081\n", ["snapshot_minutes is 10081", "from 1 to 10080"]),
        ("snapshot_changes = 0\n", ["snapshot_changes is 0", "from 1 to 1000000000"]),
        (
            "[smtp]\nserver = \"smtp://mail.example.com\"\n",
            ["smtp.from is needed", "Company <feedback@example.com>"],
        ),
        (
            "[smtp]\nserver = \"mail.example.com\"\nfrom = \"a@b.example\"\n",
            ["smtp.server is \"mail.example.com\"", "smtp://HOST:PORT"],
        ),
        ("[smtp]\nfrom = \"nobody\"\n", ["smtp.from", "<address@example.com>"]),
        ("[smtp]\nuser = \"me\"\n", ["smtp.user is given without a password", "HEARBACK_SMTP_PASSWORD"]),
        ("[smtp]\npassword_file = \"gone\"\n", ["smtp.password_file", "cannot read gone"]),
        ("[smtp]\npassword = \"secret\"\n", ["line 2", "password"]),
        ("[smtp]\ntls = \"sometimes\"\n", ["line 2", "sometimes"]),
        ("[smtp]\nconnections = 0\n", ["smtp.connections is 0", "from 1 to 100"]),
        ("[smtp]\nper_second = 10001\n", ["smtp.per_second is 10001", "from 1 to 10000"]),
        ("[smtp]\ntimeout_seconds = 0\n", ["smtp.timeout_seconds is 0", "from 1 to 600"]),
        ("[smtp]\nretry_hours = 721\n", ["smtp.retry_hours is 721", "from 1 to 720"]),
        ("[smtp]\ndkim_domain = \"b.example\"\n", ["smtp.dkim_selector", "together or not at all"]),
        (
            "[smtp]\ndkim_domain = \"b.example\"\ndkim_selector = \"s\"\ndkim_key_file = \"gone\"\n",
            ["smtp.dkim_key_file", "cannot read gone"],
        ),
    ] {
        fs::write(&path, text).unwrap();
        for command in ["check-config", "serve"] {
            let said = run(place.path(), &["--config", "hearback.toml", command]).await.bad();
            assert!(parts.iter().all(|part| said.contains(part)), "{text}: {said}");
        }
    }
    assert!(!place.path().join("hearback-data").exists(), "nothing was made");
    let said = run(place.path(), &["--config", "gone.toml", "check-config"]).await.bad();
    assert!(said.contains("cannot read gone.toml"), "{said}");
    let said = run(place.path(), &["check-config", "--listen", "nowhere"]).await.bad();
    assert!(said.contains("--listen"), "{said}");
}

#[tokio::test]
async fn a_log_filter_that_means_nothing_is_refused() {
    let place = tempfile::tempdir().unwrap();
    for command in ["check-config", "serve"] {
        let said = run(place.path(), &[command, "--listen", "127.0.0.1:0", "--log", "a=b=c"]).await.bad();
        assert!(said.contains("a=b=c"), "{said}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let world = World::new().await;
    let address = world.address().to_string();
    for command in ["serve", "check-config"] {
        let said = run(world.place(), &[command, "--listen", &address, "--directory", "other"]).await.bad();
        assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
    }
    world.story(serde_json::json!({"customer": "C-1"}), 9).await;
}

#[tokio::test]
async fn settings_can_be_checked_beside_the_collector_that_has_them() {
    let world = World::new().await;
    let (address, directory) = (world.address().to_string(), world.settings.directory.display().to_string());
    let arguments = ["check-config", "--listen", &address, "--directory", &directory];
    let said = run(world.place(), &arguments).await.good();
    assert!(said.contains(&format!("A collector runs in {directory}: whether {address} is free")), "{said}");
    assert!(said.ends_with("These settings work.\n"), "{said}");
}

#[tokio::test]
async fn checking_makes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let arguments = ["check-config", "--listen", "127.0.0.1:0", "--directory", "some/data"];
    let said = run(place.path(), &arguments).await.good();
    assert!(said.contains("The directory some/data is not there yet: `hearback serve` makes it."), "{said}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    fs::create_dir_all(place.path().join("some/data")).unwrap();
    let said = run(place.path(), &arguments).await.good();
    assert!(!said.contains("not there yet"), "{said}");
    assert_eq!(fs::read_dir(place.path().join("some/data")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_directory_in_use_is_named_and_its_user_is_not_disturbed() {
    let world = World::new().await;
    let directory = world.settings.directory.display().to_string();
    let said =
        run(world.place(), &["serve", "--listen", "127.0.0.1:0", "--directory", &directory]).await.bad();
    assert!(said.contains(&format!("the directory {directory} is in use by another process")), "{said}");
    // Without the socket a command finds the same lock.
    world.make_key(&["read"]).await;
    std::fs::remove_file(hearback::socket_path(&world.settings.directory)).unwrap();
    let said = run(world.place(), &["key", "list", "--directory", &directory]).await.bad();
    assert!(said.contains("is in use by another process"), "{said}");
    world.story(serde_json::json!({"customer": "C-1"}), 9).await;
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("file"), "").unwrap();
    for command in ["serve", "check-config"] {
        let arguments = [command, "--listen", "127.0.0.1:0", "--directory", "file/data"];
        let said = run(place.path(), &arguments).await.bad();
        assert!(said.contains("cannot make") && said.contains("file/data"), "{said}");
    }
}
