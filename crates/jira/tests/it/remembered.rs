//! A list by offset that was long when it was last read is read at once the next time, and comes as it
//! is now.

use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt as _;
use juncture_jira::Site;
use serde_json::{Value, json};

use crate::endless::{of_all, start_of};
use crate::support::{Fake, HandClock, Reply, Request, SITE, client, token};

/// Sprints of a board, or boards of a project, which a test goes on changing.
#[derive(Default)]
struct World {
    ids: Vec<u64>,
    boards: Vec<u64>,
    /// What happens to a page before it is sent.
    change: Option<fn(usize, &mut Value)>,
    headers: Vec<(&'static str, &'static str)>,
}

impl World {
    fn answer(&self, request: &Request) -> Reply {
        let is_board_list = request.target.contains("/board?");
        let ids = if is_board_list {
            &self.boards
        } else {
            &self.ids
        };
        let start = start_of(request).min(ids.len());
        let end = ids.len().min(start + 50);
        let values: Vec<Value> = (ids[start..end].iter())
            .map(|id| json!({"id": id, "name": "x", "type": "scrum", "state": "closed"}))
            .collect();
        let mut page = json!({"total": ids.len(), "isLast": end == ids.len(), "values": values});
        if let Some(change) = self.change.filter(|_| !is_board_list) {
            change(start_of(request), &mut page);
        }
        let reply = Reply::ok(&page.to_string());
        (self.headers.iter()).fold(reply, |reply, (name, value)| reply.header(name, value))
    }
}

async fn serve(world: World) -> (Arc<Mutex<World>>, Fake) {
    let world = Arc::new(Mutex::new(world));
    let shared = Arc::clone(&world);
    let fake = Fake::start(move |request| shared.lock().unwrap().answer(request)).await;
    (world, fake)
}

fn ids(count: u64) -> Vec<u64> {
    (1..=count).collect()
}

async fn sprints(site: Site<'_>) -> Vec<u64> {
    let sprints = site.sprints(7, &[]).await.unwrap();
    sprints.iter().map(|sprint| sprint.id).collect()
}

/// Where the pages began that were asked for since so many requests.
fn starts(fake: &Fake, before: usize) -> Vec<usize> {
    fake.requests()[before..].iter().map(start_of).collect()
}

/// Reads 130 sprints, and again when they have become others: the offsets that were asked for then.
async fn read_again(then: Vec<u64>, change: Option<fn(usize, &mut Value)>) -> Vec<usize> {
    let ids = ids(130);
    let (world, fake) = serve(World {
        ids,
        ..World::default()
    })
    .await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    assert_eq!(sprints(site).await.len(), 130);
    assert_eq!(starts(&fake, 0), [0, 50, 100]);
    *world.lock().unwrap() = World {
        ids: then.clone(),
        change,
        ..World::default()
    };
    assert_eq!(sprints(site).await, then);
    let mut read = starts(&fake, 3);
    // What is asked for at the same time comes in any order.
    read[..3].sort_unstable();
    read
}

#[tokio::test]
async fn a_list_that_is_as_long_as_it_was_takes_one_round_trip() {
    let reply = |start: usize, ids: &[u64]| {
        let values: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        json!({"total": 130, "isLast": start == 100, "values": values})
    };
    let fake = Fake::start(move |request| {
        let start = start_of(request);
        let page = reply(start, &ids(130)[start..(start + 50).min(130)]);
        Reply::Held(Box::new(Reply::ok(&page.to_string())))
    })
    .await;
    let client = client(&fake.url, &HandClock::new());
    let mut received = 0;
    for rounds in [&[1, 2][..], &[3], &[3]] {
        let client = client.clone();
        let reading = tokio::spawn(async move {
            let token = token();
            sprints(client.site(SITE, &token)).await
        });
        for round in rounds {
            received += round;
            fake.has_received(received).await;
            fake.release(*round);
        }
        assert_eq!(reading.await.unwrap(), ids(130));
        assert_eq!(fake.count(), received);
    }
}

#[tokio::test]
async fn a_list_that_has_changed_comes_as_it_is() {
    // As long as it was, and a page longer.
    assert_eq!(read_again((201..=330).collect(), None).await, [0, 50, 100]);
    assert_eq!(read_again(ids(151), None).await, [0, 50, 100, 150]);
    assert_eq!(read_again(ids(150), None).await, [0, 50, 100]);
    // Shorter: what is behind its end is empty.
    assert_eq!(read_again(ids(101), None).await, [0, 50, 100]);
    assert_eq!(read_again(ids(100), None).await, [0, 50, 100]);
    assert_eq!(read_again(ids(50), None).await, [0, 50, 100]);
    assert_eq!(read_again(Vec::new(), None).await, [0, 50, 100]);
}

#[tokio::test]
async fn pages_that_do_not_fit_together_are_read_by_what_they_say() {
    // A page that is short, of a list that does not say how long it is.
    let no_total: fn(usize, &mut Value) = |start, page| {
        page.as_object_mut().unwrap().remove("total");
        if start == 50 {
            page["values"].as_array_mut().unwrap().truncate(48);
        }
    };
    assert_eq!(
        read_again(ids(130), Some(no_total)).await,
        [0, 50, 100, 50, 98]
    );
    // Totals that differ: somebody has added one meanwhile, as far as anybody knows.
    let other_total: fn(usize, &mut Value) = |start, page| {
        if start == 100 {
            page["total"] = json!(131);
        }
    };
    let mut read = read_again(ids(130), Some(other_total)).await;
    read[3..5].sort_unstable();
    assert_eq!(read[..5], [0, 50, 100, 50, 100]);
}

#[tokio::test]
async fn a_page_that_fails_where_it_is_not_needed_fails_nothing() {
    let world = Arc::new(Mutex::new(World {
        ids: ids(130),
        ..World::default()
    }));
    let shared = Arc::clone(&world);
    let fake = Fake::start(move |request| {
        let world = shared.lock().unwrap();
        if start_of(request) > world.ids.len() {
            return Reply::status(400, r#"{"errorMessages": ["Beyond the end."]}"#);
        }
        world.answer(request)
    })
    .await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    assert_eq!(sprints(site).await, ids(130));
    world.lock().unwrap().ids = ids(60);
    assert_eq!(sprints(site).await, ids(60));
}

#[tokio::test]
async fn near_the_end_of_a_quota_nothing_is_guessed() {
    let (world, fake) = serve(World {
        ids: ids(130),
        ..World::default()
    })
    .await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    assert_eq!(sprints(site).await, ids(130));
    let low = ("RateLimit", r#""global-app-quota";r=600;t=1800"#);
    *world.lock().unwrap() = World {
        ids: ids(20),
        headers: vec![low],
        ..World::default()
    };
    assert_eq!(sprints(site).await, ids(20));
    world.lock().unwrap().ids = ids(130);
    assert_eq!(sprints(site).await, ids(130));
    world.lock().unwrap().ids = ids(20);
    let before = fake.count();
    assert_eq!(sprints(site).await, ids(20));
    assert_eq!(starts(&fake, before), [0]);
}

/// 3,000 projects: some of the pages at once, the others by what they say.
#[tokio::test]
async fn of_a_very_long_list_no_more_is_guessed_than_a_few_pages() {
    let fake = Fake::start(|request| {
        let start = start_of(request);
        let values: Vec<Value> = (start..(start + 100).min(3_000))
            .map(|id| json!({"id": id.to_string(), "key": format!("P{id}"), "name": "x"}))
            .collect();
        Reply::ok(&json!({"total": 3_000, "isLast": start >= 2_900, "values": values}).to_string())
    })
    .await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    for calls in [30, 60] {
        let projects: Vec<_> = site.projects().try_concat().await.unwrap();
        let ids = projects
            .iter()
            .map(|project| project.id.parse::<u64>().unwrap());
        assert_eq!(ids.collect::<Vec<_>>(), (0..3_000).collect::<Vec<_>>());
        assert_eq!(fake.count(), calls);
    }
}

#[tokio::test]
async fn the_sprints_of_known_boards_are_read_beside_the_list_of_boards() {
    let world = Arc::new(Mutex::new(World {
        ids: ids(120),
        boards: ids(2),
        ..World::default()
    }));
    let shared = Arc::clone(&world);
    let fake =
        Fake::start(move |request| Reply::Held(Box::new(shared.lock().unwrap().answer(request))))
            .await;
    let client = client(&fake.url, &HandClock::new());
    let mut received = 0;
    let boards = [
        (ids(2), &[1, 2, 4][..]),
        (ids(2), &[7]),
        (vec![2, 3], &[7, 1, 2]),
        (vec![3], &[7]),
    ];
    for (boards, rounds) in boards {
        world.lock().unwrap().boards.clone_from(&boards);
        let client = client.clone();
        let reading = tokio::spawn(async move {
            let token = token();
            let site = client.site(SITE, &token);
            site.boards_with_sprints("ED", &[]).await.unwrap()
        });
        for round in rounds {
            received += round;
            fake.has_received(received).await;
            assert_eq!(fake.count(), received);
            fake.release(*round);
        }
        let found = reading.await.unwrap();
        let listed: Vec<u64> = found.iter().map(|(board, _)| board.id).collect();
        assert_eq!(listed, boards);
        assert_eq!(of_all(found).unwrap().len(), 120 * boards.len());
    }
}
