//! Lists come whole, however Jira cuts them into pages.

use futures_util::{StreamExt as _, TryStreamExt as _};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Fake, HandClock, Reply, Request, SITE, block_on, cases, client, path, token};

/// A server of numbered issues, in pages of these sizes.
fn issues_in_pages(sizes: Vec<usize>, ends_by: EndsBy) -> impl FnMut(&Request) -> Reply + Send {
    move |request| {
        let body: Value = juncture_json::decode(&request.body).unwrap();
        let page = match body.get("nextPageToken") {
            None => 0,
            Some(token) => token.as_str().unwrap().parse().unwrap(),
        };
        let first: usize = sizes[..page].iter().sum();
        let issues: Vec<Value> = (first..first + sizes[page])
            .map(|number| json!({"id": number.to_string(), "key": format!("ED-{number}")}))
            .collect();
        let is_last = page + 1 == sizes.len();
        let mut answer = json!({ "issues": issues });
        if !is_last {
            answer["nextPageToken"] = json!((page + 1).to_string());
            answer["isLast"] = json!(false);
        }
        match ends_by {
            _ if !is_last => {}
            EndsBy::IsLast => {
                answer["isLast"] = json!(true);
                answer["nextPageToken"] = json!("0");
            }
            EndsBy::NoToken => {}
            EndsBy::NullToken => answer["nextPageToken"] = Value::Null,
            EndsBy::SameToken if page == 0 => {}
            EndsBy::SameToken => answer["nextPageToken"] = json!(page.to_string()),
        }
        Reply::ok(&answer.to_string())
    }
}

/// The signs by which the last page has been seen to be the last.
#[derive(Clone, Copy, Debug)]
enum EndsBy {
    IsLast,
    NoToken,
    NullToken,
    SameToken,
}

/// A server of numbered projects that gives as many at once as these numbers say, over and over.
fn projects_in_pages(
    sizes: Vec<usize>,
    says_is_last: bool,
) -> impl FnMut(&Request) -> Reply + Send {
    let total: usize = sizes.iter().sum();
    let mut sizes = sizes.into_iter().cycle();
    move |request| {
        let start_at: usize = request
            .target
            .split(['?', '&'])
            .find_map(|pair| pair.strip_prefix("startAt="))
            .unwrap()
            .parse()
            .unwrap();
        let end = (start_at + sizes.next().unwrap_or(0)).min(total);
        let values: Vec<Value> = (start_at..end)
            .map(|number| json!({"id": number.to_string(), "key": format!("P{number}"), "name": "x"}))
            .collect();
        let mut answer =
            json!({"startAt": start_at, "maxResults": 50, "total": total, "values": values});
        if says_is_last {
            answer["isLast"] = json!(end == total);
        }
        Reply::ok(&answer.to_string())
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn any_page_sizes_yield_the_same_issues(
        sizes in prop::collection::vec(0_usize..7, 1..7),
        ends_by in prop::sample::select(vec![EndsBy::IsLast, EndsBy::NoToken, EndsBy::NullToken, EndsBy::SameToken]),
    ) {
        let total: usize = sizes.iter().sum();
        let pages = sizes.len();
        let (issues, calls) = block_on(async {
            let fake = Fake::start(issues_in_pages(sizes, ends_by)).await;
            let clock = HandClock::new();
            let client = client(&fake.url, &clock);
            let token = token();
            let search = client.site(SITE, &token).search("project = ED", &["summary"]);
            (search.try_concat().await.unwrap(), fake.count())
        });
        let ids: Vec<String> = issues.into_iter().map(|issue| issue.id).collect();
        prop_assert_eq!(ids, (0..total).map(|number| number.to_string()).collect::<Vec<_>>());
        prop_assert_eq!(calls, pages);
    }

    #[test]
    fn any_page_sizes_yield_the_same_projects(
        sizes in prop::collection::vec(1_usize..7, 0..7),
        says_is_last: bool,
    ) {
        let total: usize = sizes.iter().sum();
        let projects = block_on(async {
            let fake = Fake::start(projects_in_pages(sizes, says_is_last)).await;
            let clock = HandClock::new();
            let client = client(&fake.url, &clock);
            let token = token();
            client.site(SITE, &token).projects().try_concat().await.unwrap()
        });
        let ids: Vec<String> = projects.into_iter().map(|project| project.id).collect();
        prop_assert_eq!(ids, (0..total).map(|number| number.to_string()).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_search_asks_for_large_pages_only_where_jira_gives_them() {
    let clock = HandClock::new();
    let fake = Fake::start(issues_in_pages(vec![1, 1], EndsBy::NoToken)).await;
    let client = client(&fake.url, &clock);
    let token = token();
    let site = client.site(SITE, &token);
    site.search("project = ED", &["summary"])
        .try_concat()
        .await
        .unwrap();
    site.search("project = ED", &[]).try_concat().await.unwrap();
    site.search("project = ED", &["id"])
        .try_concat()
        .await
        .unwrap();
    let sent: Vec<_> = fake
        .requests()
        .into_iter()
        .map(|request| request.body)
        .collect();
    insta::assert_snapshot!(sent.join("\n"), @r#"
    {"jql":"project = ED","fields":["summary","key"],"maxResults":100}
    {"jql":"project = ED","fields":["summary","key"],"maxResults":100,"nextPageToken":"1"}
    {"jql":"project = ED","fields":["key"],"maxResults":5000}
    {"jql":"project = ED","fields":["key"],"maxResults":5000,"nextPageToken":"1"}
    {"jql":"project = ED","fields":["id","key"],"maxResults":5000}
    {"jql":"project = ED","fields":["id","key"],"maxResults":5000,"nextPageToken":"1"}
    "#);
    let first = &fake.requests()[0];
    assert_eq!(
        (first.method.as_str(), first.target.as_str()),
        ("POST", path("search/jql").as_str())
    );
}

#[tokio::test]
async fn projects_are_asked_for_with_their_leads() {
    let clock = HandClock::new();
    let fake = Fake::start(projects_in_pages(vec![2, 1], true)).await;
    let client = client(&fake.url, &clock);
    let token = token();
    let projects = client
        .site(SITE, &token)
        .projects()
        .try_concat()
        .await
        .unwrap();
    assert_eq!(projects.len(), 3);
    let targets: Vec<_> = fake
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            path("project/search?startAt=0&maxResults=100&expand=lead"),
            path("project/search?startAt=2&maxResults=100&expand=lead"),
        ]
    );
}

#[tokio::test]
async fn a_failed_page_ends_the_list_with_an_error_and_not_with_a_part() {
    let clock = HandClock::new();
    let page =
        r#"{"issues": [{"id": "1", "key": "ED-1"}], "nextPageToken": "next", "isLast": false}"#;
    let refusal = r#"{"errorMessages": ["The provided next page token is invalid or expired."], "errors": {}}"#;
    let fake = Fake::script([Reply::ok(page), Reply::status(400, refusal)]).await;
    let client = client(&fake.url, &clock);
    let token = token();
    let site = client.site(SITE, &token);
    let mut pages = std::pin::pin!(site.search("project = ED", &["summary"]));
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    assert!(pages.next().await.unwrap().unwrap_err().is_invalid());
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn a_list_outlives_the_view_it_was_asked_of() {
    let clock = HandClock::new();
    let fake = Fake::start(issues_in_pages(vec![1, 1], EndsBy::IsLast)).await;
    let client = client(&fake.url, &clock);
    let token = token();
    let pages = {
        let jql = String::from("project = ED");
        client.site(SITE, &token).search(&jql, &["summary"])
    };
    assert_eq!(pages.try_concat().await.unwrap().len(), 2);
}
