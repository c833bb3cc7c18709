//! Rows that cannot be taken are told with their ids and why, and all others are taken.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::original::{Original, TOKEN};
use super::rows::assert_same;
use super::target::Target;
use crate::support::database::TestDatabase;

/// What the original's tables do not allow, but for this.
const LOOSEN: &str = r#"
    SET search_path = "juncture-core";
    ALTER TYPE provider ADD VALUE 'gitea';
    ALTER TABLE connection_external_map DROP CONSTRAINT connection_external_map_pkey,
        DROP CONSTRAINT connection_external_map_connection_id_fkey,
        ALTER external_id DROP NOT NULL, ALTER provider DROP NOT NULL, ALTER connection_id DROP NOT NULL;
    ALTER TABLE jira_connection DROP CONSTRAINT jira_connection_pkey, ALTER jira_site_id DROP NOT NULL,
        ALTER created_at DROP NOT NULL;
    ALTER TABLE connection ALTER refresh_token DROP NOT NULL, ALTER expires_at DROP NOT NULL,
        ALTER created_at DROP NOT NULL, ALTER last_updated DROP NOT NULL,
        ALTER invalid_refresh_token DROP NOT NULL"#;

/// Harm done to the connection `{c}`, and how that is told.
const HARM: [(&str, &str, &str); 26] = [
    (
        "UPDATE connection_external_map SET external_id = '' WHERE connection_id = {c}",
        "bad_external_id",
        "external_id must be 1 to 255 bytes long",
    ),
    (
        "UPDATE connection_external_map SET external_id = repeat('ü', 128) WHERE connection_id = {c}",
        "bad_external_id",
        "external_id must be 1 to 255 bytes long",
    ),
    (
        "UPDATE connection_external_map SET external_id = E'a\\nb' WHERE connection_id = {c}",
        "bad_external_id",
        "external_id must not contain control characters",
    ),
    (
        "UPDATE connection_external_map SET external_id = NULL WHERE connection_id = {c}",
        "null",
        "external_id is null",
    ),
    (
        "UPDATE connection_external_map SET provider = 'gitea' WHERE connection_id = {c}",
        "unknown_provider",
        "this server does not take over connections of this provider",
    ),
    (
        "UPDATE connection_external_map SET provider = NULL WHERE connection_id = {c}",
        "null",
        "provider is null",
    ),
    (
        "DELETE FROM connection_external_map WHERE connection_id = {c}",
        "no_row",
        "no row in connection_external_map",
    ),
    (
        "INSERT INTO connection_external_map VALUES ('second', 'jira', {c})",
        "several_rows",
        "several rows in connection_external_map",
    ),
    (
        "UPDATE connection_external_map SET external_id = 'twin' WHERE connection_id = {c}",
        "",
        "",
    ),
    (
        "UPDATE connection_external_map SET external_id = 'twin' WHERE connection_id = {c}",
        "already_connected",
        "its external_id is connected here as {previous}",
    ),
    (
        "UPDATE connection SET refresh_token = NULL WHERE connection_id = {c}",
        "null",
        "refresh_token is null",
    ),
    (
        "UPDATE connection SET refresh_token = ' ' WHERE connection_id = {c}",
        "empty",
        "refresh_token is empty",
    ),
    (
        "UPDATE connection SET expires_at = NULL WHERE connection_id = {c}",
        "null",
        "expires_at is null",
    ),
    (
        "UPDATE connection SET expires_at = 'infinity' WHERE connection_id = {c}",
        "unreadable",
        "expires_at has a value of another kind than it should",
    ),
    (
        "UPDATE connection SET expires_at = '20000-01-01' WHERE connection_id = {c}",
        "unreadable",
        "expires_at has a value of another kind than it should",
    ),
    (
        "UPDATE connection SET created_at = NULL WHERE connection_id = {c}",
        "null",
        "created_at is null",
    ),
    (
        "UPDATE connection SET created_at = '-infinity' WHERE connection_id = {c}",
        "unreadable",
        "created_at has a value of another kind than it should",
    ),
    (
        "UPDATE connection SET last_updated = NULL WHERE connection_id = {c}",
        "null",
        "last_updated is null",
    ),
    (
        "UPDATE connection SET invalid_refresh_token = NULL WHERE connection_id = {c}",
        "null",
        "invalid_refresh_token is null",
    ),
    (
        "DELETE FROM jira_connection WHERE connection_id = {c}",
        "no_row",
        "no row in jira_connection",
    ),
    (
        "INSERT INTO jira_connection SELECT * FROM jira_connection WHERE connection_id = {c}",
        "several_rows",
        "several rows in jira_connection",
    ),
    (
        "UPDATE jira_connection SET jira_site_id = '' WHERE connection_id = {c}",
        "empty",
        "jira_site_id is empty",
    ),
    (
        "UPDATE jira_connection SET jira_site_id = NULL WHERE connection_id = {c}",
        "null",
        "jira_site_id is null",
    ),
    (
        "UPDATE jira_connection SET created_at = NULL WHERE connection_id = {c}",
        "null",
        "created_at is null",
    ),
    (
        "UPDATE jira_connection SET last_updated = 'infinity' WHERE connection_id = {c}",
        "unreadable",
        "last_updated has a value of another kind than it should",
    ),
    (
        "UPDATE jira_connection SET selected_jira_project_id = '' WHERE connection_id = {c}",
        "",
        "",
    ),
];

#[tokio::test]
async fn every_kind_of_broken_row_is_told_in_sqlite() {
    broken_rows_are_told(Target::of(TestDatabase::sqlite())).await;
}

#[tokio::test]
async fn every_kind_of_broken_row_is_told_in_postgres() {
    broken_rows_are_told(Target::of(TestDatabase::postgres().await)).await;
}

async fn broken_rows_are_told(target: Target) {
    let original = Original::with(40).await;
    original.execute(LOOSEN).await;
    let there = original.rows().await;
    let mut expected = BTreeMap::new();
    let mut broken = Vec::new();
    for (number, (harm, reason, detail)) in HARM.into_iter().enumerate() {
        let id = there[number].connection_id;
        let harm = harm.replace("{c}", &format!("'{id}'"));
        original
            .execute(format!(r#"SET search_path = "juncture-core"; {harm}"#))
            .await;
        if !reason.is_empty() {
            let previous = number
                .checked_sub(1)
                .map(|previous| there[previous].connection_id);
            let detail = detail.replace("{previous}", &previous.unwrap_or_default().to_string());
            expected.insert(id.to_string(), (reason.to_owned(), detail));
            broken.push(id);
        }
    }
    let lonely = r#"INSERT INTO "juncture-core".connection_external_map VALUES
        ('lonely', 'jira', '00000000-0000-4000-8000-000000000001'), ('nobody', 'jira', NULL)"#;
    original.execute(lonely).await;

    let run = target.run(original.url(), &[]);
    run.assert(40 - broken.len(), 0, broken.len() + 2);
    let (strays, lines): (Vec<_>, Vec<_>) = run
        .lines
        .iter()
        .partition(|line| line["detail"] == "no row in connection");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let told: BTreeMap<_, _> = lines
        .iter()
        .map(|line| {
            (
                text(&line["connection_id"]),
                (text(&line["reason"]), text(&line["detail"])),
            )
        })
        .collect();
    assert_eq!(told, expected);
    assert_eq!(lines.len(), broken.len(), "each is told once");
    let stray = |id: Value, external_id: &str| {
        json!({
            "connection_id": id, "external_id": external_id, "provider": "jira",
            "reason": "no_row", "detail": "no row in connection",
        })
    };
    let lonely = stray(json!("00000000-0000-4000-8000-000000000001"), "lonely");
    assert_eq!(strays, [&lonely, &stray(Value::Null, "nobody")]);

    // The console tells the same, in words that do it no harm.
    for (id, (_, detail)) in &expected {
        let line = run
            .report
            .lines()
            .find(|line| line.starts_with(id.as_str()));
        assert!(
            line.is_some_and(|line| line.ends_with(detail)),
            "{id}: {}",
            run.report
        );
    }
    assert!(
        run.report
            .contains(r#""a\nb"  jira: external_id must not contain control characters"#),
        "{}",
        run.report
    );
    for (reason, count) in [
        ("null", 9),
        ("unreadable", 4),
        ("no_row", 4),
        ("several_rows", 2),
    ] {
        assert_eq!(run.count(reason), count, "{}", run.report);
    }
    let lines = format!("{:?}", run.lines);
    for said in [&run.report, &run.progress, &lines] {
        assert!(!said.contains(TOKEN), "no token is told: {said}");
    }

    // All others have arrived, and an empty selection as none.
    let mut whole = there;
    for (row, (harm, ..)) in whole.iter_mut().zip(HARM) {
        if harm.contains("twin") {
            "twin".clone_into(&mut row.external_id);
        }
        if harm.contains("selected_jira_project_id") {
            row.project = None;
        }
    }
    whole.retain(|row| !broken.contains(&row.connection_id));
    assert_same(&target.rows().await, &whole);

    // What is mended there is taken by the next run.
    let mended = there_id(&expected, "refresh_token is empty");
    let mend = format!(
        r#"UPDATE "juncture-core".connection SET refresh_token = 'mended' WHERE connection_id = '{mended}'"#
    );
    original.execute(mend).await;
    let again = target.run(original.url(), &[]);
    again.assert(1, whole.len(), broken.len() + 1);
}

/// The id of the connection that this was told of.
fn there_id(told: &BTreeMap<String, (String, String)>, detail: &str) -> String {
    let found = told.iter().find(|(_, told)| told.1 == detail);
    found.unwrap().0.clone()
}
