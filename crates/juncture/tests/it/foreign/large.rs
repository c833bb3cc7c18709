//! Answers of Jira that are as large as is read at all, several at once: the server goes on serving,
//! and its memory stays a small multiple of what came.

use std::time::Duration;

use axum::http::Method;
use futures_util::future::join_all;

use super::attacked::Attacked;
use crate::support::front::Crafted;
use crate::support::real_time::timed;

/// How long an answer is, in MiB; `LARGE_MIB=60` tries the largest.
fn length() -> usize {
    let told = std::env::var_os("LARGE_MIB");
    told.and_then(|text| text.to_str()?.parse().ok())
        .unwrap_or(12)
}

#[tokio::test]
async fn eight_large_answers_at_once_keep_nobody_waiting_and_take_little() {
    let attacked = Attacked::start().await;
    let Attacked {
        server,
        browser,
        front,
        ..
    } = &attacked;

    let numbers = "0,".repeat(length() * 512 * 1024);
    let issues = r#"{"id":"1","key":"A-1"},"#.repeat(length() * 1024 * 1024 / 23);
    let before = server.peak_memory();
    for answer in [
        format!(
            r#"{{"issues":[{{"id":"1","key":"A-1","fields":{{"description":[{numbers}0]}}}}],"isLast":true}}"#
        ),
        format!(r#"{{"issues":[{issues}{{"id":"1","key":"A-1"}}],"isLast":true}}"#),
    ] {
        front.craft("/search/jql", Crafted::json(200, answer));
        let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=SHOP";
        let reads = join_all((0..8).map(|_| browser.call(Method::GET, path)));
        let looks = async {
            for _ in 0..20 {
                let (lives, took) = timed(browser.call(Method::GET, "/healthz")).await;
                assert_eq!(lives.status(), 200);
                assert!(took < Duration::from_secs(2), "{took:?}");
            }
        };
        let (answers, ()) = futures_util::join!(reads, looks);
        let statuses: Vec<_> = answers
            .iter()
            .map(|answer| answer.status().as_u16())
            .collect();
        // An answer that did not come in time is an honest 500.
        assert!(
            statuses.iter().all(|status| matches!(status, 200 | 500)),
            "{statuses:?}"
        );
    }
    let taken = server.peak_memory_above(before) / 1024 / 1024;
    println!("{taken} MiB for 8 answers of {} MiB", length());
    // All texts at once, and those that are decoded a few times over; as trees it was sixty-five times.
    assert!(taken < 8 * 4 * length(), "{taken} MiB");
    attacked.server.stop();
}
