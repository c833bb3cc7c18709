//! Every type of field that Jira brings along, in both kinds of projects and in those that have fields of
//! their own: given to a new issue, read, changed, cleared, given a wrong value, and given without the
//! permission. The tables of docs/ISSUES.md are printed from here.

mod rows;
mod scene;

use std::fmt::Write as _;

use serde_json::json;

use super::issues_page::page;
use rows::{CLOSED, Clearing, Home, Names, Row, rows};
use scene::Scene;

/// Walks all rows of a project, then takes the permissions away, and sees that nothing is written.
async fn every_type_in(project: &'static str) {
    let scene = Scene::of(project).await;
    let names = scene.names().await;
    let mut faults = Vec::new();
    let mut walked = Vec::new();
    for row in rows(&names).into_iter().filter(|row| row.home.is(project)) {
        let id = scene.id(row.name, row.word).await;
        match Box::pin(scene.walk(&id, &row)).await {
            Ok(key) => walked.push((row, id, key)),
            Err(fault) => faults.push(fault),
        }
    }
    let key = scene.plain().await;
    let closed = CLOSED.into_iter().filter(|(.., home)| home.is(project));
    for (name, word, _) in closed {
        let id = scene.id(name, word).await;
        faults.extend(Box::pin(scene.is_closed(&key, name, &id)).await.err());
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(!walked.is_empty(), "{project} has no such fields");

    scene.deny(&["CREATE_ISSUES", "EDIT_ISSUES"]).await;
    for (row, id, key) in walked {
        let before = scene.read(&key, &id).await;
        let edited = scene.edit(&key, &id, &row.first).await.unwrap_err();
        let created = scene.create(&row, &id, &row.first).await.unwrap_err();
        for (refused, permission) in [(edited, "EDIT_ISSUES"), (created, "CREATE_ISSUES")] {
            let permissions = &refused["details"]["permissions"];
            assert_eq!(
                (&refused["code"], permissions),
                (&json!("access_denied"), &json!([permission])),
                "{project} {}: {refused}",
                row.name
            );
        }
        assert_eq!(scene.read(&key, &id).await, before, "{}", row.name);
    }
}

#[tokio::test]
async fn every_type_of_field_is_written_read_cleared_and_refused_in_a_company_managed_project() {
    every_type_in("SHOP").await;
}

#[tokio::test]
async fn every_type_of_field_is_written_read_cleared_and_refused_in_a_team_managed_project() {
    every_type_in("MOB").await;
}

#[tokio::test]
async fn the_fields_of_help_desks_are_written_read_cleared_and_refused() {
    every_type_in("HELP").await;
}

#[tokio::test]
async fn the_level_of_issue_security_is_written_read_cleared_and_refused() {
    every_type_in("SEC").await;
}

/// The type of an issue that a team manages is changed by nobody.
#[tokio::test]
async fn what_a_team_managed_project_does_not_offer_is_told_as_not_settable() {
    let scene = Scene::of("MOB").await;
    let key = scene.plain().await;
    let company = ["Priority", "Environment", "Affects versions", "Epic Link"];
    for name in company.into_iter().chain(["Issue Type"]) {
        let refused = scene.edit(&key, name, &json!("x")).await.unwrap_err();
        assert_eq!(
            scene::reasons(&refused),
            ["not_settable"],
            "{name}: {refused}"
        );
    }
}

/// Some fields take permissions of their own, without which Jira does not offer them.
#[tokio::test]
async fn a_missing_permission_to_give_one_field_is_told_by_its_key() {
    for (project, fields) in [
        (
            "SHOP",
            &[
                ("Assignee", "user", "ASSIGN_ISSUES"),
                ("Reporter", "user", "MODIFY_REPORTER"),
                ("Due date", "date", "SCHEDULE_ISSUES"),
            ][..],
        ),
        (
            "MOB",
            &[
                ("Assignee", "user", "ASSIGN_ISSUES"),
                ("Due date", "date", "SCHEDULE_ISSUES"),
            ],
        ),
        ("SEC", &[("Security Level", "option", "SET_ISSUE_SECURITY")]),
    ] {
        let scene = Scene::of(project).await;
        let key = scene.plain().await;
        let names = scene.names().await;
        let denied: Vec<&str> = fields.iter().map(|(.., permission)| *permission).collect();
        scene.deny(&denied).await;
        for (name, word, permission) in fields {
            let row = rows(&names)
                .into_iter()
                .find(|row| row.name == *name)
                .unwrap();
            let id = scene.id(name, word).await;
            for called in [*name, &id] {
                let edited = scene.edit(&key, called, &row.first).await.unwrap_err();
                let created = scene.create(&row, called, &row.first).await.unwrap_err();
                for refused in [edited, created] {
                    assert_eq!(refused["code"], "access_denied", "{name}: {refused}");
                    let permissions = &refused["details"]["permissions"];
                    assert_eq!(*permissions, json!([permission]), "{name}: {refused}");
                }
            }
            // Beside a field that is wrong anyhow, all that is wrong is told.
            let body = json!({
                "external_id": "a", "issue_id_or_key": key,
                "fields": {&id: row.first, "Codename": 7},
            });
            let told = scene.app.put(super::issues::EDIT, &body).await.expect(400);
            let mut told: Vec<&str> = scene::reasons(&told);
            told.sort_unstable();
            assert_eq!(told.len(), 2, "{told:?}");
            assert!(told.contains(&"not_settable"), "{told:?}");
        }
    }
}

/// Who may not write is told so in whichever way Jira says it.
#[tokio::test]
async fn a_missing_permission_is_told_whatever_jira_says() {
    for project in ["SHOP", "MOB"] {
        let scene = Scene::of(project).await;
        let names = scene.names().await;
        let row = rows(&names).into_iter().find(|row| row.name == "Codename");
        let row = row.unwrap();
        let id = scene.id("Codename", "text").await;
        let key = scene.create(&row, &id, &row.first).await.unwrap();
        scene.deny(&["CREATE_ISSUES", "EDIT_ISSUES"]).await;
        for path in [
            format!("get-edit-fields?external_id=a&issue_id_or_key={key}"),
            scene.create_fields_path(),
        ] {
            let path = format!("/api/backend/jira/{path}");
            let told = scene.app.get(&path).await.expect(403);
            assert_eq!(told["code"], "access_denied", "{path}: {told}");
        }
        for switch in ["forbidden", "bad_request"] {
            let switches = json!({"forbidden_edit": switch});
            scene.app.sandbox.set_switches(&switches).await;
            let edited = scene.edit(&key, &id, &row.second).await.unwrap_err();
            let created = scene.create(&row, &id, &row.second).await.unwrap_err();
            for refused in [edited, created] {
                assert_eq!(
                    refused["code"], "access_denied",
                    "{project} {switch}: {refused}"
                );
            }
        }
        assert_eq!(scene.read(&key, &id).await, row.first);
    }
}

/// The table of what can be given.
fn table() -> String {
    let mut table = "| field | `type` | only | a value | a wrong one | `reason` | `null` |\n\
        | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for row in rows(&Names::of_page()) {
        let clearing = match row.clearing {
            Clearing::Clears => "clears".to_owned(),
            Clearing::Refused(reason) => format!("`{reason}`"),
        };
        let cells: [String; 7] = [
            row.name.to_owned(),
            format!("`{}`", row.word),
            only(&row),
            format!("`{}`", row.first),
            format!("`{}`", row.wrong),
            format!("`{}`", row.reason),
            clearing,
        ];
        writeln!(table, "| {} |", cells.join(" | ").replace("|  |", "| |")).unwrap();
    }
    table
}

/// Where alone the field is.
fn only(row: &Row) -> String {
    let epics = if row.is_of_epics { "epics" } else { "" };
    let words = [row.home.word(), epics].into_iter();
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(", ")
}

/// The names of what nobody can give.
fn closed() -> String {
    let of = |wanted: Home| {
        let names = CLOSED.iter().filter(|(.., home)| *home == wanted);
        let names: Vec<&str> = names.map(|(name, ..)| *name).collect();
        names.join(", ")
    };
    format!(
        "{}; in service projects {}.",
        of(Home::Any),
        of(Home::Service)
    )
}

#[test]
fn the_page_has_the_tables_that_are_walked() {
    let page = page();
    for table in [table(), closed()] {
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_there = page.contains(&table) || flat(&page).contains(&flat(&table));
        assert!(
            is_there,
            "docs/ISSUES.md is out of step; it should have:\n{table}"
        );
    }
}
