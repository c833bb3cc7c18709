//! A project, and what is done to a field in it.

use axum::http::Method;
use jiff::SignedDuration;
use juncture_sandbox::Options;
use serde_json::{Value, json};

use super::rows::{Clearing, Names, Row};
use crate::api::issues::{CREATE, EDIT, send};
use crate::support::TestApp;
use crate::support::flow::ADA;
use crate::support::sandbox::TestSandbox;

/// A project of a site with all kinds of them.
pub(super) struct Scene {
    pub(super) app: TestApp,
    pub(super) project: &'static str,
    task: String,
    epic: String,
}

impl Scene {
    pub(super) async fn of(project: &'static str) -> Self {
        let options = Options {
            projects: 9,
            ..Options::default()
        };
        let app = TestApp::start_with(&[], TestSandbox::start_with(options).await).await;
        app.connect_as("a", ADA, "Acme").await;
        let path = format!("/api/backend/jira/get-project?external_id=a&jira_project_id={project}");
        let types = app.get(&path).await.expect(200)["issueTypes"].take();
        let of_level = |level: i64| {
            let mut types = types.as_array().unwrap().iter();
            let found = types.find(|one| one["hierarchyLevel"] == level);
            found.unwrap()["id"].as_str().unwrap().to_owned()
        };
        Self {
            project,
            task: of_level(0),
            epic: of_level(1),
            app,
        }
    }

    /// What has names of its own here.
    pub(super) async fn names(&self) -> Names {
        let account = async |name: &str| self.app.account_id(name).await;
        let epic = async || self.issue(&self.epic, &json!({})).await.unwrap();
        Names {
            ada: account("Ada Lindqvist").await,
            bruno: account("Bruno Okafor").await,
            esther: account("Esther Quaye").await,
            epics: [epic().await, epic().await],
            sprints: self.sprints().await,
            assets: self.assets().await,
        }
    }

    /// Two sprints that are not over.
    async fn sprints(&self) -> [Value; 2] {
        let project = match self.project {
            "MOB" => "MOB",
            _ => "SHOP",
        };
        let path = format!(
            "/api/backend/jira/get-all-sprints-for-project?external_id=a&jira_project_id={project}"
        );
        let found = self.app.get(&path).await.expect(200);
        let boards = found["boards"].as_array().unwrap().iter();
        let sprints = boards.flat_map(|board| board["sprints"].as_array().unwrap());
        let open = sprints.filter(|sprint| sprint["state"] != "closed");
        let mut open = open.map(
            |sprint| json!({"id": sprint["id"], "name": sprint["name"], "state": sprint["state"]}),
        );
        [open.next().unwrap(), open.next().unwrap()]
    }

    /// The first objects of Assets that an issue of the help desk has.
    async fn assets(&self) -> [Value; 2] {
        let held = self.read("HELP-5", "customfield_10008").await;
        let held = held.as_array().unwrap_or_else(|| panic!("{held}"));
        [held[0].clone(), held[1].clone()]
    }

    async fn issue(&self, issue_type: &str, fields: &Value) -> Result<String, Value> {
        let body = json!({
            "external_id": "a", "jira_project_id": self.project, "issue_type_id": issue_type,
            "summary": "A field", "fields": fields,
        });
        let answer = self.app.post(CREATE, &body).await;
        let told = answer.json();
        let key = told["ticket"]["key"].as_str().map(str::to_owned);
        key.ok_or(told)
    }

    /// A new issue with this value, of the type that has the field; its key, or the refusal.
    pub(super) async fn create(&self, row: &Row, id: &str, value: &Value) -> Result<String, Value> {
        let issue_type = if row.is_of_epics {
            &self.epic
        } else {
            &self.task
        };
        let fields = if row.is_for_new {
            json!({id: value})
        } else {
            json!({})
        };
        self.issue(issue_type, &fields).await
    }

    /// A new issue with this value in a field that nobody can give.
    pub(super) async fn create_with(&self, id: &str, value: &Value) -> Result<String, Value> {
        self.issue(&self.task, &json!({id: value})).await
    }

    /// Any new issue.
    pub(super) async fn plain(&self) -> String {
        self.issue(&self.task, &json!({})).await.unwrap()
    }

    pub(super) async fn edit(&self, key: &str, id: &str, value: &Value) -> Result<(), Value> {
        let body = json!({"external_id": "a", "issue_id_or_key": key, "fields": {id: value}});
        let answer = send(&self.app, Method::PUT, EDIT, None, &body).await;
        match answer.status.as_u16() {
            200 => Ok(()),
            _ => Err(answer.json()),
        }
    }

    /// The plain value of a field, as a search tells it.
    pub(super) async fn read(&self, key: &str, id: &str) -> Value {
        let search = json!({"external_id": "a", "jql": format!("key = {key}"), "fields": [id]});
        let path = "/api/backend/jira/search-issues";
        let mut found = self.app.post(path, &search).await.expect(200);
        found["issues"][0]["customFields"][id].take()
    }

    /// The ids of the fields with this name and word, the first of them if there are several.
    pub(super) async fn id(&self, name: &str, word: &str) -> String {
        let path = "/api/backend/jira/get-fields?external_id=a";
        let fields = self.app.get(path).await.expect(200)["fields"].take();
        let team = self.project == "MOB";
        let is_own = |id: &str| {
            // Those of the team-managed project have numbers of their own.
            let number = id.strip_prefix("customfield_");
            let number = number.and_then(|number| number.parse::<u32>().ok());
            number.is_none_or(|number| number < 10_100 || (number >= 10_200) == team)
        };
        let mut fields = fields.as_array().unwrap().iter();
        let found = fields.find(|field| {
            field["name"] == name && field["type"] == word && is_own(field["id"].as_str().unwrap())
        });
        let found = found.unwrap_or_else(|| panic!("no field {name} of type {word}"));
        found["id"].as_str().unwrap().to_owned()
    }

    /// Where the fields of new issues are told.
    pub(super) fn create_fields_path(&self) -> String {
        format!(
            "get-create-fields?external_id=a&jira_project_id={}&issue_type_id={}",
            self.project, self.task
        )
    }

    /// Takes permissions from Ada in this project.
    pub(super) async fn deny(&self, permissions: &[&str]) {
        let denial = json!({
            "site_id": self.app.site_id("Acme").await,
            "account_id": self.app.account_id(ADA).await,
            "project": self.project, "deny": permissions,
        });
        self.app.sandbox.control("permissions", &denial).await;
        // What was told before is kept for five minutes.
        self.app.advance(SignedDuration::from_mins(6)).await;
    }

    /// Gives a field its values, one after the other; the key of the issue that has had them.
    pub(super) async fn walk(&self, id: &str, row: &Row) -> Result<String, String> {
        let Row {
            name,
            first,
            second,
            wrong,
            reason,
            ..
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
        let refused = |what: &str, reason: &str, answer: Option<Value>| match answer {
            Some(refusal) if reasons(&refusal) == [reason] => Ok(()),
            Some(refusal) => Err(of(what, &refusal)),
            None => Err(of(what, &json!("it is taken"))),
        };
        let key = self.create(row, id, first).await;
        let key = key.map_err(|refusal| of("is not created", &refusal))?;
        if row.is_for_new {
            reads(&key, "is created as", first).await?;
            let created = self.create(row, id, wrong).await;
            refused("is created wrongly", reason, created.err())?;
        } else {
            let edited = self.edit(&key, id, first).await;
            edited.map_err(|refusal| of("is not edited", &refusal))?;
            reads(&key, "is edited to", first).await?;
            let given = self.create_with(id, first).await;
            refused("is given twice", "given_twice", given.err())?;
        }
        let changed = self.edit(&key, id, second).await;
        changed.map_err(|refusal| of("is not changed", &refusal))?;
        reads(&key, "is changed to", second).await?;
        let changed = self.edit(&key, id, wrong).await;
        refused("is changed wrongly", reason, changed.err())?;
        reads(&key, "is after the refusal", second).await?;
        let cleared = self.edit(&key, id, &Value::Null).await;
        match row.clearing {
            Clearing::Refused(reason) => {
                refused("is cleared", reason, cleared.err())?;
                reads(&key, "is after null", second).await?;
            }
            Clearing::Clears => {
                cleared.map_err(|refusal| of("is not cleared", &refusal))?;
                let left = self.read(&key, id).await;
                if !is_nothing(&left) {
                    return Err(of("is cleared to", &left));
                }
            }
        }
        Ok(key)
    }

    /// Sees that a field is given by nobody, for whatever reason.
    pub(super) async fn is_closed(&self, key: &str, name: &str, id: &str) -> Result<(), String> {
        for called in [name, id] {
            let edited = self.edit(key, called, &json!("x")).await.err();
            let created = self.create_with(called, &json!("x")).await.err();
            for refusal in [edited, created] {
                let refusal = refusal.ok_or_else(|| format!("{called} is taken"))?;
                let field = &refusal["details"]["fields"][0];
                if reasons(&refusal) != ["not_settable"] || field["id"] != id {
                    return Err(format!("{} {called}: {refusal}", self.project));
                }
            }
        }
        // It can be asked for all the same.
        self.read(key, id).await;
        Ok(())
    }
}

/// What is wrong, by the reasons of the fields.
pub(super) fn reasons(refusal: &Value) -> Vec<&str> {
    let fields = refusal["details"]["fields"].as_array();
    let fields = fields.into_iter().flatten();
    fields
        .filter_map(|field| field["reason"].as_str())
        .collect()
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}
