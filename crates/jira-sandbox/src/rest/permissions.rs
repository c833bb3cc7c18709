//! What the caller may do: `mypermissions` and `permissions/check`.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::fields::must_administer;
use super::issues::{self, refuse_fields};
use super::payload::Payload;
use super::projects::find_project;
use crate::gateway::{Answered, Caller, FieldSentence, Parameters, Refusal, Sentence, json_answer};
use crate::sandbox::State;
use crate::world::{Permission, Project};

/// The most projects, and the most issues, of a check ("Get bulk permissions").
const LIMIT: usize = 1_000;

/// `GET mypermissions`: of a project, of an issue, or anywhere.
pub(super) async fn mine(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-work")?;
    let gaps = ["projectUuid", "projectConfigurationUuid", "commentId"];
    parameters.must_lack(&caller, &gaps)?;
    let asked = parameters.list("permissions");
    if asked.is_empty() {
        return Err(caller.bad_request(&Sentence::MissingPermissions));
    }
    let asked = read_keys(&caller, &asked)?;
    let state = caller.state();
    let project = context(&caller, &state, &parameters)?;
    let found: Map<String, Value> = asked
        .into_iter()
        .map(|permission| {
            let has = match project {
                Some(project) => may(&caller, &state, project, permission),
                None => may_anywhere(&caller, &state, permission),
            };
            (key_of(permission), describe(permission, has))
        })
        .collect();
    Ok(json_answer(&json!({"permissions": found})))
}

/// The project that is asked about, by itself or by one of its issues.
pub(super) fn context<'a>(
    caller: &Caller,
    state: &'a State,
    parameters: &Parameters,
) -> Result<Option<&'a Project>, Refusal> {
    let find = |name| parameters.find(name).filter(|text| !text.is_empty());
    if let Some(issue) = find("issueKey").or_else(|| find("issueId")) {
        return issues::find(caller, state, issue).map(|(_, project)| Some(project));
    }
    let Some(project) = find("projectKey").or_else(|| find("projectId")) else {
        return Ok(None);
    };
    find_project(caller, state, project)
        .map(Some)
        .map_err(|sentence| caller.refuse(StatusCode::NOT_FOUND, &sentence))
}

/// The permissions with these keys; one that nobody knows spoils the call.
pub(super) fn read_keys(caller: &Caller, keys: &[String]) -> Result<Vec<Permission>, Refusal> {
    let (mut permissions, mut unknown) = (Vec::new(), Vec::new());
    for key in keys {
        match serde_json::from_value(Value::from(key.as_str())) {
            Ok(permission) => permissions.push(permission),
            Err(_) => unknown.push((key.as_str(), FieldSentence::UnknownPermission)),
        }
    }
    if unknown.is_empty() {
        Ok(permissions)
    } else {
        Err(refuse_fields(caller, unknown))
    }
}

fn key_of(permission: Permission) -> String {
    let key = json!(permission);
    key.as_str().unwrap_or_default().to_owned()
}

pub(super) fn may(
    caller: &Caller,
    state: &State,
    project: &Project,
    permission: Permission,
) -> bool {
    let site = &state.world.sites[caller.site];
    site.may(&state.world.people, caller.person, project, permission)
}

fn may_anywhere(caller: &Caller, state: &State, permission: Permission) -> bool {
    let site = &state.world.sites[caller.site];
    if permission.is_global() {
        return site.may_everywhere(&state.world.people, caller.person, permission);
    }
    let mut projects = site.projects.iter();
    projects.any(|project| may(caller, state, project, permission))
}

fn describe(permission: Permission, has: bool) -> Value {
    let (id, name, description) = permission.facts();
    json!({
        "id": id.to_string(),
        "key": key_of(permission),
        "name": name,
        "type": if permission.is_global() { "GLOBAL" } else { "PROJECT" },
        "description": description,
        "havePermission": has,
    })
}

/// `GET permissions`: all that there are, for who administers Jira.
pub(super) async fn list(caller: Caller) -> Answered {
    caller.must_hold("manage:jira-configuration")?;
    let state = caller.state();
    must_administer(&caller, &state, &Sentence::OnlyAdministrators)?;
    let all: Map<String, Value> = Permission::ALL
        .into_iter()
        .map(|permission| {
            let mut body = describe(permission, false);
            if let Some(members) = body.as_object_mut() {
                members.retain(|name, _| name != "id" && name != "havePermission");
            }
            (key_of(permission), body)
        })
        .collect();
    Ok(json_answer(&json!({"permissions": all})))
}

/// `POST permissions/check`: of many projects and issues at once, by their numbers.
pub(super) async fn check(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let known = ["accountId", "globalPermissions", "projectPermissions"];
    let payload = Payload::read(&caller, &body, &known)?;
    let state = caller.state();
    let account = payload.text("accountId")?;
    if account.is_some_and(|account| account != caller.account_id) {
        let sentence = Sentence::OnlyAdministrators;
        return Err(caller.refuse(StatusCode::FORBIDDEN, &sentence));
    }
    let global = payload.texts("globalPermissions")?.unwrap_or_default();
    let global = read_keys(&caller, &global)?;
    let global: Vec<String> = global
        .into_iter()
        .filter(|permission| may_anywhere(&caller, &state, *permission))
        .map(key_of)
        .collect();
    let mut grants = Vec::new();
    let wishes = match payload.find("projectPermissions") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(wishes)) => wishes,
        Some(_) => return Err(payload.bad()),
    };
    for wish in wishes {
        grants.extend(check_wish(&caller, &state, &payload, wish)?);
    }
    Ok(json_answer(
        &json!({"globalPermissions": global, "projectPermissions": grants}),
    ))
}

/// For each permission of a wish, the projects and issues for which the caller has it.
fn check_wish(
    caller: &Caller,
    state: &State,
    payload: &Payload<'_>,
    wish: &Value,
) -> Result<Vec<Value>, Refusal> {
    let numbers = |name: &str| -> Result<Vec<u64>, Refusal> {
        let numbers: Vec<u64> = match &wish[name] {
            Value::Null => Vec::new(),
            Value::Array(items) => {
                let numbers: Option<_> = items.iter().map(Value::as_u64).collect();
                numbers.ok_or_else(|| payload.bad())?
            }
            _ => return Err(payload.bad()),
        };
        if numbers.len() > LIMIT {
            return Err(payload.bad());
        }
        Ok(numbers)
    };
    let (projects, issues) = (numbers("projects")?, numbers("issues")?);
    let keys = wish["permissions"]
        .as_array()
        .ok_or_else(|| payload.bad())?;
    let keys: Option<Vec<String>> = keys
        .iter()
        .map(|key| key.as_str().map(str::to_owned))
        .collect();
    let permissions = read_keys(caller, &keys.ok_or_else(|| payload.bad())?)?;
    let site = &state.world.sites[caller.site];
    let has = |project: u64, permission| {
        let project = site.project(project);
        project.is_some_and(|project| may(caller, state, project, permission))
    };
    let grants = permissions.into_iter().map(|permission| {
        let projects = projects.iter().filter(|id| has(**id, permission));
        let issues = issues.iter().filter(|id| {
            let issue = site.issues.get(id);
            issue.is_some_and(|issue| has(issue.project, permission))
        });
        json!({
            "permission": key_of(permission),
            "projects": projects.collect::<Vec<_>>(),
            "issues": issues.collect::<Vec<_>>(),
        })
    });
    Ok(grants.collect())
}
