//! Every type of field that Jira brings along, in both kinds of projects: given to a new issue, read,
//! changed, cleared, and given a wrong value. The table of docs/API.md is printed from here.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::issues::{CREATE, EDIT, send, start};
use crate::support::TestApp;

/// A field by its name, two values of it, and a wrong one with the reason.
struct Row {
    name: &'static str,
    first: Value,
    second: Value,
    wrong: Value,
    reason: &'static str,
}

fn row(
    name: &'static str,
    first: impl Into<Value>,
    second: impl Into<Value>,
    wrong: impl Into<Value>,
    reason: &'static str,
) -> Row {
    Row {
        name,
        first: first.into(),
        second: second.into(),
        wrong: wrong.into(),
        reason,
    }
}

/// The rows; `ada` and `bruno` are accounts.
#[expect(clippy::too_many_lines, reason = "a table")]
fn rows(ada: &str, bruno: &str) -> Vec<Row> {
    let person = |account: &str, name: &str| json!({"accountId": account, "displayName": name});
    let (ada, bruno) = (person(ada, "Ada Lindqvist"), person(bruno, "Bruno Okafor"));
    vec![
        row("Codename", "Falcon", "Eagle", 7, "wrong_type"),
        row(
            "Release notes",
            "It **works** now.",
            "- a\n- b",
            7,
            "wrong_type",
        ),
        row(
            "Documentation",
            "https://a.example/x",
            "https://b.example/",
            "nowhere",
            "not_a_url",
        ),
        row("Effort", json!(2.5), json!(3.5), "much", "wrong_type"),
        row(
            "Go-live",
            "2026-12-01",
            "2027-01-31",
            "tomorrow",
            "not_a_date",
        ),
        row(
            "Outage began",
            "2026-12-01T11:00:00.000+01:00",
            "2026-12-02T12:30:00.000+01:00",
            "noon",
            "not_a_datetime",
        ),
        row(
            "Keywords",
            json!(["a", "b"]),
            json!(["c"]),
            json!(["two words"]),
            "not_a_label",
        ),
        row("Severity", "Major", "Minor", "Gigantic", "unknown_value"),
        row("Channel", "Web", "App", "Smoke", "unknown_value"),
        row(
            "Platforms",
            json!(["iOS", "Web"]),
            json!(["Android"]),
            json!(["Abacus"]),
            "unknown_value",
        ),
        row(
            "Checks",
            json!(["Design"]),
            json!(["Legal", "Security"]),
            json!(["Taste"]),
            "unknown_value",
        ),
        row(
            "Region",
            json!(["Europe", "France"]),
            json!(["Asia"]),
            json!(["Europe", "Japan"]),
            "unknown_value",
        ),
        row(
            "Reviewers",
            json!([ada.clone(), bruno.clone()]),
            json!([bruno]),
            json!([7]),
            "wrong_type",
        ),
        row(
            "Owning group",
            "developers",
            "jira-users-acme",
            7,
            "wrong_type",
        ),
        row(
            "Informed groups",
            json!(["developers"]),
            json!(["jira-users-acme"]),
            json!([[]]),
            "wrong_type",
        ),
        row("Twin project", "SHOP", "PLAT", "NOPE", "unknown_value"),
        row("Found in", "1.0", "1.1", "99", "unknown_value"),
        row(
            "Verified in",
            json!(["1.0"]),
            json!(["1.0", "1.1"]),
            json!(["99"]),
            "unknown_value",
        ),
        row("Story Points", json!(5.5), json!(8.5), "five", "wrong_type"),
        row(
            "Labels",
            json!(["x"]),
            json!(["y", "z"]),
            json!([7]),
            "wrong_type",
        ),
        row("Due date", "2026-12-24", "2026-12-31", "soon", "not_a_date"),
    ]
}

/// The number of the field of this name in a project, or its id if Jira brings it along everywhere.
fn field_of<'a>(fields: &'a Value, name: &str) -> &'a Value {
    let mut fields = fields["fields"].as_array().unwrap().iter();
    let field = fields.find(|field| field["name"] == name);
    field.unwrap_or_else(|| panic!("no field {name}"))
}

struct Scene {
    app: TestApp,
    project: &'static str,
    issue_type: String,
    fields: Value,
}

impl Scene {
    async fn of(project: &'static str) -> Self {
        let app = start().await;
        let path = format!("/api/backend/jira/get-project?external_id=a&jira_project_id={project}");
        let types = app.get(&path).await.expect(200)["issueTypes"].take();
        let types = types.as_array().unwrap();
        let task = types.iter().find(|one| one["hierarchyLevel"] == 0).unwrap();
        let issue_type = task["id"].as_str().unwrap().to_owned();
        let path = format!(
            "/api/backend/jira/get-create-fields?external_id=a&jira_project_id={project}&issue_type_id={issue_type}"
        );
        let fields = app.get(&path).await.expect(200);
        Self {
            app,
            project,
            issue_type,
            fields,
        }
    }

    /// A new issue with this value; its key, or the refusal.
    async fn create(&self, id: &str, value: &Value) -> Result<String, Value> {
        let body = json!({
            "external_id": "a", "jira_project_id": self.project, "issue_type_id": self.issue_type,
            "summary": "A field", "fields": {id: value},
        });
        let answer = self.app.post(CREATE, &body).await;
        let told = answer.json();
        let key = told["ticket"]["key"].as_str().map(str::to_owned);
        key.ok_or(told)
    }

    async fn edit(&self, key: &str, id: &str, value: &Value) -> Result<(), Value> {
        let body = json!({"external_id": "a", "issue_id_or_key": key, "fields": {id: value}});
        let answer = send(&self.app, Method::PUT, EDIT, None, &body).await;
        match answer.status.as_u16() {
            200 => Ok(()),
            _ => Err(answer.json()),
        }
    }

    /// The plain value of a field, as a search tells it.
    async fn read(&self, key: &str, id: &str) -> Value {
        let search = json!({"external_id": "a", "jql": format!("key = {key}"), "fields": [id]});
        let path = "/api/backend/jira/search-issues";
        let mut found = self.app.post(path, &search).await.expect(200);
        found["issues"][0]["customFields"][id].take()
    }
}

/// What is wrong, by the reasons of the fields.
fn reasons(refusal: &Value) -> Vec<&str> {
    let fields = refusal["details"]["fields"].as_array();
    let fields = fields.into_iter().flatten();
    fields
        .filter_map(|field| field["reason"].as_str())
        .collect()
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

impl Scene {
    /// Gives a field its values, one after the other.
    async fn walk(&self, id: &str, row: &Row) -> Result<(), String> {
        let Row {
            name,
            first,
            second,
            wrong,
            reason,
        } = row;
        let of = |what: &str, value: &Value| format!("{} {name} {what}: {value}", self.project);
        let reads = async |key: &str, what: &str, wanted: &Value| {
            let value = self.read(key, id).await;
            if value == *wanted {
                Ok(())
            } else {
                Err(of(what, &value))
            }
        };
        let refused = |what: &str, refusal: Value| {
            if reasons(&refusal) == [*reason] {
                Ok(())
            } else {
                Err(of(what, &refusal))
            }
        };
        let key = self.create(id, first).await;
        let key = key.map_err(|refusal| of("is not created", &refusal))?;
        reads(&key, "is created as", first).await?;
        let changed = self.edit(&key, id, second).await;
        changed.map_err(|refusal| of("is not changed", &refusal))?;
        reads(&key, "is changed to", second).await?;
        match self.edit(&key, id, wrong).await {
            Err(refusal) => refused("is changed wrongly", refusal)?,
            Ok(()) => return Err(of("is changed to what is wrong", wrong)),
        }
        match self.create(id, wrong).await {
            Err(refusal) => refused("is created wrongly", refusal)?,
            Ok(_) => return Err(of("is created as what is wrong", wrong)),
        }
        reads(&key, "is after the refusal", second).await?;
        let cleared = self.edit(&key, id, &Value::Null).await;
        cleared.map_err(|refusal| of("is not cleared", &refusal))?;
        let cleared = self.read(&key, id).await;
        if is_nothing(&cleared) {
            Ok(())
        } else {
            Err(of("is cleared to", &cleared))
        }
    }
}

/// Walks all rows, and gives the table of docs/ISSUES.md.
async fn every_type_of(project: &'static str) -> String {
    let mut table =
        "| field | `type` | a value | a wrong one | `reason` |\n| --- | --- | --- | --- | --- |\n"
            .to_owned();
    let scene = Scene::of(project).await;
    let ada = scene.app.account_id("Ada Lindqvist").await;
    let bruno = scene.app.account_id("Bruno Okafor").await;
    let mut faults = Vec::new();
    for row in rows(&ada, &bruno) {
        let field = field_of(&scene.fields, row.name);
        let id = field["id"].as_str().unwrap();
        faults.extend(Box::pin(scene.walk(id, &row)).await.err());
        let word = field["type"].as_str().unwrap();
        let Row {
            name,
            first,
            wrong,
            reason,
            ..
        } = &row;
        let value = first
            .to_string()
            .replace(&ada, "5b10…")
            .replace(&bruno, "7120…");
        let line = format!("| {name} | `{word}` | `{value}` | `{wrong}` | `{reason}` |\n");
        table.push_str(&line);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    table
}

/// Who may not write is told so, and by which permission.
#[tokio::test]
async fn a_missing_permission_is_told_whatever_the_field() {
    for project in ["SHOP", "MOB"] {
        let scene = Scene::of(project).await;
        let field = field_of(&scene.fields, "Codename");
        let id = field["id"].as_str().unwrap();
        let key = scene.create(id, &json!("Falcon")).await.unwrap();
        let denial = json!({
            "site_id": scene.app.site_id("Acme").await,
            "account_id": scene.app.account_id("Ada Lindqvist").await,
            "project": project, "deny": ["CREATE_ISSUES", "EDIT_ISSUES"],
        });
        scene.app.sandbox.control("permissions", &denial).await;
        // What was told before is kept for five minutes.
        scene.app.advance(SignedDuration::from_mins(6)).await;
        for path in [
            format!("get-edit-fields?external_id=a&issue_id_or_key={key}"),
            format!(
                "get-create-fields?external_id=a&jira_project_id={project}&issue_type_id={}",
                scene.issue_type
            ),
        ] {
            let path = format!("/api/backend/jira/{path}");
            let told = scene.app.get(&path).await.expect(403);
            assert_eq!(told["code"], "access_denied", "{path}: {told}");
        }
        for switch in ["forbidden", "bad_request"] {
            let switches = json!({"forbidden_edit": switch});
            scene.app.sandbox.set_switches(&switches).await;
            let edited = scene.edit(&key, id, &json!("Eagle")).await.unwrap_err();
            assert_eq!(
                edited["code"], "access_denied",
                "{project} {switch}: {edited}"
            );
            let created = scene.create(id, &json!("Eagle")).await.unwrap_err();
            assert_eq!(
                created["code"], "access_denied",
                "{project} {switch}: {created}"
            );
        }
        assert_eq!(scene.read(&key, id).await, "Falcon");
    }
}

#[tokio::test]
async fn every_type_of_field_is_written_read_cleared_and_refused_in_a_company_managed_project() {
    let table = every_type_of("SHOP").await;
    assert!(
        super::issues_page::page().contains(&table),
        "docs/ISSUES.md is out of step; its table should be:\n{table}"
    );
}

#[tokio::test]
async fn every_type_of_field_is_written_read_cleared_and_refused_in_a_team_managed_project() {
    every_type_of("MOB").await;
}
