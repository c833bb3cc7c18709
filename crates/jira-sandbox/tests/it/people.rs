//! People found, listed and allowed.

use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES};

const WRITE_SCOPES: &str = "read:jira-work write:jira-work read:jira-user";

fn message(text: &str) -> Value {
    json!({"errorMessages": [text], "errors": {}})
}

struct Asker {
    cloud: Cloud,
    token: String,
}

impl Asker {
    async fn new(person: &str) -> Self {
        let cloud = Cloud::new().await;
        let token = cloud.connect(person, "Acme", WRITE_SCOPES).await.access;
        Self { cloud, token }
    }

    async fn get(&self, tail: &str) -> (u16, Value) {
        let path = self.cloud.api("Acme", tail);
        self.cloud.get(&path, &self.token).await.answer()
    }

    /// The display names in a bare list.
    async fn names(&self, tail: &str) -> Vec<String> {
        let (status, body) = self.get(tail).await;
        assert_eq!(status, 200, "{tail}: {body}");
        let rows = body.as_array().unwrap().iter();
        rows.map(|row| row["displayName"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn permit(&self, person: &str, change: Value) {
        let mut body = json!({"site_id": self.cloud.site("Acme"),
            "account_id": self.cloud.person(person)});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.cloud.control("permissions", body).await;
    }
}

#[tokio::test]
async fn people_are_found_by_the_beginnings_of_names_and_addresses() {
    let asker = Asker::new("Bruno").await;
    let search = async |query: &str| asker.names(&format!("user/search?{query}")).await;
    assert_eq!(search("query=oka").await, ["Bruno Okafor"]);
    assert_eq!(search("query=kafor").await, Vec::<String>::new());
    assert_eq!(search("query=bruno.ok").await, ["Bruno Okafor"]);
    // Chiara hides her address: only who types all of it finds her.
    assert_eq!(search("query=chiara.mor").await, Vec::<String>::new());
    assert_eq!(
        search("query=chiara.moretti@people.example").await,
        ["Chiara Moretti"]
    );
    let account = format!("accountId={}", asker.cloud.person("Ada"));
    assert_eq!(search(&account).await, ["Ada Lindqvist"]);
    let all = search("query=").await;
    assert!(all.contains(&"Release Bot".to_owned()), "apps are found");
    assert!(!all.contains(&"Gustav Vogel".to_owned()), "who left is not");
    assert_eq!(
        search("query=&maxResults=1&startAt=1").await,
        ["Bruno Okafor"]
    );

    let both = format!("user/search?query=a&{account}");
    for (tail, text) in [
        (
            both.as_str(),
            "Either 'query' or 'accountId' must be provided, and not both.",
        ),
        (
            "user/search",
            "Either 'query' or 'accountId' must be provided, and not both.",
        ),
        (
            "user/search?username=ada",
            "The query parameter 'username' is not supported in GDPR strict mode.",
        ),
    ] {
        assert_eq!(asker.get(tail).await, (400, message(text)), "{tail}");
    }
}

#[tokio::test]
async fn who_may_not_browse_people_finds_nobody() {
    let asker = Asker::new("Bruno").await;
    asker
        .permit("Bruno", json!({"deny": ["USER_PICKER"]}))
        .await;
    assert_eq!(
        asker.names("user/search?query=a").await,
        Vec::<String>::new()
    );
    let account = asker.cloud.person("Ada");
    let text = "You do not have permission to browse users and groups.";
    let refused = (403, message(text));
    assert_eq!(
        asker.get(&format!("user?accountId={account}")).await,
        refused
    );
    assert_eq!(asker.get("users/search").await, refused);
    let (_, picker) = asker.get("user/picker?query=ada").await;
    assert_eq!(picker["total"], 0);
    let (_, exact) = asker.get("user/picker?query=Ada%20Lindqvist").await;
    assert_eq!(exact["users"][0]["accountId"], account.as_str());
    // Who assigns issues still finds those who can have them.
    assert!(
        !asker
            .names("user/assignable/search?project=SHOP")
            .await
            .is_empty()
    );
    asker
        .permit(
            "Bruno",
            json!({"project": "SHOP", "deny": ["ASSIGN_ISSUES"]}),
        )
        .await;
    assert_eq!(
        asker.names("user/assignable/search?project=SHOP").await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn assignable_people_are_asked_of_projects_and_issues() {
    let asker = Asker::new("Bruno").await;
    asker
        .permit(
            "Chiara",
            json!({"project": "SHOP", "deny": ["ASSIGNABLE_USER"]}),
        )
        .await;
    let shop = asker.names("user/assignable/search?project=SHOP").await;
    assert!(!shop.contains(&"Chiara Moretti".to_owned()));
    assert!(!shop.contains(&"Release Bot".to_owned()));
    let both = "user/assignable/multiProjectSearch?projectKeys=SHOP,MOB";
    assert_eq!(asker.names(both).await, shop);
    // A page is cut before people are left out, so it may be empty before the end.
    let page = async |start: usize| {
        let tail = format!("user/assignable/search?project=SHOP&maxResults=1&startAt={start}");
        asker.names(&tail).await
    };
    assert_eq!(page(2).await, Vec::<String>::new());
    assert_eq!(page(3).await, ["Dmitri Halloran"]);

    let chiara = asker.cloud.person("Chiara");
    let path = asker.cloud.api("Acme", "issue/SHOP-7/assignee");
    let body = json!({"accountId": chiara}).to_string();
    let reply = asker.cloud.call("PUT", &path, &asker.token, &body).await;
    let text = format!("User '{chiara}' cannot be assigned issues.");
    assert_eq!(reply.json()["errors"]["assignee"], text.as_str());
}

#[tokio::test]
async fn users_are_read_one_by_one_many_at_once_and_all() {
    let asker = Asker::new("Bruno").await;
    let (_, all) = asker.get("users/search").await;
    let find = |name: &str| {
        let mut rows = all.as_array().unwrap().iter();
        rows.find(|row| row["displayName"] == name).unwrap().clone()
    };
    let (bot, left) = (find("Release Bot"), find("Gustav Vogel"));
    assert_eq!(
        (&bot["accountType"], &bot["active"]),
        (&json!("app"), &json!(true))
    );
    assert_eq!(
        (&left["accountType"], &left["active"]),
        (&json!("atlassian"), &json!(false))
    );
    let id = left["accountId"].as_str().unwrap();
    let (_, mut alone) = asker.get(&format!("user?accountId={id}")).await;
    // One by one, people say how many groups they have.
    for own in ["groups", "applicationRoles", "expand"] {
        assert!(alone.as_object_mut().unwrap().remove(own).is_some());
    }
    assert_eq!(alone, left);
    let tail = format!(
        "user/bulk?accountId={id}&accountId=nobody&accountId={}",
        asker.cloud.person("Ada")
    );
    let (_, page) = asker.get(&tail).await;
    assert_eq!(
        (&page["total"], &page["maxResults"]),
        (&json!(2), &json!(10))
    );
    assert_eq!(asker.get("user/bulk").await.0, 400);
    assert_eq!(asker.get("user?accountId=nobody").await.0, 404);
    let (_, picker) = asker.get("user/picker?query=bru").await;
    assert_eq!(picker["users"][0]["html"], "<strong>Bru</strong>no Okafor");
    assert_eq!(picker["header"], "Showing 1 of 1 matching users");
}

#[tokio::test]
async fn apps_and_who_left_do_not_sign_in() {
    let cloud = Cloud::new().await;
    let page = cloud.get("/_sandbox/world", "").await.text;
    assert!(!page.contains("Release Bot") && !page.contains("Gustav Vogel"));
}

#[tokio::test]
async fn permissions_are_told_and_held() {
    let asker = Asker::new("Chiara").await;
    let has = async |context: &str, key: &str| {
        let tail = format!("mypermissions?permissions={key}&{context}");
        let (status, body) = asker.get(&tail).await;
        assert_eq!(status, 200, "{body}");
        body["permissions"][key]["havePermission"].clone()
    };
    for (context, key, expected) in [
        ("", "BROWSE_PROJECTS", true),
        ("projectKey=SHOP", "EDIT_ISSUES", true),
        ("projectKey=SHOP", "DELETE_ISSUES", false),
        ("issueKey=SHOP-7", "CREATE_ISSUES", true),
        ("projectKey=LEGACY", "CREATE_ISSUES", false),
        ("projectId=10000", "ADMINISTER_PROJECTS", false),
        ("projectKey=OPS", "ADMINISTER", false),
        ("", "USER_PICKER", true),
    ] {
        assert_eq!(has(context, key).await, expected, "{context} {key}");
    }
    asker
        .permit(
            "Chiara",
            json!({"project": "SHOP", "allow": ["DELETE_ISSUES"], "deny": ["EDIT_ISSUES"]}),
        )
        .await;
    assert_eq!(has("projectKey=SHOP", "DELETE_ISSUES").await, true);
    assert_eq!(has("", "DELETE_ISSUES").await, true, "anywhere");
    assert_eq!(has("projectKey=OPS", "DELETE_ISSUES").await, false);
    assert_eq!(has("projectKey=SHOP", "EDIT_ISSUES").await, false);
    let path = asker.cloud.api("Acme", "issue/SHOP-7");
    let body = json!({"fields": {"summary": "x"}}).to_string();
    assert_eq!(
        asker
            .cloud
            .call("PUT", &path, &asker.token, &body)
            .await
            .status,
        403
    );
    assert_eq!(
        asker
            .cloud
            .call(
                "DELETE",
                &format!("{path}?deleteSubtasks=true"),
                &asker.token,
                ""
            )
            .await
            .status,
        204
    );
    asker
        .permit(
            "Chiara",
            json!({"project": "OPS", "deny": ["BROWSE_PROJECTS"]}),
        )
        .await;
    assert_eq!(asker.get("project/OPS").await.0, 404);
}

#[tokio::test]
async fn unknown_permissions_and_places_are_refused() {
    let asker = Asker::new("Chiara").await;
    let unknown = json!({"errorMessages": [], "errors": {"FLY": "Unrecognized permission"}});
    let tail = "mypermissions?permissions=EDIT_ISSUES,FLY";
    assert_eq!(asker.get(tail).await, (400, unknown.clone()));
    assert_eq!(asker.get("mypermissions").await.0, 400);
    for place in ["projectKey=NOPE", "projectKey=SEC9", "issueKey=SHOP-99999"] {
        let tail = format!("mypermissions?permissions=EDIT_ISSUES&{place}");
        assert_eq!(asker.get(&tail).await.0, 404, "{place}");
    }
    let path = asker.cloud.api("Acme", "permissions/check");
    let check = async |body: Value| {
        let reply = asker.cloud.post(&path, &asker.token, &body).await;
        reply.answer()
    };
    let empty = json!({"globalPermissions": [], "projectPermissions": []});
    assert_eq!(check(json!({})).await, (200, empty));
    let body = json!({"globalPermissions": ["ADMINISTER", "BULK_CHANGE"], "projectPermissions": [
        {"permissions": ["EDIT_ISSUES", "DELETE_ISSUES"], "projects": [10000, 10005, 99], "issues": [10000]}]});
    let expected = json!({"globalPermissions": ["BULK_CHANGE"], "projectPermissions": [
        {"permission": "EDIT_ISSUES", "projects": [10000], "issues": [10000]},
        {"permission": "DELETE_ISSUES", "projects": [], "issues": []}]});
    assert_eq!(check(body).await, (200, expected));
    assert_eq!(
        check(json!({"globalPermissions": ["FLY"]})).await,
        (400, unknown)
    );
    let other = json!({"accountId": asker.cloud.person("Ada")});
    let text = "Only Jira administrators can perform this operation.";
    assert_eq!(check(other).await, (403, message(text)));
}

#[tokio::test]
async fn people_need_their_scope() {
    let cloud = Cloud::new().await;
    let token = cloud
        .connect("Bruno", "Acme", "read:jira-work")
        .await
        .access;
    for tail in [
        "user/search?query=a",
        "user/picker?query=a",
        "users/search",
        "configuration",
    ] {
        assert_eq!(
            cloud.get(&cloud.api("Acme", tail), &token).await.status,
            401,
            "{tail}"
        );
    }
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    assert_eq!(
        cloud
            .get(&cloud.api("Acme", "configuration"), &token)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn people_are_found_by_what_they_may_do() {
    let ada = Asker::new("Ada").await;
    let editors = "user/permission/search?projectKey=SHOP&permissions=EDIT_ISSUES,BROWSE_PROJECTS";
    let found = ada.names(editors).await;
    assert!(found.contains(&"Chiara Moretti".to_owned()), "{found:?}");
    assert!(
        !found.contains(&"Dmitri Halloran".to_owned()),
        "he only reads"
    );
    let one = ada.names(&format!("{editors}&query=bru")).await;
    assert_eq!(one, ["Bruno Okafor"]);
    // The page is cut first.
    let short = ada
        .names(&format!("{editors}&query=bru&maxResults=1"))
        .await;
    assert_eq!(short, Vec::<String>::new());
    let viewers = ada
        .names("user/viewissue/search?issueKey=SHOP-1&query=dmi")
        .await;
    assert_eq!(viewers, ["Dmitri Halloran"]);
    assert_eq!(ada.names("users").await, ada.names("users/search").await);

    for (tail, status) in [
        ("user/permission/search?projectKey=SHOP", 400),
        ("user/permission/search?permissions=EDIT_ISSUES", 400),
        (
            "user/permission/search?projectKey=SHOP&permissions=FLY",
            400,
        ),
        (
            "user/permission/search?projectKey=NOPE&permissions=EDIT_ISSUES",
            404,
        ),
        ("user/viewissue/search?projectKey=SHOP", 400),
        ("user/viewissue/search?query=a", 400),
        ("user/viewissue/search?issueKey=SHOP-0&query=a", 404),
    ] {
        assert_eq!(ada.get(tail).await.0, status, "{tail}");
    }
    let chiara = Asker::new("Chiara").await;
    assert_eq!(chiara.get(editors).await.0, 403, "she administers nothing");
    chiara
        .permit("Chiara", json!({"deny": ["USER_PICKER"]}))
        .await;
    let viewers = chiara
        .names("user/viewissue/search?projectKey=SHOP&query=")
        .await;
    assert_eq!(viewers, Vec::<String>::new());
}

#[tokio::test]
async fn projects_are_found_by_what_one_may_do_there() {
    let dmitri = Asker::new("Dmitri").await;
    let path = dmitri.cloud.api("Acme", "permissions/project");
    let ask = async |keys: Value| {
        let body = json!({"permissions": keys});
        dmitri
            .cloud
            .post(&path, &dmitri.token, &body)
            .await
            .answer()
    };
    let (_, read) = ask(json!(["BROWSE_PROJECTS"])).await;
    assert_eq!(read["projects"][0], json!({"id": 10_000, "key": "SHOP"}));
    assert_eq!(
        ask(json!(["BROWSE_PROJECTS", "EDIT_ISSUES"])).await,
        (200, json!({"projects": []}))
    );
    assert_eq!(ask(json!(["FLY"])).await.0, 400);
    assert_eq!(ask(Value::Null).await.0, 400);
}

#[tokio::test]
async fn all_permissions_are_told_to_administrators() {
    let cloud = Cloud::new().await;
    let path = cloud.api("Acme", "permissions");
    let scopes = "read:jira-work manage:jira-configuration";
    let token = cloud.connect("Ada", "Acme", scopes).await.access;
    let all = cloud.get(&path, &token).await.json();
    let permissions = all["permissions"].as_object().unwrap();
    assert_eq!(permissions.len(), 35);
    assert_eq!(permissions["BULK_CHANGE"]["type"], "GLOBAL");
    assert!(permissions["BULK_CHANGE"].get("havePermission").is_none());
    let locale = cloud.api("Acme", "mypreferences/locale");
    let locale = cloud.get(&locale, &token).await.json();
    assert_eq!(locale, json!({"locale": "en_GB"}));
    let token = cloud.connect("Bruno", "Acme", scopes).await.access;
    assert_eq!(cloud.get(&path, &token).await.status, 403);
}
