//! Long lists come whole and in few round trips, whatever happens to the issues meanwhile.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use juncture_jira::{Error, Issue};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Event, Fake, HandClock, Issues, Reply, SITE, block_on, cases, client, token};

async fn read(fake: &Fake, fields: &[&str]) -> Result<Vec<Issue>, Error> {
    let clock = HandClock::new();
    let (client, token) = (client(&fake.url, &clock), token());
    client
        .site(SITE, &token)
        .all_issues("project = ED", fields)
        .await
}

fn ids(issues: &[Issue]) -> Vec<u64> {
    issues
        .iter()
        .map(|issue| issue.id.parse().unwrap())
        .collect()
}

/// Newest first.
fn newest_first(ids: RangeInclusive<u64>) -> Vec<u64> {
    ids.rev().collect()
}

/// What was asked for, in short: a page, a scan, or so many issues by id.
fn asked(fake: &Fake) -> Vec<String> {
    let requests = fake.requests();
    let asked = requests.iter().map(|request| {
        let body: Value = juncture_json::decode(&request.body).unwrap();
        match body["issueIdsOrKeys"].as_array() {
            Some(ids) => ids.len().to_string(),
            None if body["reconcileIssues"].is_array() => {
                format!("scan {}", body["reconcileIssues"])
            }
            None if body["maxResults"] == 5_000 => "scan".to_owned(),
            None => "page".to_owned(),
        }
    });
    asked.collect()
}

/// Reads so many issues while the server holds its answers, and lets go of them in rounds, each
/// of which the client asks for only after the last.
async fn takes_rounds(count: u64, fields: &'static [&str], rounds: &[usize]) {
    takes_rounds_each(count, fields, &[rounds]).await;
}

/// The same several times, one after the other, by the same client.
async fn takes_rounds_each(count: u64, fields: &'static [&str], times: &[&[usize]]) {
    let fake = Issues::numbered(1..=count)
        .serve_as(|reply| Reply::Held(Box::new(reply)))
        .await;
    let client = client(&fake.url, &HandClock::new());
    let mut received = 0;
    for rounds in times {
        let client = client.clone();
        let reading = tokio::spawn(async move {
            let token = token();
            let site = client.site(SITE, &token);
            site.all_issues("project = ED", fields).await
        });
        for round in *rounds {
            received += round;
            fake.has_received(received).await;
            assert_eq!(fake.count(), received);
            fake.release(*round);
        }
        let issues = reading.await.unwrap().unwrap();
        assert_eq!(ids(&issues), newest_first(1..=count));
        let summary = issues[0].fields.summary.as_deref();
        assert_eq!(summary, Some(format!("Issue {count}").as_str()));
        assert_eq!(fake.count(), received);
    }
}

#[tokio::test]
async fn a_list_of_one_page_takes_one_round_trip() {
    takes_rounds(100, &["summary"], &[1]).await;
}

#[tokio::test]
async fn a_thousand_issues_take_three_round_trips() {
    takes_rounds(1_000, &["summary"], &[1, 1, 8]).await;
}

#[tokio::test]
async fn five_thousand_issues_take_three_round_trips() {
    takes_rounds(5_000, &["summary", "description", "status"], &[1, 1, 8]).await;
}

/// What is known to be long is not asked for by the page; what is known to be short by nothing else.
#[tokio::test]
async fn a_list_that_was_long_takes_two_round_trips() {
    takes_rounds_each(1_000, &["summary"], &[&[1, 1, 8], &[1, 8], &[1, 8]]).await;
    takes_rounds_each(5_000, &["summary"], &[&[1, 1, 8], &[1, 8]]).await;
    takes_rounds_each(101, &["summary"], &[&[1, 1, 1], &[1, 2]]).await;
    takes_rounds_each(100, &["summary"], &[&[1], &[1]]).await;
}

/// Whatever is remembered of a list, it is what it is now, and read in the cheapest way near the end of
/// a quota.
#[tokio::test]
async fn a_list_that_was_long_may_be_short_gone_or_dear() {
    let jira = Arc::new(Mutex::new(Issues::numbered(1..=350)));
    let fake = Issues::serve_shared(&jira).await;
    let client = client(&fake.url, &HandClock::new());
    let token = token();
    let site = client.site(SITE, &token);
    let read = async || ids(&site.all_issues("project = ED", &["summary"]).await.unwrap());
    assert_eq!(read().await, newest_first(1..=350));
    jira.lock().unwrap().index.retain(|id, _| *id <= 10);
    let before = fake.count();
    assert_eq!(read().await, newest_first(1..=10));
    assert_eq!(asked(&fake)[before..], ["scan", "10"]);
    // Now it is known to be short.
    assert_eq!(read().await, newest_first(1..=10));
    assert_eq!(asked(&fake)[before + 2..], ["page"]);

    (11..=350).for_each(|id| jira.lock().unwrap().create(id));
    assert_eq!(read().await, newest_first(1..=350));
    jira.lock().unwrap().headers = vec![("RateLimit", r#""global-app-quota";r=600;t=1800"#)];
    drop(read().await);
    let before = fake.count();
    assert_eq!(read().await, newest_first(1..=350));
    assert_eq!(asked(&fake)[before..], ["page"; 4]);
    jira.lock().unwrap().index.clear();
    assert!(read().await.is_empty());
}

/// What is made of issues is made as they come, and of nothing that is not an issue.
#[tokio::test]
async fn of_each_issue_is_made_what_is_wanted() {
    let fake = Issues::numbered(1..=350).serve().await;
    let client = client(&fake.url, &HandClock::new());
    let token = token();
    let site = client.site(SITE, &token);
    let fields = ["summary"];
    let make = |issue: Issue| issue.fields.summary.unwrap();
    let made = site.all_issues_as(1_000, "project = ED", &fields, make);
    let expected: Vec<_> = (1..=350).rev().map(|id| format!("Issue {id}")).collect();
    assert_eq!(made.await.unwrap(), expected);
    let made = site.sprint_issues_as(37, &fields, make).await.unwrap();
    assert_eq!(made, expected);
    for page in [
        r#"{"issues": [{"id": "1", "key": "ED-1"}, {"id": "2"}], "isLast": true}"#,
        r#"{"issues": [{"id": "1", "key": "ED-1"},], "isLast": true}"#,
        r#"{"issues": [{"id": "1", "key": "ED-1"}"#,
        r#"{"issues": [{"id": "1", "key": "ED-1"}], "issues": []}"#,
        r#"{"issues": [{"id": "1", "key": "ED-1"}, 7]}"#,
        r#"{"isLast": true}"#,
        r#"[{"issues": []}]"#,
    ] {
        let fake = Fake::script([Reply::ok(page)]).await;
        assert!(
            read(&fake, &fields).await.unwrap_err().is_bad_response(),
            "{page}"
        );
    }
    // However its member is written.
    let page = r#"{"\u0069ssues": [{"id": "1", "key": "ED-1"}], "isLast": true}"#;
    let fake = Fake::script([Reply::ok(&page.replace(r"\\", r"\"))]).await;
    assert_eq!(ids(&read(&fake, &fields).await.unwrap()), [1]);
}

/// In one thread, which serves everybody: where what is long is made elsewhere, it serves meanwhile.
#[tokio::test]
async fn what_is_long_is_made_beside_the_thread_that_serves() {
    let text = "x".repeat(4_000);
    let issues = (1..=100)
        .map(|id| json!({"id": id.to_string(), "key": "ED-1", "fields": {"summary": text}}));
    let long = json!({"issues": issues.collect::<Vec<_>>(), "isLast": true}).to_string();
    let short = json!({"issues": [{"id": "1", "key": "ED-1"}], "isLast": true}).to_string();
    for (page, is_beside) in [(long, true), (short, false)] {
        let fake = Fake::script([Reply::ok(&page)]).await;
        let (client, token) = (client(&fake.url, &HandClock::new()), token());
        let site = client.site(SITE, &token);
        let make = |_| std::thread::current().id();
        let threads = site.all_issues_as(100, "project = ED", &["summary"], make);
        let here = std::thread::current().id();
        let is_here = threads.await.unwrap().contains(&here);
        assert_eq!(is_here, !is_beside);
    }
}

#[tokio::test]
async fn ids_beyond_one_page_are_scanned_in_turn() {
    takes_rounds(5_300, &["summary"], &[1, 1, 1, 8]).await;
}

#[tokio::test]
async fn lists_of_ids_are_pages_of_ids() {
    takes_rounds(5_001, &[], &[1, 1]).await;
}

#[tokio::test]
async fn fields_that_hold_lists_are_fetched_a_hundred_at_a_time() {
    for field in ["comment", "*all", "-summary"] {
        let fake = Issues::numbered(1..=1_000).serve().await;
        let issues = read(&fake, &["summary", field]).await.unwrap();
        assert_eq!(ids(&issues), newest_first(1..=1_000));
        let asked = asked(&fake);
        assert_eq!(asked[..2], ["page", "scan"]);
        assert_eq!(asked[2..], ["100"; 9], "{field}");
    }
}

#[tokio::test]
async fn fewer_are_fetched_at_a_time_where_jira_does_not_give_as_many() {
    let fake = Issues {
        bulk_size: 100,
        ..Issues::numbered(1..=1_700)
    }
    .serve()
    .await;
    let issues = read(&fake, &["summary"]).await.unwrap();
    assert_eq!(ids(&issues), newest_first(1..=1_700));
    let asked = asked(&fake);
    assert_eq!(asked.iter().filter(|asked| *asked == "200").count(), 8);
    assert_eq!(asked.iter().filter(|asked| *asked == "100").count(), 16);
    assert_eq!(asked.len(), 26);
}

#[tokio::test]
async fn without_issues_by_id_the_pages_are_walked() {
    let refusals = [
        Reply::status(
            404,
            r#"{"detail": "No endpoint POST /rest/api/3/issue/bulkfetch."}"#,
        ),
        Reply::status(410, ""),
        Reply::status(403, "<html>no</html>"),
        Reply::status(
            401,
            r#"{"code": 401, "message": "Unauthorized; scope does not match"}"#,
        ),
        Reply::status(400, r#"{"errorMessages": ["No."]}"#),
        Reply::ok("<html>moved</html>"),
        Reply::ok(r#"{"issues": []}"#),
    ];
    for refusal in refusals {
        let mut jira = Issues::numbered(1..=350);
        jira.instead.insert("/bulkfetch", refusal.clone());
        let fake = jira.serve().await;
        let issues = read(&fake, &["summary"]).await.unwrap();
        assert_eq!(ids(&issues), newest_first(1..=350), "{refusal:?}");
        assert_eq!(
            asked(&fake).iter().filter(|asked| *asked == "page").count(),
            4,
            "{refusal:?}"
        );
    }
}

#[tokio::test]
async fn an_unavailable_jira_is_an_error_and_not_a_part() {
    for status in [401, 500, 503] {
        let mut jira = Issues::numbered(1..=350);
        jira.instead.insert("/bulkfetch", Reply::status(status, ""));
        let fake = jira.serve().await;
        let error = read(&fake, &["summary"]).await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(
            asked(&fake).iter().filter(|asked| *asked == "page").count(),
            1
        );
    }
}

#[tokio::test]
async fn near_the_end_of_a_quota_the_pages_are_walked() {
    let mut jira = Issues::numbered(1..=350);
    jira.headers = vec![
        ("RateLimit", r#""global-app-quota";r=600;t=1800"#),
        ("X-RateLimit-NearLimit", "true"),
    ];
    let fake = jira.serve().await;
    let issues = read(&fake, &["summary"]).await.unwrap();
    assert_eq!(ids(&issues), newest_first(1..=350));
    assert_eq!(asked(&fake), ["page"; 4]);
}

/// Reads 350 issues, while this happens before the request with that number: 1 is the first page,
/// 2 the scan, 3 and on are the fetches.
async fn while_reading(
    number: usize,
    event: impl FnOnce(&mut Issues) + Send + 'static,
) -> (Vec<Issue>, Vec<String>) {
    let mut jira = Issues::numbered(1..=350);
    jira.events.insert(number, Box::new(event));
    let fake = jira.serve().await;
    let issues = read(&fake, &["summary"]).await.unwrap();
    (issues, asked(&fake))
}

#[tokio::test]
async fn an_issue_that_is_deleted_meanwhile_is_asked_for_twice_and_left_out() {
    let (issues, asked) = while_reading(3, |jira| jira.delete(7)).await;
    let mut left = newest_first(1..=350);
    left.retain(|id| *id != 7);
    assert_eq!(ids(&issues), left);
    assert_eq!(asked, ["page", "scan", "100", "100", "50", "1"]);
}

#[tokio::test]
async fn an_issue_that_moved_away_is_left_out_once_the_index_knows() {
    let (issues, asked) = while_reading(3, |jira| jira.move_away(7)).await;
    assert!(!ids(&issues).contains(&7));
    assert_eq!(
        (issues.len(), asked.last().unwrap().as_str()),
        (349, "scan [7]")
    );
}

#[tokio::test]
async fn an_issue_that_moved_and_still_matches_stays_with_its_new_key() {
    let (issues, asked) = while_reading(3, |jira| {
        jira.database.insert(7, "EDITOR-1".to_owned());
    })
    .await;
    assert_eq!(ids(&issues), newest_first(1..=350));
    assert_eq!(issues[350 - 7].key, "EDITOR-1");
    assert_eq!(asked[5..], ["scan [7]", "1"]);
}

#[tokio::test]
async fn an_issue_of_the_first_page_that_the_scan_lacks_is_asked_about() {
    let (issues, asked) = while_reading(2, |jira| {
        jira.delete(340);
        jira.index.remove(&340);
        // The index has lost this one for a moment.
        jira.index.remove(&330);
    })
    .await;
    assert!(
        asked
            .iter()
            .any(|asked| asked == "scan [330,340]" || asked == "scan [340,330]")
    );
    let mut left = newest_first(1..=350);
    left.retain(|id| *id != 340);
    assert_eq!(ids(&issues), left);
}

#[tokio::test]
async fn issues_created_between_page_and_scan_are_there_once() {
    let (issues, _) = while_reading(2, |jira| jira.create(351)).await;
    assert_eq!(ids(&issues), newest_first(1..=351));
}

#[tokio::test]
async fn more_doubt_than_can_be_settled_ends_in_a_walk() {
    let (issues, asked) = while_reading(3, |jira| (1..=60).for_each(|id| jira.move_away(id))).await;
    assert_eq!(ids(&issues), newest_first(1..=350));
    assert_eq!(asked[5..], ["page", "page", "page"]);
}

#[tokio::test]
async fn an_issue_that_cannot_be_read_for_a_moment_is_asked_for_again() {
    for (times, pages) in [(1, 1), (2, 4)] {
        let mut jira = Issues::numbered(1..=350);
        jira.unreadable.insert(7, times);
        let fake = jira.serve().await;
        let issues = read(&fake, &["summary"]).await.unwrap();
        assert_eq!(ids(&issues), newest_first(1..=350));
        let asked = asked(&fake);
        assert_eq!(asked.iter().filter(|asked| *asked == "page").count(), pages);
    }
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_no_end() {
    let pages = [
        r#"{"issues": [{"id": "3", "key": "ED-3"}], "nextPageToken": "a", "isLast": false}"#,
        r#"{"issues": [{"id": "3", "key": "ED-3"}], "nextPageToken": "b", "isLast": false}"#,
        r#"{"issues": [], "nextPageToken": "c", "isLast": false}"#,
        r#"{"issues": [{"id": "2", "key": "ED-2"}, {"id": "3", "key": "ED-3"}]}"#,
        r#"{"issues": [{"id": "2", "key": "ED-2"}]}"#,
    ];
    let fake = Fake::script(pages.map(Reply::ok)).await;
    assert_eq!(ids(&read(&fake, &["summary"]).await.unwrap()), [3, 2]);
    assert_eq!(asked(&fake), ["page", "scan", "scan", "scan", "1"]);
}

/// What may happen to an issue while a list is read.
#[derive(Clone, Debug)]
enum Happening {
    Created,
    Deleted,
    Moved,
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn nothing_is_missing_or_doubled_while_issues_come_and_go(
        happenings in prop::collection::vec(
            (1_usize..12, 1_u64..400, prop::sample::select(vec![Happening::Created, Happening::Deleted, Happening::Moved])),
            0..12,
        ),
        page_size in 20_usize..=100,
    ) {
        let mut jira = Issues { page_size, ..Issues::numbered(1..=400) };
        let mut touched = Vec::new();
        for (number, id, happening) in happenings {
            let id = if matches!(happening, Happening::Created) { id + 400 } else { id };
            touched.push(id);
            let before: Option<Event> = jira.events.remove(&number);
            jira.events.insert(number, Box::new(move |jira| {
                if let Some(before) = before {
                    before(jira);
                }
                match happening {
                    Happening::Created => jira.create(id),
                    Happening::Deleted => jira.delete(id),
                    Happening::Moved if jira.database.contains_key(&id) => jira.move_away(id),
                    Happening::Moved => {}
                }
            }));
        }
        let issues = block_on(async {
            let fake = jira.serve().await;
            read(&fake, &["summary"]).await.unwrap()
        });
        let found = ids(&issues);
        prop_assert!(found.is_sorted_by(|one, next| one > next), "each once, in order: {found:?}");
        for id in (1..=400).filter(|id| !touched.contains(id)) {
            prop_assert!(found.contains(&id), "{id} is missing");
        }
        prop_assert!(found.iter().all(|id| *id <= 400 || touched.contains(id)));
    }
}
