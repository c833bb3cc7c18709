//! A list without an end costs at most twice the points of an honest one.
//!
//! Jira counts one point for a call and one for each item that it brings, against a quota of the app
//! that all customers share. The honest list is the one that Jira tells: of as many items as its
//! total or count says. Where it tells none, it is that of the items that truly came, each counted
//! once; it is read by the same client, in pages of the same size.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use juncture_jira::Policy;
use serde_json::{Value, json};

use crate::endless::{
    BY_OFFSET, BY_TOKEN, Way, issues, numbered_boards, of_all, page, read, start_of,
};
use crate::support::{Fake, HandClock, Issues, Reply, Request, SITE, client, token};

/// What is beyond the rule: the page by which it is noticed, and ten pages without an item or ten items
/// that come again, which Jira may give now and then.
const FEW: usize = 51;

/// What the quota has lost.
#[derive(Clone, Default)]
struct Bill(Arc<Mutex<Lost>>);

#[derive(Default)]
struct Lost {
    points: usize,
    /// The items that came, by the list that they are of.
    distinct: HashSet<(String, String)>,
}

impl Bill {
    /// Puts an answer on the bill.
    fn of(&self, request: &Request, reply: Reply) -> Reply {
        let mut lost = self.0.lock().unwrap();
        lost.points += 1;
        if let Reply::Answer { body, .. } = &reply {
            let body: Value = juncture_json::decode(body).unwrap_or_default();
            let members = ["issues", "values", "comments", "fields"];
            let items = members.iter().find_map(|member| body[*member].as_array());
            let list = request.target.split('?').next().unwrap();
            // The issues of a list are the same ones by all its ways.
            let list = if body["issues"].is_array() { "" } else { list };
            for item in items.into_iter().flatten() {
                lost.points += 1;
                let id = item.get("id").unwrap_or(item);
                lost.distinct.insert((list.to_owned(), id.to_string()));
            }
        }
        reply
    }

    fn points(&self) -> usize {
        self.0.lock().unwrap().points
    }

    fn distinct(&self) -> usize {
        self.0.lock().unwrap().distinct.len()
    }
}

async fn serve(mut answer: impl FnMut(&Request) -> Reply + Send + 'static) -> (Fake, Bill) {
    let bill = Bill::default();
    let counted = bill.clone();
    let fake = Fake::start(move |request| counted.of(request, answer(request))).await;
    (fake, bill)
}

/// What an honest list of so many items costs, in such pages.
async fn honest(way: Way, items: usize, page_size: usize) -> usize {
    let (fake, bill) = if BY_TOKEN.contains(&way) {
        let mut jira = Issues::numbered(1..=items.try_into().unwrap());
        jira.page_size = page_size;
        let count = Reply::ok(&json!({ "count": items }).to_string());
        jira.instead.insert("/approximate-count", count);
        let bill = Bill::default();
        let counted = bill.clone();
        // The path is not needed to count issues.
        let nowhere = Request {
            method: String::new(),
            target: String::new(),
            headers: std::collections::BTreeMap::new(),
            body: String::new(),
        };
        let fake = jira
            .serve_as(move |reply| counted.of(&nowhere, reply))
            .await;
        (fake, bill)
    } else {
        serve(move |request| {
            let start = start_of(request);
            let end = (start + page_size).min(items);
            let mut page = page(way, start.min(end)..end);
            page["isLast"] = json!(end == items);
            page["total"] = json!(items);
            Reply::ok(&page.to_string())
        })
        .await
    };
    let (read, _) = read(way, &fake, Policy::default()).await;
    assert_eq!(read.unwrap(), items, "{way:?}");
    bill.points()
}

/// Whether such a list is given up for at most twice the points of an honest one; `told` is how many
/// items Jira says there are. The number of a request is counted from 0.
async fn costs_no_more_than_twice(
    way: Way,
    page_size: usize,
    told: Option<usize>,
    mut answer: impl FnMut(&Request, usize) -> Value + Send + 'static,
) {
    let mut number = 0;
    let (fake, bill) = serve(move |request| {
        number += 1;
        Reply::ok(&answer(request, number - 1).to_string())
    })
    .await;
    let (read, _) = read(way, &fake, Policy::default()).await;
    let error = read.expect_err("there is no end to it");
    assert!(error.list_fault().is_some(), "{way:?}: {error:?}");
    // By token one more, so that a first page is not yet the whole list.
    let length = told.unwrap_or(bill.distinct() + usize::from(BY_TOKEN.contains(&way)));
    let (spent, honest) = (bill.points(), honest(way, length, page_size).await);
    assert!(
        spent <= 2 * honest + FEW,
        "{way:?} cost {spent} points; an honest list of {length} items costs {honest}"
    );
}

/// Tries all ways by token; a page begins at the number of its request, times `step`.
async fn by_token(step: usize, page_size: usize, more: fn(usize, &mut Value)) {
    for way in BY_TOKEN {
        costs_no_more_than_twice(way, page_size, None, move |_, number| {
            let first = number * step;
            let mut page = json!({"issues": issues(first..first + page_size), "nextPageToken": number.to_string()});
            more(number, &mut page);
            page
        })
        .await;
    }
}

/// Tries all ways by offset; what stands at an offset is said by `first`.
async fn by_offset(
    page_size: usize,
    told: Option<usize>,
    first: fn(usize) -> usize,
    more: fn(usize, usize, &mut Value),
) {
    for way in BY_OFFSET {
        costs_no_more_than_twice(way, page_size, told, move |request, number| {
            let start = start_of(request);
            let mut page = page(way, first(start)..first(start) + page_size);
            if let Some(told) = told {
                page["total"] = json!(told);
            }
            more(start, number, &mut page);
            page
        })
        .await;
    }
}

#[tokio::test]
async fn issues_by_token() {
    // The same ones for ever, with fresh tokens.
    by_token(0, 100, |_, _| ()).await;
    // New ones for ever, in full pages and one by one.
    by_token(100, 100, |_, _| ()).await;
    by_token(1, 1, |_, _| ()).await;
    // Tokens that take turns.
    by_token(9, 9, |number, page| {
        page["nextPageToken"] = json!((number % 2).to_string());
    })
    .await;
    // Each page repeats the half of the last.
    by_token(50, 100, |_, _| ()).await;
    // Two pages that take turns, with fresh tokens.
    for way in BY_TOKEN {
        costs_no_more_than_twice(way, 100, None, |_, number| {
            let first = number % 2 * 100;
            json!({"issues": issues(first..first + 100), "nextPageToken": number.to_string()})
        })
        .await;
    }
}

#[tokio::test]
async fn empty_pages_cost_a_point_each() {
    for way in BY_TOKEN {
        let (fake, bill) = serve({
            let mut number = 0;
            move |_| {
                number += 1;
                let page =
                    json!({"issues": [], "isLast": false, "nextPageToken": number.to_string()});
                Reply::ok(&page.to_string())
            }
        })
        .await;
        let (read, calls) = read(way, &fake, Policy::default()).await;
        assert!(read.unwrap_err().list_fault().is_some());
        assert_eq!(bill.points(), calls);
        assert!(calls <= 12, "{way:?}: {calls}");
    }
}

/// Jira says that there are 9,000 issues, and does not stop.
#[tokio::test]
async fn more_issues_than_jira_has_counted() {
    costs_no_more_than_twice(Way::Search, 100, Some(9_000), |request, number| {
        if request.target.ends_with("/approximate-count") {
            return json!({"count": 9_000});
        }
        json!({"issues": issues(number * 100..number * 100 + 100), "nextPageToken": number.to_string()})
    })
    .await;
}

/// The scan ends with 2,000 ids, none of them can be read by id, and the walk does not end.
#[tokio::test]
async fn more_issues_than_the_scan_has_listed() {
    for way in [Way::Issues, Way::SprintIssues] {
        costs_no_more_than_twice(way, 100, Some(2_000), |request, number| {
            if request.target.ends_with("/bulkfetch") {
                return json!({"issues": []});
            }
            let is_scan = if request.method == "GET" {
                request.target.contains("fields=id%2Ckey")
            } else {
                request.body.contains(r#""fields":["id","key"]"#)
            };
            if is_scan {
                return json!({"issues": issues(0..2_000), "isLast": true});
            }
            json!({"issues": issues(number * 100..number * 100 + 100), "nextPageToken": number.to_string()})
        })
        .await;
    }
}

#[tokio::test]
async fn items_by_offset_that_are_new_for_ever() {
    by_offset(50, None, |start| start, |_, _, _| ()).await;
    by_offset(1, None, |start| start, |_, _, _| ()).await;
    by_offset(
        50,
        None,
        |start| start,
        |_, _, page| {
            page["isLast"] = json!(false);
        },
    )
    .await;
    // A total that grows with the pages.
    by_offset(
        50,
        None,
        |start| start,
        |start, _, page| {
            page["total"] = json!(start + 1_000);
        },
    )
    .await;
}

#[tokio::test]
async fn items_by_offset_beyond_the_total() {
    for total in [120, 600, 2_500] {
        by_offset(
            50,
            Some(total),
            |start| start,
            |_, _, page| {
                page["isLast"] = json!(false);
            },
        )
        .await;
    }
    // A total that is never the same, about a list that goes on behind it.
    by_offset(
        50,
        Some(1_000),
        |start| start,
        |_, number, page| {
            page["total"] = json!(1_000 + number % 2);
            page["isLast"] = json!(false);
        },
    )
    .await;
}

#[tokio::test]
async fn items_by_offset_that_repeat() {
    by_offset(50, None, |_| 0, |_, _, _| ()).await;
    for total in [60, 100, 2_000] {
        by_offset(
            50,
            Some(total),
            |_| 0,
            |_, _, page| {
                page["isLast"] = json!(false);
            },
        )
        .await;
    }
    // Two pages that take turns.
    by_offset(50, None, |start| start % 100, |_, _, _| ()).await;
}

/// A total that is too small hides nothing: what comes behind it belongs to the list, and is read
/// once.
#[tokio::test]
async fn an_honest_list_behind_a_total_that_is_too_small_comes_whole() {
    for way in BY_OFFSET {
        let (fake, bill) = serve(move |request| {
            let start = start_of(request);
            let mut page = page(way, start..(start + 50).min(900));
            page["total"] = json!(600);
            page["isLast"] = json!(start + 50 >= 900);
            Reply::ok(&page.to_string())
        })
        .await;
        let (read, calls) = read(way, &fake, Policy::default()).await;
        assert_eq!((read.unwrap(), calls), (900, 18), "{way:?}");
        assert_eq!(bill.points(), 918);
    }
}

/// Sixty boards whose sprints do not end: given up for the points of one such list.
#[tokio::test]
async fn sprints_of_many_boards() {
    let (fake, bill) = serve(|request| {
        let start = start_of(request);
        Reply::ok(&page(Way::Sprints, start..start + 50).to_string())
    })
    .await;
    let client = client(&fake.url, &HandClock::new());
    let token = token();
    let site = client.site(SITE, &token);
    let boards = site.sprints_of_boards(numbered_boards(0..60), &[]).await;
    let read = of_all(boards.unwrap());
    assert!(read.unwrap_err().list_fault().is_some());
    let of_one = 56 * 51;
    assert!(bill.points() <= of_one, "{}", bill.points());
    assert!(bill.points() <= 2 * (bill.distinct() + bill.distinct() / 50));
}

/// Sixty boards of three pages each, of which none tells how many there are: honest, and whole.
#[tokio::test]
async fn honest_sprints_of_many_boards_come_whole() {
    let (fake, bill) = serve(|request| {
        let start = start_of(request);
        let mut page = page(Way::Sprints, start..(start + 50).min(130));
        page["isLast"] = json!(start + 50 >= 130);
        Reply::ok(&page.to_string())
    })
    .await;
    let client = client(&fake.url, &HandClock::new());
    let token = token();
    let site = client.site(SITE, &token);
    let boards = site.sprints_of_boards(numbered_boards(0..60), &[]).await;
    let read = of_all(boards.unwrap());
    assert_eq!(read.unwrap().len(), 60 * 130);
    assert_eq!(bill.points(), 60 * (130 + 3));
}
