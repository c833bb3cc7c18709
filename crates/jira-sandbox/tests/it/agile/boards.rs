//! Boards.

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::{AGILE_SCOPES, Cloud, still};

const UNKNOWN: &str = "The requested board cannot be viewed because it either does not exist or you do not have permission to view it.";

/// The boards which a query of the list finds.
async fn boards(cloud: &Cloud, token: &str, query: &str) -> Vec<Value> {
    let path = cloud.software("Acme", &format!("agile/1.0/board?{query}"));
    let reply = cloud.get(&path, token).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["values"].as_array().unwrap().clone()
}

fn names(boards: &[Value]) -> Vec<&str> {
    let names = boards.iter().map(|board| board["name"].as_str().unwrap());
    names.collect()
}

#[tokio::test]
async fn boards_page_by_fifty_however_many_are_asked() {
    let options = Options {
        boards: 60,
        ..still()
    };
    let cloud = Cloud::with(options).await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let path = |start| {
        let tail = format!("agile/1.0/board?projectKeyOrId=SHOP&maxResults=1000&startAt={start}");
        cloud.software("Acme", &tail)
    };
    let first = cloud.get(&path(0), &token).await.json();
    let second = cloud.get(&path(50), &token).await.json();
    let head = |page: &Value| {
        let values = page["values"].as_array().unwrap().len();
        (
            values,
            page["maxResults"].clone(),
            page["total"].clone(),
            page["isLast"].clone(),
        )
    };
    assert_eq!(head(&first), (50, json!(50), json!(60), json!(false)));
    assert_eq!(head(&second), (10, json!(50), json!(60), json!(true)));
    let all = [&first, &second].map(|page| page["values"].as_array().unwrap().clone());
    let ids: std::collections::BTreeSet<_> = all
        .concat()
        .iter()
        .map(|board| board["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids.len(), 60);
    let kinds = |kind: &str| {
        all.concat()
            .iter()
            .filter(|board| board["type"] == kind)
            .count()
    };
    assert_eq!(
        (kinds("scrum"), kinds("kanban"), kinds("simple")),
        (59, 1, 0)
    );
}

#[tokio::test]
async fn boards_are_found_by_the_project_in_their_filter_their_type_and_their_name() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let shop = boards(&cloud, &token, "projectKeyOrId=SHOP").await;
    assert_eq!(
        names(&shop),
        ["SHOP board", "SHOP kanban", "Everything at once"]
    );
    assert_eq!(boards(&cloud, &token, "projectKeyOrId=10000").await, shop);
    let mobile = boards(&cloud, &token, "projectKeyOrId=MOB").await;
    assert_eq!(names(&mobile), ["MOB board", "Everything at once"]);
    assert_eq!(mobile[0]["type"], "simple");
    let kanban = boards(&cloud, &token, "type=kanban").await;
    assert_eq!(names(&kanban), ["SHOP kanban"]);
    let both = boards(&cloud, &token, "type=kanban,simple&orderBy=-name").await;
    assert_eq!(names(&both), ["SHOP kanban", "MOB board"]);
    assert_eq!(
        names(&boards(&cloud, &token, "name=SHOP%20B").await),
        ["SHOP board"]
    );
    let located = boards(&cloud, &token, "projectLocation=SHOP").await;
    assert_eq!(names(&located), ["SHOP board", "SHOP kanban"]);
    assert_eq!(
        names(&boards(&cloud, &token, "projectKeyOrId=OPS").await),
        ["Everything at once"]
    );
}

#[tokio::test]
async fn board_says_where_it_is_unless_it_belongs_to_a_person() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let list = boards(&cloud, &token, "projectKeyOrId=SHOP").await;
    let location = &list[0]["location"];
    assert_eq!(
        location["projectId"], 10_000,
        "a number, unlike the platform's ids"
    );
    assert_eq!(location["projectKey"], "SHOP");
    assert_eq!(location["displayName"], "Webshop (SHOP)");
    assert!(list[2].get("location").is_none());
    for board in &list {
        let path = board["self"].as_str().unwrap();
        let path = path.strip_prefix("http://sandbox.test:8080").unwrap();
        assert_eq!(&cloud.get(path, &token).await.json(), board);
    }
}

#[tokio::test]
async fn unknown_project_is_refused_by_400_or_404() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    for (switch, status) in [("bad_request", 400), ("not_found", 404)] {
        cloud
            .control("switches", json!({"unknown_board_project": switch}))
            .await;
        // SEC is there, and not for Bruno.
        for project in ["NOPE", "SEC"] {
            let tail = format!("agile/1.0/board?projectKeyOrId={project}");
            let reply = cloud.get(&cloud.software("Acme", &tail), &token).await;
            let message = format!("No project could be found with key '{project}'.");
            let expected = json!({"errorMessages": [message], "errors": {}});
            assert_eq!(reply.answer(), (status, expected));
        }
    }
}

#[tokio::test]
async fn unknown_and_invisible_boards_are_refused_alike_in_either_shape() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let shapes = [
        ("message", json!({"errorMessages": [UNKNOWN], "errors": {}})),
        (
            "field",
            json!({"errorMessages": [], "errors": {"rapidViewId": UNKNOWN}}),
        ),
    ];
    for (switch, expected) in shapes {
        cloud
            .control("switches", json!({"unknown_board": switch}))
            .await;
        // Board 4 is that of SEC.
        for tail in [
            "board/99999",
            "board/4",
            "board/4/sprint",
            "board/99999/configuration",
        ] {
            let path = cloud.software("Acme", &format!("agile/1.0/{tail}"));
            assert_eq!(
                cloud.get(&path, &token).await.answer(),
                (404, expected.clone())
            );
        }
    }
    let reply = cloud
        .get(&cloud.software("Acme", "agile/1.0/board/first"), &token)
        .await;
    let (status, body) = reply.answer();
    assert_eq!(status, 400);
    assert_eq!(
        body["detail"],
        "Failed to convert 'boardId' with value: 'first'"
    );
}

#[tokio::test]
async fn configuration_maps_statuses_to_columns() {
    let cloud = Cloud::with(Options {
        boards: 4,
        ..still()
    })
    .await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let configuration = async |board: u64| {
        let tail = format!("agile/1.0/board/{board}/configuration");
        cloud
            .get(&cloud.software("Acme", &tail), &token)
            .await
            .json()
    };
    let scrum = configuration(1).await;
    let columns = scrum["columnConfig"]["columns"].as_array().unwrap();
    let names: Vec<_> = columns
        .iter()
        .map(|column| column["name"].clone())
        .collect();
    assert_eq!(
        names,
        ["To Do", "In Progress", "In Review", "Blocked", "Done"]
    );
    assert!(
        columns
            .iter()
            .all(|column| column["statuses"].as_array().unwrap().len() == 1)
    );
    assert_eq!(scrum["estimation"]["field"]["fieldId"], "customfield_10016");
    let broken = configuration(10_004).await;
    let columns = broken["columnConfig"]["columns"].as_array().unwrap();
    assert!(columns.iter().all(|column| column["statuses"] == json!([])));
}

#[tokio::test]
async fn every_call_needs_its_granular_scopes() {
    let cloud = Cloud::new().await;
    let calls = [
        (
            "agile/1.0/board",
            "read:board-scope:jira-software read:project:jira",
        ),
        (
            "agile/1.0/board/1",
            "read:board-scope:jira-software read:issue-details:jira",
        ),
        (
            "agile/1.0/board/1/configuration",
            "read:board-scope.admin:jira-software read:project:jira",
        ),
        ("agile/1.0/board/1/sprint", "read:sprint:jira-software"),
        ("agile/1.0/sprint/14", "read:sprint:jira-software"),
        (
            "agile/1.0/board/1/issue",
            "read:board-scope:jira-software read:issue-details:jira",
        ),
        (
            "software/1.0/board/1/backlog",
            "read:board-scope:jira-software read:issue-details:jira",
        ),
        (
            "software/1.0/board/1/issue",
            "read:board-scope:jira-software read:issue-details:jira",
        ),
        (
            "software/1.0/board/1/issue/approximate-count",
            "read:board-scope:jira-software read:issue-details:jira",
        ),
        (
            "software/1.0/sprint/14/issue",
            "read:sprint:jira-software read:issue-details:jira read:jql:jira",
        ),
        (
            "software/1.0/board/1/sprint/14/issue",
            "read:sprint:jira-software read:issue-details:jira read:jql:jira",
        ),
        (
            "agile/1.0/sprint/14/issue",
            "read:sprint:jira-software read:issue-details:jira read:jql:jira",
        ),
    ];
    let expected = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    for (tail, needed) in calls {
        let path = cloud.software("Acme", tail);
        let token = cloud.connect("Bruno", "Acme", needed).await.access;
        let reply = cloud.get(&path, &token).await;
        assert_eq!(reply.status, 200, "{tail}: {}", reply.text);
        for missing in needed.split(' ') {
            let others: Vec<_> = needed
                .split(' ')
                .filter(|scope| *scope != missing)
                .collect();
            let scopes = format!("read:jira-work {}", others.join(" "));
            let token = cloud.connect("Bruno", "Acme", &scopes).await.access;
            let reply = cloud.get(&path, &token).await;
            assert_eq!(
                reply.answer(),
                (401, expected.clone()),
                "{tail} without {missing}"
            );
        }
    }
}
