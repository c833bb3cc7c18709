//! Groups and roles, and who is in them.

use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES};

struct Asker {
    cloud: Cloud,
    token: String,
}

impl Asker {
    async fn new(person: &str) -> Self {
        let cloud = Cloud::new().await;
        let scopes = format!("{SCOPES} manage:jira-configuration");
        let token = cloud.connect(person, "Acme", &scopes).await.access;
        Self { cloud, token }
    }

    async fn get(&self, tail: &str) -> (u16, Value) {
        let path = self.cloud.api("Acme", tail);
        self.cloud.get(&path, &self.token).await.answer()
    }

    async fn found(&self, tail: &str) -> Value {
        let (status, body) = self.get(tail).await;
        assert_eq!(status, 200, "{tail}: {body}");
        body
    }

    async fn permit(&self, person: &str, mut change: Value) {
        change["site_id"] = self.cloud.site("Acme").into();
        change["account_id"] = self.cloud.person(person).into();
        self.cloud.control("permissions", change).await;
    }

    async fn stop_browsing(&self, person: &str) {
        self.permit(person, json!({"deny": ["USER_PICKER"]})).await;
    }
}

fn message(text: &str) -> Value {
    json!({"errorMessages": [text], "errors": {}})
}

/// One member of each row.
fn each<'a>(rows: &'a Value, member: &str) -> Vec<&'a str> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[member].as_str().unwrap()).collect()
}

#[tokio::test]
async fn groups_are_found_by_a_part_of_their_names() {
    let asker = Asker::new("Bruno").await;
    let all = asker.found("groups/picker").await;
    let three = ["developers", "jira-admins-acme", "jira-users-acme"];
    assert_eq!(each(&all["groups"], "name"), three);
    assert_eq!(all["header"], "Showing 3 of 3 matching groups");

    let page = asker.found("groups/picker?query=jira&maxResults=1").await;
    assert_eq!(each(&page["groups"], "html"), ["<b>jira</b>-admins-acme"]);
    assert_eq!(
        (&page["header"], &page["total"]),
        (&json!("Showing 1 of 2 matching groups"), &json!(2))
    );
    assert_eq!(asker.found("groups/picker?query=JIRA").await["total"], 0);
    let folded = asker
        .found("groups/picker?query=JIRA&caseInsensitive=true")
        .await;
    assert_eq!(
        each(&folded["groups"], "html")[0],
        "<b>jira</b>-admins-acme"
    );

    let id = all["groups"][0]["groupId"].as_str().unwrap();
    let tail = format!("groups/picker?exclude=jira-users-acme&excludeId={id}");
    let left = asker.found(&tail).await;
    assert_eq!(each(&left["groups"], "name"), ["jira-admins-acme"]);

    // Who may not browse people finds whole names.
    asker.stop_browsing("Bruno").await;
    assert_eq!(asker.found("groups/picker?query=dev").await["total"], 0);
    let whole = asker.found("groups/picker?query=developers").await;
    assert_eq!(whole["groups"][0]["groupId"], id);
}

#[tokio::test]
async fn groups_are_listed_with_their_people() {
    let asker = Asker::new("Bruno").await;
    let page = asker.found("group/bulk?maxResults=2").await;
    assert_eq!(
        each(&page["values"], "name"),
        ["jira-users-acme", "jira-admins-acme"]
    );
    assert_eq!(
        (&page["total"], &page["isLast"]),
        (&json!(3), &json!(false))
    );
    let named = asker
        .found("group/bulk?groupName=developers&groupName=x")
        .await;
    let id = named["values"][0]["groupId"].as_str().unwrap();
    assert_eq!(named["total"], 1);

    let members = asker
        .found(&format!("group/member?groupId={id}&maxResults=1"))
        .await;
    assert_eq!(each(&members["values"], "displayName"), ["Ada Lindqvist"]);
    let next = members["nextPage"].as_str().unwrap();
    let next = next.strip_prefix("http://sandbox.test:8080").unwrap();
    let next = asker.cloud.get(next, &asker.token).await.json();
    assert_eq!(each(&next["values"], "displayName"), ["Bruno Okafor"]);
    assert!(next.get("nextPage").is_none() && next["isLast"] == true);
    let by_name = asker.found("group/member?groupname=developers").await;
    assert_eq!(by_name["total"], 2);

    for (tail, status, text) in [
        (
            "group/member?groupname=nobodies",
            404,
            "The group named 'nobodies' does not exist.",
        ),
        (
            "group/member",
            400,
            "The 'groupname' or 'groupId' query parameter must be provided.",
        ),
    ] {
        assert_eq!(asker.get(tail).await, (status, message(text)), "{tail}");
    }
    asker.stop_browsing("Bruno").await;
    let text = "You do not have permission to browse users and groups.";
    for tail in ["group/bulk", "group/member?groupname=developers"] {
        assert_eq!(asker.get(tail).await, (403, message(text)), "{tail}");
    }
}

#[tokio::test]
async fn a_person_has_groups_and_a_licence() {
    let asker = Asker::new("Bruno").await;
    let account = asker.cloud.person("Bruno");
    let groups = asker
        .found(&format!("user/groups?accountId={account}"))
        .await;
    assert_eq!(each(&groups, "name"), ["jira-users-acme", "developers"]);
    for tail in [format!("user?accountId={account}"), "myself?x=1".to_owned()] {
        let plain = asker.found(&tail).await;
        assert_eq!(plain["groups"], json!({"size": 2, "items": []}), "{tail}");
        assert_eq!(plain["applicationRoles"]["items"], json!([]));
        let whole = asker
            .found(&format!("{tail}&expand=groups,applicationRoles"))
            .await;
        assert_eq!(whole["groups"]["items"], groups);
        let licence = &whole["applicationRoles"]["items"][0];
        assert_eq!(licence["key"], "jira-software");
        assert_eq!(licence["groups"], json!(["jira-users-acme"]));
    }
    let nobody = asker.get("user/groups?accountId=nobody").await;
    assert_eq!(nobody.0, 404);
    // An app is in no group and has no licence.
    let (_, apps) = asker.get("user/search?query=Release").await;
    let app = apps[0]["accountId"].as_str().unwrap();
    let app = asker
        .found(&format!("user?accountId={app}&expand=groups"))
        .await;
    assert_eq!(
        (&app["groups"]["size"], &app["applicationRoles"]["size"]),
        (&json!(0), &json!(0))
    );
}

#[tokio::test]
async fn roles_of_a_project_are_for_those_who_administer_one() {
    let ada = Asker::new("Ada").await;
    let roles = ada.found("project/SHOP/role").await;
    let link = roles["Administrators"].as_str().unwrap();
    assert!(
        link.ends_with("/rest/api/3/project/10000/role/10002"),
        "{link}"
    );
    let path = link.strip_prefix("http://sandbox.test:8080").unwrap();
    let role = ada.cloud.get(path, &ada.token).await.json();
    assert_eq!(
        (&role["id"], &role["name"]),
        (&json!(10_002), &json!("Administrators"))
    );
    let account = ada.cloud.person("Ada");
    let mut actors = role["actors"].as_array().unwrap().iter();
    assert!(actors.any(|row| row["actorUser"]["accountId"] == account.as_str()));

    let details = ada.found("project/SHOP/roledetails").await;
    assert_eq!(
        each(&details, "name"),
        ["Administrators", "Developers", "Viewers"]
    );
    assert_eq!(
        (&details[0]["admin"], &details[2]["admin"]),
        (&json!(true), &json!(false))
    );

    let site = ada.found("role").await;
    assert_eq!(
        each(&site, "name"),
        ["Administrators", "Developers", "Viewers"]
    );
    let viewers = ada.found("role/10004").await;
    assert_eq!(viewers, site[2]);
    for tail in ["role/99", "project/SHOP/role/99"] {
        let text = "The project role with id '99' does not exist.";
        assert_eq!(ada.get(tail).await, (404, message(text)), "{tail}");
    }
}

#[tokio::test]
async fn roles_hide_from_those_who_administer_nothing() {
    let chiara = Asker::new("Chiara").await;
    let administers = json!({"project": "OPS", "allow": ["ADMINISTER_PROJECTS"]});
    chiara.permit("Chiara", administers).await;
    // Names are told of every project, people of the own ones alone.
    assert!(chiara.found("project/SHOP/role").await["Viewers"].is_string());
    let text = "No project could be found with key 'SHOP'.";
    for tail in ["project/SHOP/role/10003", "project/SHOP/roledetails"] {
        assert_eq!(chiara.get(tail).await, (404, message(text)), "{tail}");
    }
    let own = chiara
        .found("project/OPS/roledetails?currentMember=true")
        .await;
    assert_eq!(each(&own, "name"), ["Developers", "Viewers"]);
    let (status, _) = chiara.get("role").await;
    assert_eq!(status, 403);

    let dmitri = Asker::new("Dmitri").await;
    assert_eq!(dmitri.get("project/SHOP/role").await, (404, message(text)));
}
