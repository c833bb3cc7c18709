//! The caller, other people, and the site itself.

use axum::http::StatusCode;
use serde_json::json;

use super::issues;
use super::projects::find_project;
use super::view::{View, jira_time};
use super::window::Window;
use crate::gateway::{Answered, Caller, Parameters, Sentence, costly_answer, json_answer};
use crate::world::{Language, Permission};

/// What `expand` can add to a person in Jira, and not here.
const EXPANSIONS: [&str; 2] = ["applicationRoles", "groups"];

/// `GET myself`: the token's owner, who always sees the own address.
pub(super) async fn myself(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    caller.must_simulate("expand", &parameters.list("expand"), &EXPANSIONS)?;
    let state = caller.state();
    let person = &state.world.people[caller.person];
    let mut body = View::new(&caller, &state).person(caller.person);
    body["emailAddress"] = person.email.as_str().into();
    body["locale"] = match person.language {
        Language::English => "en_GB",
        Language::Korean => "ko_KR",
    }
    .into();
    body["groups"] = json!({"size": 1, "items": []});
    body["applicationRoles"] = json!({"size": 1, "items": []});
    body["expand"] = "groups,applicationRoles".into();
    Ok(costly_answer(&body, 2))
}

/// `GET user?accountId=…`
pub(super) async fn show(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    caller.must_simulate("expand", &parameters.list("expand"), &EXPANSIONS)?;
    let state = caller.state();
    let person = parameters
        .find("accountId")
        .and_then(|account_id| state.world.find_person(account_id))
        .filter(|person| state.world.sites[caller.site].members.contains(person))
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchThing))?;
    Ok(costly_answer(&View::new(&caller, &state).person(person), 2))
}

/// `GET user/assignable/search`: the people who can have an issue, or the issues of a project.
pub(super) async fn search_assignable(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    let window = Window::read(&parameters, 50, 1_000)?;
    parameters.must_lack(&caller, &["actionDescriptorId", "recommend"])?;
    let state = caller.state();
    let issue = parameters.find("issueKey").or(parameters.find("issueId"));
    let project = match (issue, parameters.find("project")) {
        (Some(id_or_key), _) => issues::find(&caller, &state, id_or_key)?.1,
        (None, Some(id_or_key)) => find_project(&caller, &state, id_or_key)
            .map_err(|sentence| caller.refuse(StatusCode::NOT_FOUND, &sentence))?,
        (None, None) => return Err(caller.bad_request(&Sentence::MissingProjectOrIssue)),
    };
    let query = parameters.find("query").unwrap_or_default().to_lowercase();
    let account_id = parameters.find("accountId");
    let site = &state.world.sites[caller.site];
    let members = site.members.iter().copied();
    let found: Vec<usize> = members
        .filter(|member| {
            site.may(
                &state.world.people,
                *member,
                project,
                Permission::AssignableUser,
            )
        })
        .filter(|member| {
            let person = &state.world.people[*member];
            let is_queried = person.display_name.to_lowercase().contains(&query)
                || (person.shows_email && person.email.starts_with(&query));
            is_queried && account_id.is_none_or(|wanted| wanted == person.account_id)
        })
        .collect();
    let view = View::new(&caller, &state);
    let page = window.cut(&found).iter();
    Ok(json_answer(
        &page.map(|index| view.person(*index)).collect(),
    ))
}

/// `GET serverInfo`: needs a token, and no scope.
pub(super) async fn server_info(caller: Caller) -> Answered {
    let state = caller.state();
    let site = &state.world.sites[caller.site];
    Ok(json_answer(&json!({
        "baseUrl": site.url(),
        "displayUrl": site.url(),
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100_287,
        "buildDate": "2026-09-01T00:00:00.000+0000",
        "serverTime": jira_time(state.clock.now(), &site.time_zone),
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": "Jira",
        "defaultLocale": {"locale": "en_US"},
        "serverTimeZone": site.time_zone,
    })))
}
