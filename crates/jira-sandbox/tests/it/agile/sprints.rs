//! Sprints.

use std::collections::BTreeSet;

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::{AGILE_SCOPES, Cloud, still};

async fn page(cloud: &Cloud, token: &str, board: u64, query: &str) -> Value {
    let tail = format!("agile/1.0/board/{board}/sprint?{query}");
    let reply = cloud.get(&cloud.software("Acme", &tail), token).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

fn column<'a>(page: &'a Value, field: &str) -> Vec<&'a Value> {
    let values = page["values"].as_array().unwrap().iter();
    values.map(|sprint| &sprint[field]).collect()
}

#[tokio::test]
async fn board_lists_closed_then_active_then_future_sprints() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let all = page(&cloud, &token, 1, "").await;
    assert_eq!(
        column(&all, "state"),
        ["closed", "closed", "closed", "active", "future", "future"]
    );
    assert_eq!((&all["total"], &all["isLast"]), (&json!(6), &json!(true)));
    assert!(
        column(&all, "originBoardId")
            .iter()
            .all(|board| **board == 1)
    );
    let open = page(&cloud, &token, 1, "state=active,future").await;
    assert_eq!(column(&open, "state"), ["active", "future", "future"]);
    let future = &open["values"][1];
    assert!(future.get("startDate").is_none() && future.get("endDate").is_none());
    assert_eq!(all["values"][1]["goal"], "", "a goal may be empty");
    assert!(
        all["values"][0]["completeDate"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
}

#[tokio::test]
async fn sprints_page_by_fifty_however_many_are_asked() {
    let options = Options {
        sprints: 130,
        ..still()
    };
    let cloud = Cloud::with(options).await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let (mut ids, mut states, mut start) = (BTreeSet::new(), Vec::new(), 0);
    loop {
        let page = page(
            &cloud,
            &token,
            1,
            &format!("maxResults=1000&startAt={start}"),
        )
        .await;
        assert_eq!(
            (&page["maxResults"], &page["total"]),
            (&json!(50), &json!(130))
        );
        ids.extend(column(&page, "id").iter().map(|id| id.as_u64().unwrap()));
        states.extend(column(&page, "state").into_iter().cloned());
        start += 50;
        if page["isLast"] == true {
            break;
        }
    }
    assert_eq!((ids.len(), start), (130, 150));
    let count = |state: &str| states.iter().filter(|found| **found == state).count();
    assert_eq!(
        (count("closed"), count("active"), count("future")),
        (127, 1, 2)
    );
}

#[tokio::test]
async fn totals_may_be_missing() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    cloud
        .control("switches", json!({"sprint_totals": false}))
        .await;
    let page = page(&cloud, &token, 1, "maxResults=4").await;
    assert!(page.get("total").is_none());
    assert_eq!(page["isLast"], false);
}

#[tokio::test]
async fn board_shows_the_sprints_of_other_boards_whose_issues_it_shows() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    // The third board is a person's, and its filter names every project.
    let shared = page(&cloud, &token, 10_003, "").await;
    let origins: BTreeSet<_> = column(&shared, "originBoardId")
        .iter()
        .map(|id| id.as_u64().unwrap())
        .collect();
    assert_eq!(
        origins,
        BTreeSet::from([1, 2, 5]),
        "and none of SEC, which Bruno does not see"
    );
    let own = page(&cloud, &token, 1, "").await;
    for sprint in own["values"].as_array().unwrap() {
        assert!(
            shared["values"].as_array().unwrap().contains(sprint),
            "{sprint}"
        );
    }
}

#[tokio::test]
async fn sprint_field_and_jql_know_the_same_sprints() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    for listed in page(&cloud, &token, 1, "").await["values"]
        .as_array()
        .unwrap()
    {
        let id = listed["id"].as_u64().unwrap();
        let single = cloud
            .get(
                &cloud.software("Acme", &format!("agile/1.0/sprint/{id}")),
                &token,
            )
            .await;
        assert_eq!(&single.json(), listed);
        let body = json!({"jql": format!("sprint = {id}"), "fields": ["customfield_10020"], "maxResults": 1});
        let found = cloud
            .post(&cloud.api("Acme", "search/jql"), &token, &body)
            .await
            .json();
        let field = found["issues"][0]["fields"]["customfield_10020"]
            .as_array()
            .unwrap()
            .clone();
        let same = field.iter().find(|sprint| sprint["id"] == id).unwrap();
        for name in [
            "name",
            "state",
            "goal",
            "startDate",
            "endDate",
            "completeDate",
        ] {
            assert_eq!(same.get(name), listed.get(name), "{name}");
        }
        assert_eq!(same["boardId"], listed["originBoardId"]);
    }
}

#[tokio::test]
async fn boards_without_sprints_say_so_in_the_callers_language() {
    let cloud = Cloud::new().await;
    let english = cloud.connect("Ada", "Acme", AGILE_SCOPES).await.access;
    let korean = cloud.connect("한지우", "Acme", AGILE_SCOPES).await.access;
    let path = cloud.software("Acme", "agile/1.0/board/10002/sprint");
    let says = |text: &str| (400, json!({"errorMessages": [text], "errors": {}}));
    let expected = says("The board does not support sprints");
    assert_eq!(cloud.get(&path, &english).await.answer(), expected);
    let translated = says("이 보드는 스프린트를 지원하지 않습니다");
    assert_eq!(cloud.get(&path, &korean).await.answer(), translated);
    // Globex's team-managed board works without sprints, Acme's with.
    let globex = cloud.connect("Ada", "Globex", AGILE_SCOPES).await.access;
    let simple = cloud.software("Globex", "agile/1.0/board/2/sprint");
    assert_eq!(cloud.get(&simple, &globex).await.answer(), expected);
    assert_eq!(page(&cloud, &english, 2, "").await["total"], 6);
}

#[tokio::test]
async fn broken_board_fails_for_all_but_its_own_facts() {
    let cloud = Cloud::with(Options {
        boards: 4,
        ..still()
    })
    .await;
    let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let expected =
        json!({"errorMessages": ["This board has no columns with a mapped status."], "errors": {}});
    for tail in [
        "agile/1.0/board/10004/sprint",
        "software/1.0/board/10004/issue",
    ] {
        let reply = cloud.get(&cloud.software("Acme", tail), &token).await;
        assert_eq!(reply.answer(), (500, expected.clone()));
    }
    let board = cloud.software("Acme", "agile/1.0/board/10004");
    assert_eq!(cloud.get(&board, &token).await.status, 200);
}

#[tokio::test]
async fn sprint_shows_to_those_who_see_its_board_or_an_issue_in_it() {
    let cloud = Cloud::new().await;
    let bruno = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
    let ada = cloud.connect("Ada", "Acme", AGILE_SCOPES).await.access;
    let secret = cloud.software("Acme", "agile/1.0/sprint/44");
    assert_eq!(cloud.get(&secret, &ada).await.status, 200);
    let expected = json!({"errorMessages": ["Sprint does not exist."], "errors": {}});
    assert_eq!(
        cloud.get(&secret, &bruno).await.answer(),
        (404, expected.clone())
    );
    let unknown = cloud.software("Acme", "agile/1.0/sprint/9");
    assert_eq!(cloud.get(&unknown, &ada).await.answer(), (404, expected));
}
