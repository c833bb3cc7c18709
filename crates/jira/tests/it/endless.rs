//! A list without an end ends all the same: within 56 calls, with an error that says why. What is
//! long and honest comes whole.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use juncture_jira::{Board, Error, Policy, Sprint, WithSprints};
use serde_json::{Value, json};

use crate::support::{Fake, HandClock, Issues, Reply, Request, SITE, client, token};

/// The most calls that a list may take that does not say how long it is, with a few to spare for what
/// is asked beside it.
const MOST_CALLS: usize = 56;

/// A list of the client, by any of its ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    Search,
    Issues,
    SprintIssues,
    Projects,
    Boards,
    Sprints,
    SprintsOfBoards,
    Comments,
    Changelog,
    CreateFields,
    Labels,
}

pub(crate) const BY_TOKEN: [Way; 3] = [Way::Search, Way::Issues, Way::SprintIssues];
pub(crate) const BY_OFFSET: [Way; 8] = [
    Way::Projects,
    Way::Boards,
    Way::Sprints,
    Way::SprintsOfBoards,
    Way::Comments,
    Way::Changelog,
    Way::CreateFields,
    Way::Labels,
];

/// Reads a list of such a server: how many came, and how many calls it took.
pub(crate) async fn read(way: Way, fake: &Fake, policy: Policy) -> (Result<usize, Error>, usize) {
    let client = client(&fake.url, &HandClock::new()).with_policy(policy);
    let token = token();
    let site = client.site(SITE, &token);
    let fields = ["summary"];
    let read = match way {
        Way::Search => {
            (site.search("project = ED", &fields).try_concat().await).map(|all| all.len())
        }
        Way::Issues => (site.all_issues("project = ED", &fields).await).map(|all| all.len()),
        Way::SprintIssues => (site.sprint_issues(37, &fields).await).map(|all| all.len()),
        Way::Projects => site.projects().try_concat().await.map(|all| all.len()),
        Way::Boards => site.boards("ED").await.map(|all| all.len()),
        Way::Sprints => site.sprints(7, &[]).await.map(|all| all.len()),
        Way::Comments => site.comments("ED-1").await.map(|all| all.len()),
        Way::Changelog => site.changelog("ED-1").await.map(|all| all.len()),
        Way::CreateFields => site.create_fields("ED", "1").await.map(|all| all.len()),
        Way::Labels => site.labels().await.map(|all| all.len()),
        Way::SprintsOfBoards => {
            let boards = site.sprints_of_boards(numbered_boards(7..8), &[]).await;
            of_all(boards.unwrap()).map(|all| all.len())
        }
    };
    (read, fake.count())
}

/// The sprints of all boards together.
pub(crate) fn of_all(boards: Vec<WithSprints>) -> Result<Vec<Sprint>, Error> {
    let sprints: Result<Vec<_>, _> = boards.into_iter().map(|(_, sprints)| sprints).collect();
    sprints.map(|sprints| sprints.concat())
}

/// Whether a list ends as it must: in time, with this fault, and with nothing of the list in it.
#[track_caller]
fn ends(way: Way, (read, calls): (Result<usize, Error>, usize), fault: &str) {
    let error = read.expect_err("there is no end to it");
    assert_eq!(error.list_fault(), Some(fault), "{way:?}: {error:?}");
    assert!(error.is_too_long() != error.is_bad_response());
    assert!(error.status().is_none() && !error.is_unavailable() && !error.is_invalid());
    assert!(calls <= MOST_CALLS, "{way:?} took {calls} calls");
}

/// The number of a request, from 0, in the order in which they come.
fn counted(
    mut page: impl FnMut(usize) -> Value + Send + 'static,
) -> impl FnMut(&Request) -> Reply + Send {
    let mut number = 0;
    move |_| {
        number += 1;
        Reply::ok(&page(number - 1).to_string())
    }
}

pub(crate) fn issues(ids: std::ops::Range<usize>) -> Vec<Value> {
    ids.map(
        |id| json!({"id": id.to_string(), "key": format!("ED-{id}"), "fields": {"summary": "x"}}),
    )
    .collect()
}

pub(crate) fn values(ids: std::ops::Range<usize>) -> Vec<Value> {
    // Projects have strings for ids, boards and sprints have numbers.
    ids.map(|id| json!({"id": id, "key": format!("P{id}"), "name": "x", "state": "closed"}))
        .collect()
}

pub(crate) fn numbered_boards(ids: std::ops::Range<usize>) -> Vec<Board> {
    let boards = ids.map(|id| serde_json::from_value(json!({"id": id, "type": "scrum"})));
    boards.map(Result::unwrap).collect()
}

/// A page of numbered items, as the way it is asked for has them.
pub(crate) fn page(way: Way, ids: std::ops::Range<usize>) -> Value {
    let mut values = values(ids);
    for value in &mut values {
        let id = json!(value["id"].to_string());
        match way {
            Way::Projects | Way::Comments | Way::Changelog => value["id"] = id,
            Way::CreateFields => value["fieldId"] = id,
            Way::Labels => *value = id,
            _ => {}
        }
    }
    let member = match way {
        Way::Comments => "comments",
        Way::CreateFields => "fields",
        _ => "values",
    };
    json!({ member: values })
}

const GOES_ON: &str = "goes on and on";
const NOTHING_NEW: &str = "brings nothing new";
const COMES_BACK: &str = "comes back to a page that it has given";
const PAGES: &str = "has more pages than can be read";
const ITEMS: &str = "has more items than can be kept";
const TEXT: &str = "holds more text than can be kept";

async fn by_token(fault: &str, page: fn(usize) -> Value) {
    for way in BY_TOKEN {
        let fake = Fake::start(counted(page)).await;
        ends(way, read(way, &fake, Policy::default()).await, fault);
    }
}

#[tokio::test]
async fn tokens_that_take_turns_end() {
    by_token(COMES_BACK, |number| {
        json!({"issues": issues(number * 9..number * 9 + 9), "nextPageToken": (number % 2).to_string()})
    })
    .await;
}

#[tokio::test]
async fn fresh_tokens_with_the_same_issues_end() {
    by_token(
        NOTHING_NEW,
        |number| json!({"issues": issues(0..100), "nextPageToken": number.to_string()}),
    )
    .await;
}

#[tokio::test]
async fn fresh_tokens_with_empty_pages_end() {
    by_token(
        NOTHING_NEW,
        |number| json!({"issues": [], "isLast": false, "nextPageToken": number.to_string()}),
    )
    .await;
}

#[tokio::test]
async fn new_issues_for_ever_end() {
    by_token(GOES_ON, |number| {
        json!({"issues": issues(number * 100..number * 100 + 100), "nextPageToken": number.to_string()})
    })
    .await;
}

#[tokio::test]
async fn one_issue_a_page_ends() {
    by_token(
        GOES_ON,
        |number| json!({"issues": issues(number..number + 1), "nextPageToken": number.to_string()}),
    )
    .await;
}

#[tokio::test]
async fn ids_for_ever_end_where_no_more_can_be_kept() {
    for way in [Way::Issues, Way::SprintIssues] {
        let fake = Fake::start(counted(|number| {
            json!({"issues": issues(number * 5000..number * 5000 + 5000), "nextPageToken": number.to_string()})
        }))
        .await;
        ends(way, read(way, &fake, Policy::default()).await, ITEMS);
    }
}

#[tokio::test]
async fn the_deprecated_list_of_a_sprint_that_never_ends_ends() {
    for (fault, total) in [(GOES_ON, Some(u64::MAX)), (GOES_ON, None)] {
        let fake = Fake::start(move |request| {
            if request.target.contains("/software/") {
                return Reply::status(410, "");
            }
            let start_at = start_of(request);
            Reply::ok(
                &json!({"issues": issues(start_at..start_at + 50), "total": total}).to_string(),
            )
        })
        .await;
        ends(
            Way::SprintIssues,
            read(Way::SprintIssues, &fake, Policy::default()).await,
            fault,
        );
    }
}

pub(crate) fn start_of(request: &Request) -> usize {
    let mut query = request.target.split(['?', '&']);
    let start = query.find_map(|pair| pair.strip_prefix("startAt="));
    start.unwrap().parse().unwrap()
}

/// A page for its way, its offset and the number of the request.
type OffsetPage = fn(Way, usize, usize) -> Value;

async fn by_offset(fault: &str, page: OffsetPage) {
    for way in BY_OFFSET {
        let mut number = 0;
        let fake = Fake::start(move |request| {
            number += 1;
            Reply::ok(&page(way, start_of(request), number - 1).to_string())
        })
        .await;
        ends(way, read(way, &fake, Policy::default()).await, fault);
    }
}

#[tokio::test]
async fn an_absurd_total_ends_at_the_first_page() {
    by_offset(PAGES, |way, start, _| {
        let mut page = page(way, start..start + 50);
        page["total"] = json!(1_000_000_000_000_000_000_u64);
        page
    })
    .await;
}

#[tokio::test]
async fn pages_that_repeat_without_a_word_about_the_end_end() {
    by_offset(NOTHING_NEW, |way, _, _| page(way, 0..50)).await;
}

#[tokio::test]
async fn an_upstream_that_ignores_the_offset_ends() {
    by_offset(NOTHING_NEW, |way, _, _| {
        let mut page = page(way, 0..50);
        page["total"] = json!(2_000);
        page
    })
    .await;
    by_offset(NOTHING_NEW, |way, _, _| {
        let mut page = page(way, 0..50);
        page["isLast"] = json!(false);
        page
    })
    .await;
}

#[tokio::test]
async fn new_items_for_ever_end() {
    by_offset(GOES_ON, |way, start, _| page(way, start..start + 50)).await;
    by_offset(GOES_ON, |way, start, _| {
        let mut page = page(way, start..start + 50);
        page["isLast"] = json!(false);
        page
    })
    .await;
}

#[tokio::test]
async fn a_growing_total_ends() {
    by_offset(GOES_ON, |way, start, _| {
        let mut page = page(way, start..start + 50);
        page["total"] = json!(start + 100);
        page
    })
    .await;
}

#[tokio::test]
async fn one_item_a_page_ends() {
    by_offset(GOES_ON, |way, start, _| page(way, start..start + 1)).await;
    by_offset(GOES_ON, |way, start, _| {
        let mut page = page(way, start..start + 1);
        page["total"] = json!(1_000);
        page
    })
    .await;
    by_offset(GOES_ON, |way, start, number| {
        let mut page = page(way, start..start + 1);
        page["total"] = json!(number + 10);
        page
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_boards_end_at_the_first_page_and_their_sprints_before_it() {
    let fake = Fake::start(|request| {
        let start = start_of(request);
        let mut page = page(Way::Boards, start..start + 50);
        page["total"] = json!(10_000);
        Reply::ok(&page.to_string())
    })
    .await;
    let (boards, calls) = read(Way::Boards, &fake, Policy::default()).await;
    assert_eq!(calls, 1);
    ends(Way::Boards, (boards, calls), PAGES);

    let client = client(&fake.url, &HandClock::new());
    let token = token();
    let site = client.site(SITE, &token);
    let boards = site.sprints_of_boards(numbered_boards(0..10_000), &[]);
    let error = boards.await.expect_err("too many boards");
    assert!(error.is_too_long() && fake.count() == 1);
}

#[tokio::test]
async fn endless_sprints_of_many_boards_share_what_one_list_may_take() {
    let fake = Fake::start(|request| {
        let start = start_of(request);
        Reply::ok(&page(Way::Sprints, start..start + 50).to_string())
    })
    .await;
    let client = client(&fake.url, &HandClock::new());
    let token = token();
    let site = client.site(SITE, &token);
    let boards = site.sprints_of_boards(numbered_boards(0..60), &[]).await;
    let read = of_all(boards.unwrap());
    assert_eq!(read.unwrap_err().list_fault(), Some(GOES_ON));
    // No more than one list by itself.
    assert!(fake.count() <= MOST_CALLS, "{}", fake.count());
}

#[tokio::test]
async fn what_a_list_holds_is_bounded_in_bytes() {
    let policy = Policy {
        list_bytes: 1 << 20,
        ..Policy::default()
    };
    let text = "x".repeat(100_000);
    for way in [Way::Search, Way::Issues, Way::Projects] {
        let text = text.clone();
        let fake = Fake::start(counted(move |number| {
            if way == Way::Projects {
                return json!({"values": [{"id": number.to_string(), "key": "P", "name": text}]});
            }
            let issue = json!({"id": number.to_string(), "key": "P", "fields": {"summary": text}});
            json!({"issues": [issue], "nextPageToken": number.to_string()})
        }))
        .await;
        let (read, calls) = read(way, &fake, policy).await;
        // The answer that is one too many is not read to its end.
        assert_eq!(calls, 11, "{way:?}");
        ends(way, (read, calls), TEXT);
    }
}

#[tokio::test]
async fn a_page_of_more_items_than_any_has_is_no_answer() {
    let many = vec![json!({"id": "1", "key": "P-1"}); 5_001];
    for (way, member) in [(Way::Search, "issues"), (Way::Projects, "values")] {
        let fake = Fake::script([Reply::ok(&json!({ member: many }).to_string())]).await;
        let (read, _) = read(way, &fake, Policy::default()).await;
        assert!(read.unwrap_err().is_bad_response(), "{way:?}");
    }
}

#[tokio::test]
async fn a_list_that_outlasts_its_time_times_out() {
    let clock = HandClock::new();
    let fake = Fake::start({
        let clock = clock.clone();
        counted(move |number| {
            clock.advance(Duration::from_secs(4));
            let mut page = page(Way::Projects, number * 50..number * 50 + 50);
            page["total"] = json!(3_000);
            page
        })
    })
    .await;
    let policy = Policy {
        max_in_flight_per_site: 1,
        ..Policy::default()
    };
    let client = client(&fake.url, &clock).with_policy(policy);
    let token = token();
    let read: Result<Vec<_>, _> = client.site(SITE, &token).projects().try_concat().await;
    let error = read.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    // 150 s, and the call that was under way.
    assert!((37..=38).contains(&fake.count()), "{}", fake.count());
}

#[tokio::test]
async fn a_slow_list_that_does_not_say_how_long_it_is_ends_after_twenty_seconds() {
    for way in [Way::Projects, Way::SprintIssues] {
        let clock = HandClock::new();
        let fake = Fake::start({
            let clock = clock.clone();
            counted(move |number| {
                clock.advance(Duration::from_secs(3));
                let mut page = page(Way::Projects, number * 50..number * 50 + 50);
                page["issues"] = json!(issues(number * 50..number * 50 + 50));
                if way == Way::SprintIssues {
                    page.as_object_mut().unwrap().remove("values");
                    page["nextPageToken"] = json!(number.to_string());
                } else {
                    page.as_object_mut().unwrap().remove("issues");
                }
                page
            })
        })
        .await;
        let client = client(&fake.url, &clock);
        let token = token();
        let site = client.site(SITE, &token);
        let error = match way {
            Way::Projects => site.projects().try_concat().await.map(drop),
            _ => site.sprint_issues(37, &["summary"]).await.map(drop),
        }
        .unwrap_err();
        assert_eq!(error.list_fault(), Some(GOES_ON));
        assert_eq!(fake.count(), 7, "{way:?}: 21 s of Jira's time");
    }
}

#[tokio::test]
async fn pauses_that_jira_asks_for_do_not_end_an_honest_list() {
    let clock = HandClock::new();
    let fake = Fake::start(move |request| {
        static TRIED: std::sync::Mutex<Vec<usize>> = std::sync::Mutex::new(Vec::new());
        let start = start_of(request);
        let mut tried = TRIED.lock().unwrap();
        if start > 0 && !tried.contains(&start) {
            tried.push(start);
            return Reply::status(429, "").header("Retry-After", "30");
        }
        let end = (start + 50).min(230);
        let mut page = page(Way::Sprints, start..end);
        page["isLast"] = json!(end == 230);
        Reply::ok(&page.to_string())
    })
    .await;
    let client = client(&fake.url, &clock);
    let token = token();
    let sprints = client.site(SITE, &token).sprints(7, &[]).await.unwrap();
    assert_eq!((sprints.len(), clock.pauses()), (230, vec![30.0; 4]));
}

#[tokio::test]
async fn a_wait_that_the_list_has_no_time_for_is_not_begun() {
    let clock = HandClock::new();
    let fake = Fake::start({
        let clock = clock.clone();
        move |request| {
            if start_of(request) > 0 {
                return Reply::status(429, "").header("Retry-After", "40");
            }
            clock.advance(Duration::from_secs(15));
            let mut page = page(Way::Sprints, 0..50);
            page["isLast"] = json!(false);
            Reply::ok(&page.to_string())
        }
    })
    .await;
    let client = client(&fake.url, &clock).with_policy(Policy {
        list_overall: Duration::from_secs(50),
        ..Policy::default()
    });
    let token = token();
    let error = client.site(SITE, &token).sprints(7, &[]).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(40)));
    assert!(clock.pauses().is_empty());
}

#[tokio::test]
async fn long_honest_lists_come_whole() {
    // Offsets: projects in pages of 100, and of 50.
    for size in [100, 50] {
        for says_total in [true, false] {
            let fake = Fake::start(move |request| {
                let start = start_of(request);
                let end = (start + size).min(2_750);
                let mut page = page(Way::Projects, start..end);
                page["isLast"] = json!(end == 2_750);
                if says_total {
                    page["total"] = json!(2_750);
                }
                Reply::ok(&page.to_string())
            })
            .await;
            let (read, calls) = read(Way::Projects, &fake, Policy::default()).await;
            assert_eq!((read.unwrap(), calls), (2_750, 2_750_usize.div_ceil(size)));
        }
    }
    let fake = Fake::start(|request| {
        let start = start_of(request);
        let mut page = page(Way::Projects, start..(start + 100).min(12_000));
        page["total"] = json!(12_000);
        Reply::ok(&page.to_string())
    })
    .await;
    let (read, calls) = self::read(Way::Projects, &fake, Policy::default()).await;
    assert_eq!((read.unwrap(), calls), (12_000, 120));
    // Tokens: 10,000 issues by their ids.
    let fake = Issues::numbered(1..=10_000).serve().await;
    let (read, calls) = self::read(Way::Issues, &fake, Policy::default()).await;
    assert_eq!((read.unwrap(), calls), (10_000, 13));
}

/// Ten thousand issues of a Jira that gives none by id: the scan has told how many there are.
#[tokio::test]
async fn a_long_list_is_walked_where_the_scan_says_how_long_it_is() {
    let mut jira = Issues::numbered(1..=10_000);
    jira.instead.insert("/bulkfetch", Reply::status(410, ""));
    let fake = jira.serve().await;
    let (read, _) = read(Way::Issues, &fake, Policy::default()).await;
    assert_eq!(read.unwrap(), 10_000);
}

/// Near the end of a quota nothing is scanned; Jira is asked how long the list is, where it matters.
#[tokio::test]
async fn a_long_list_is_walked_where_jira_says_how_long_it_is() {
    for (count, read_all) in [("9000", true), ("90000", false), ("refused", false)] {
        let mut jira = Issues::numbered(1..=9_000);
        jira.headers = vec![("RateLimit", r#""global-app-quota";r=600;t=1800"#)];
        let answer = match count {
            "refused" => Reply::status(400, r#"{"errorMessages": ["No."]}"#),
            count => Reply::ok(&format!(r#"{{"count": {count}}}"#)),
        };
        jira.instead.insert("/approximate-count", answer);
        let fake = jira.serve().await;
        let (read, calls) = read(Way::Issues, &fake, Policy::default()).await;
        if read_all {
            assert_eq!((read.unwrap(), calls), (9_000, 91));
        } else {
            assert!(read.unwrap_err().list_fault().is_some());
            assert!(calls <= MOST_CALLS);
        }
    }
}

#[tokio::test]
async fn when_the_caller_goes_away_the_reading_ends() {
    let fake = Fake::start(counted(
        |number| json!({"issues": issues(number..number + 1), "nextPageToken": number.to_string()}),
    ))
    .await;
    let url = fake.url.clone();
    let reading = tokio::spawn(async move {
        let (client, token) = (client(&url, &HandClock::new()), token());
        let site = client.site(SITE, &token);
        let mut pages = std::pin::pin!(site.search("x", &["summary"]));
        pages.next().await;
        pages.next().await;
    });
    reading.await.unwrap();
    // A call of somebody else shows that none came in between.
    let (other, token) = (client(&fake.url, &HandClock::new()), token());
    drop(other.site(SITE, &token).myself().await);
    assert_eq!(fake.count(), 3);
}
