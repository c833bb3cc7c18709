//! The caller, and the site itself.

use serde_json::json;

use super::view::{View, jira_time};
use crate::gateway::{Answered, Caller, Parameters, costly_answer, json_answer};
use crate::world::Language;

/// `GET myself`: the token's owner, who always sees the own address.
pub(super) async fn myself(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    let state = caller.state();
    let person = &state.world.people[caller.person];
    let expand = parameters.list("expand");
    let mut body = View::new(&caller, &state).whole_person(caller.person, &expand);
    body["emailAddress"] = person.email.as_str().into();
    body["locale"] = locale(person.language).into();
    Ok(costly_answer(&body, 2))
}

/// `GET mypreferences/locale`: the language of the profile.
pub(super) async fn my_locale(caller: Caller) -> Answered {
    caller.must_hold("manage:jira-configuration")?;
    let state = caller.state();
    let language = state.world.people[caller.person].language;
    Ok(json_answer(&json!({"locale": locale(language)})))
}

fn locale(language: Language) -> &'static str {
    match language {
        Language::English => "en_GB",
        Language::Korean => "ko_KR",
    }
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
