//! The fewest round trips in a row that lead to the answers a list is made of.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::points::token;
use crate::http::{bytes, json};
use crate::process::Process;
use crate::upstream::Asked;
use crate::world::World;

/// The least and the most issues that are fetched by id in one call, and how many calls Jira takes at
/// once from one app for a site before it slows down.
const FEWEST: usize = 100;
const MOST: usize = 1_000;
const AT_ONCE: usize = 8;

/// How a list is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// The first page of a search is all of it.
    FirstPage,
    /// The ids at once, then the issues in parallel.
    ByIds,
    /// The first page, which is the call with this in its target, then all others in parallel.
    Pages {
        /// What tells it.
        first: &'static str,
    },
}

/// Calls in stages: those of one stage are made at once, when the stage before has been answered.
pub(crate) struct Floor {
    stages: Vec<Vec<Asked>>,
    token: String,
    /// How many calls the server makes for the same list.
    pub(crate) calls_of_ours: usize,
}

impl Floor {
    /// The floor of a list, by the calls that the server makes for it when it has made it before.
    pub(crate) async fn to(world: &World, server: &Process, path: &str, way: Way) -> Self {
        let mut calls = Vec::new();
        for _ in 0..3 {
            world.upstream.take_calls();
            world.read(server, path).await;
            (calls, _) = world.upstream.take_calls();
        }
        let mut floor = Self {
            stages: Vec::new(),
            token: token(world, server).await,
            calls_of_ours: calls.len(),
        };
        floor.stages = match way {
            Way::FirstPage => {
                let search = calls
                    .iter()
                    .find(|call| call.target.ends_with("/search/jql"));
                vec![search.into_iter().cloned().collect()]
            }
            Way::Pages { first } => {
                let (first, others) = calls
                    .into_iter()
                    .partition(|call| call.target.contains(first));
                vec![first, others]
            }
            Way::ByIds => floor.by_ids(world, &calls).await,
        };
        assert!(
            floor.stages.iter().all(|stage| !stage.is_empty()),
            "{way:?}"
        );
        floor.read(world).await;
        world.upstream.take_calls();
        floor
    }

    /// How many calls it makes.
    pub(crate) fn calls(&self) -> usize {
        self.stages.iter().map(Vec::len).sum()
    }

    /// Gets all answers, and forgets them.
    pub(crate) async fn read(&self, world: &World) {
        for stage in &self.stages {
            let answers = stage.iter().map(|asked| bytes(self.request(world, asked)));
            join_all(answers).await;
        }
    }

    fn request(&self, world: &World, asked: &Asked) -> reqwest::RequestBuilder {
        let url = format!("{}{}", world.url, asked.target);
        let request = world.http.request(asked.method.clone(), url);
        let request = request.header("content-type", "application/json");
        request.bearer_auth(&self.token).body(asked.body.clone())
    }

    /// The scan for ids that the server makes, and the issues of those ids, with the fields it asks for.
    async fn by_ids(&self, world: &World, calls: &[Asked]) -> Vec<Vec<Asked>> {
        let is_scan = |call: &&Asked| {
            let body: Value = juncture_json::decode(&call.body).unwrap_or_default();
            call.target.contains("maxResults=5000") || body["maxResults"] == 5_000
        };
        let scan = calls
            .iter()
            .find(is_scan)
            .expect("the ids of a long list are scanned")
            .clone();
        let fetch = calls
            .iter()
            .find(|call| call.target.ends_with("/issue/bulkfetch"));
        let fetch = fetch.expect("the issues of a long list are fetched by id");
        let mut body: Value = juncture_json::decode(&fetch.body).expect("JSON");
        let listed = json(self.request(world, &scan)).await;
        let issues = listed["issues"].as_array().expect("issues");
        let ids: Vec<&Value> = issues.iter().map(|issue| &issue["id"]).collect();
        let size = ids.len().div_ceil(AT_ONCE).clamp(FEWEST, MOST);
        let fetches = ids.chunks(size).map(|ids| {
            body["issueIdsOrKeys"] = json!(ids);
            Asked {
                body: body.to_string().into(),
                ..fetch.clone()
            }
        });
        let fetches = fetches.collect();
        vec![vec![scan], fetches]
    }
}
