//! Boards and sprints: offset-paged lists come whole, in parallel where Jira tells the total.

use juncture_jira::{Board, Error, Sprint};
use serde_json::{Value, json};

use crate::support::{Fake, HandClock, Reply, Request, SITE, client, token};

async fn boards(fake: &Fake) -> Result<Vec<Board>, Error> {
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    client.site(SITE, &token).boards("ED").await
}

async fn sprints(fake: &Fake, states: &[&str]) -> Result<Vec<Sprint>, Error> {
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    client.site(SITE, &token).sprints(7, states).await
}

fn path(tail: &str) -> String {
    format!("/ex/jira/{SITE}/rest/agile/1.0/{tail}")
}

fn start_of(request: &Request) -> usize {
    let mut query = request.target.split(['?', '&']);
    let start = query.find_map(|pair| pair.strip_prefix("startAt="));
    start.unwrap().parse().unwrap()
}

fn starts(fake: &Fake) -> Vec<usize> {
    fake.requests().iter().map(start_of).collect()
}

/// One page of items with these ids, as Jira caps it.
fn page(ids: &[u64], start_at: usize) -> Value {
    let end = ids.len().min(start_at + 50);
    let values = ids.get(start_at..end).unwrap_or_default().iter();
    let values: Vec<Value> = values
        .map(|id| json!({"id": id, "name": format!("Item {id}"), "type": "scrum", "state": "closed"}))
        .collect();
    json!({"maxResults": 50, "startAt": start_at, "total": ids.len(), "isLast": end == ids.len(), "values": values})
}

fn ids(count: u64) -> Vec<u64> {
    (1..=count).collect()
}

/// A list of so many items, each page changed by that.
async fn list(count: u64, change: impl Fn(&mut Value) + Send + 'static) -> Fake {
    Fake::start(move |request| {
        let mut page = page(&ids(count), start_of(request));
        change(&mut page);
        Reply::ok(&page.to_string())
    })
    .await
}

#[tokio::test]
async fn sixty_boards_come_whole() {
    let fake = list(60, |_| {}).await;
    let found = boards(&fake).await.unwrap();
    assert_eq!(
        found.iter().map(|board| board.id).collect::<Vec<_>>(),
        ids(60)
    );
    let targets: Vec<String> = fake
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            path("board?projectKeyOrId=ED&startAt=0&maxResults=50"),
            path("board?projectKeyOrId=ED&startAt=50&maxResults=50"),
        ]
    );
}

#[tokio::test]
async fn the_pages_of_sprints_are_read_at_the_same_time_and_put_in_order() {
    // The last page is there long before the one in front of it.
    let fake = Fake::start(|request| {
        let reply = Reply::ok(&page(&ids(130), start_of(request)).to_string());
        match start_of(request) {
            50 => Reply::Held(Box::new(reply)),
            _ => reply,
        }
    })
    .await;
    let url = fake.url.clone();
    let reading = tokio::spawn(async move {
        let (client, token) = (client(&url, &HandClock::new()), token());
        client
            .site(SITE, &token)
            .sprints(7, &["active", "closed"])
            .await
    });
    fake.has_received(3).await;
    fake.release(1);
    let found = reading.await.unwrap().unwrap();
    assert_eq!(
        found.iter().map(|sprint| sprint.id).collect::<Vec<_>>(),
        ids(130)
    );
    let first = &fake.requests()[0].target;
    assert_eq!(
        *first,
        path("board/7/sprint?startAt=0&maxResults=50&state=active%2Cclosed")
    );
    assert_eq!(fake.count(), 3);
}

#[tokio::test]
async fn without_a_total_the_pages_are_read_in_turn() {
    let no_total = |page: &mut Value| drop(page.as_object_mut().unwrap().remove("total"));
    let fake = list(130, no_total).await;
    assert_eq!(sprints(&fake, &[]).await.unwrap().len(), 130);
    assert_eq!(starts(&fake), [0, 50, 100]);
    assert_eq!(
        fake.requests()[0].target,
        path("board/7/sprint?startAt=0&maxResults=50")
    );

    // Nor a word about the end: an empty page is it.
    let fake = list(130, move |page| {
        no_total(page);
        page["isLast"] = Value::Null;
    })
    .await;
    assert_eq!(sprints(&fake, &[]).await.unwrap().len(), 130);
    assert_eq!(starts(&fake), [0, 50, 100, 130]);
}

#[tokio::test]
async fn a_total_alone_tells_the_end() {
    for count in [0, 1, 50, 51, 100] {
        let fake = list(count, |page| page["isLast"] = Value::Null).await;
        assert_eq!(
            boards(&fake).await.unwrap().len(),
            usize::try_from(count).unwrap()
        );
        assert_eq!(
            fake.count(),
            usize::try_from(count.div_ceil(50).max(1)).unwrap()
        );
    }
}

#[tokio::test]
async fn a_list_that_grows_is_read_to_its_end() {
    let fake = changing(ids(100), ids(170)).await;
    let found = sprints(&fake, &[]).await.unwrap();
    assert_eq!(
        found.iter().map(|sprint| sprint.id).collect::<Vec<_>>(),
        ids(170)
    );
    assert_eq!(starts(&fake), [0, 50, 0, 50, 100, 150]);
}

/// A list that is this when its first page is read, and that ever after.
async fn changing(first: Vec<u64>, then: Vec<u64>) -> Fake {
    let mut is_first = true;
    Fake::start(move |request| {
        let ids = if std::mem::take(&mut is_first) {
            &first
        } else {
            &then
        };
        Reply::ok(&page(ids, start_of(request)).to_string())
    })
    .await
}

#[tokio::test]
async fn a_list_that_shifts_is_read_again_in_turn() {
    // One more in front pushes the 50th onto the second page; it comes once, and so does the new.
    let pushed: Vec<u64> = [1_000].into_iter().chain(1..=130).collect();
    let fake = changing(ids(130), pushed).await;
    let mut found: Vec<u64> = sprints(&fake, &[])
        .await
        .unwrap()
        .iter()
        .map(|sprint| sprint.id)
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        ids(130).into_iter().chain([1_000]).collect::<Vec<_>>()
    );
    assert_eq!(starts(&fake)[3..], [0, 50, 100]);

    // One less in front pulls the 51st onto the first page, where nobody looks any more.
    let fake = changing(ids(130), (2..=130).collect()).await;
    let found = sprints(&fake, &[]).await.unwrap();
    let missing: Vec<u64> = (2..=130)
        .filter(|id| !found.iter().any(|sprint| sprint.id == *id))
        .collect();
    assert_eq!(missing, Vec::<u64>::new());
    assert_eq!(starts(&fake)[3..], [0, 50, 100]);
}

#[tokio::test]
async fn short_pages_lose_nothing() {
    // Every second page is two short of what it could hold.
    let fake = Fake::start(|request| {
        let start_at = start_of(request);
        let mut page = page(&ids(130), start_at);
        let values = page["values"].as_array_mut().unwrap();
        if !start_at.is_multiple_of(100) && start_at < 100 {
            values.truncate(values.len() - 2);
            page["isLast"] = json!(false);
        }
        Reply::ok(&page.to_string())
    })
    .await;
    let found = sprints(&fake, &[]).await.unwrap();
    assert_eq!(
        found.iter().map(|sprint| sprint.id).collect::<Vec<_>>(),
        ids(130)
    );
}

#[tokio::test]
async fn a_total_beyond_all_pages_ends_where_the_pages_end() {
    let fake = list(60, |page| {
        page["total"] = json!(200);
        page["isLast"] = Value::Null;
    })
    .await;
    assert_eq!(boards(&fake).await.unwrap().len(), 60);
    assert!(fake.count() < 20);
}

#[tokio::test]
async fn a_failed_page_fails_the_list() {
    let fake = Fake::start(|request| match start_of(request) {
        100 => Reply::status(403, r#"{"errorMessages": ["No licence."]}"#),
        start_at => Reply::ok(&page(&ids(130), start_at).to_string()),
    })
    .await;
    assert!(sprints(&fake, &[]).await.unwrap_err().is_forbidden());
}

#[tokio::test]
async fn a_board_without_sprints_is_told_from_a_broken_one() {
    let refusal = r#"{"errorMessages": ["The board does not support sprints"], "errors": {}}"#;
    let fake = Fake::script([Reply::status(400, refusal)]).await;
    assert!(sprints(&fake, &[]).await.unwrap_err().is_invalid());
    let broken =
        r#"{"errorMessages": ["This board has no columns with a mapped status."], "errors": {}}"#;
    let fake = Fake::script([Reply::status(500, broken)]).await;
    let error = sprints(&fake, &[]).await.unwrap_err();
    assert!(error.is_unavailable());
    assert_eq!(
        error.messages(),
        ["This board has no columns with a mapped status."]
    );
}

#[tokio::test]
async fn boards_and_sprints_are_read_with_whatever_jira_leaves_out() {
    let values = json!({"isLast": true, "values": [
        {"id": 84, "name": "Editor board", "type": "scrum", "location": {
            "projectId": 10_000, "projectKey": "ED", "projectName": "Editor", "projectTypeKey": "software",
            "displayName": "Editor (ED)", "name": "Editor (ED)", "avatarURI": "/a.png"}},
        {"id": 85, "location": {"userId": 10_001, "displayName": "Ada"}},
        {"id": 86, "name": null, "type": null, "location": null},
    ]});
    let found = boards(&Fake::script([Reply::ok(&values.to_string())]).await)
        .await
        .unwrap();
    assert_eq!(
        (found[0].name.as_str(), found[0].kind.as_str()),
        ("Editor board", "scrum")
    );
    let location = found[0].location.as_ref().unwrap();
    assert_eq!(
        (location.project_id, location.project_key.as_deref()),
        (Some(10_000), Some("ED"))
    );
    assert_eq!(location.avatar_uri.as_deref(), Some("/a.png"));
    assert_eq!(found[1].location.as_ref().unwrap().project_id, None);
    assert!(found[2].location.is_none() && found[2].kind.is_empty());

    let sprint = r#"{"id": 37, "state": "closed", "name": "Sprint 1", "startDate": "2026-04-11T15:22:00.000+10:00",
        "endDate": "2026-04-20T01:22:00.000+10:00", "completeDate": "2026-04-20T11:04:00.000+10:00",
        "createdDate": "2026-04-01T00:00:00.000Z", "originBoardId": 5, "goal": "Ship it"}"#;
    let fake = Fake::script([
        Reply::ok(sprint),
        Reply::ok(r#"{"id": 38, "state": "future", "name": "Next", "goal": ""}"#),
    ])
    .await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    assert_eq!(site.id(), SITE);
    let closed = site.sprint(37).await.unwrap();
    assert_eq!(fake.requests()[0].target, path("sprint/37"));
    assert_eq!(
        (closed.id, closed.state.as_str(), closed.origin_board_id),
        (37, "closed", Some(5))
    );
    assert_eq!(
        closed.complete_date.as_deref(),
        Some("2026-04-20T11:04:00.000+10:00")
    );
    assert_eq!(closed.goal.as_deref(), Some("Ship it"));
    let future = site.sprint(38).await.unwrap();
    assert_eq!(
        (future.start_date, future.goal.as_deref()),
        (None, Some(""))
    );
}
