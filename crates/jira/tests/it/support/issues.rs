//! A Jira of numbered issues: an index that lists them, newest first, and a database that has
//! them, which may tell different things.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::fake::{Fake, Reply, Request};

/// What may happen to the issues while somebody reads them.
pub(crate) type Event = Box<dyn FnOnce(&mut Issues) + Send>;

pub(crate) struct Issues {
    /// The keys by id, as the index knows them.
    pub(crate) index: BTreeMap<u64, String>,
    /// The keys by id, as they are.
    pub(crate) database: BTreeMap<u64, String>,
    /// How many issues a page holds.
    pub(crate) page_size: usize,
    /// How many issues may be fetched by id at once.
    pub(crate) bulk_size: usize,
    /// What is answered instead, by the end of the path.
    pub(crate) instead: BTreeMap<&'static str, Reply>,
    /// What happens before the request with this number, counted from 1.
    pub(crate) events: BTreeMap<usize, Event>,
    /// Headers on every success.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    /// The ids that cannot be read by id, and how often still.
    pub(crate) unreadable: BTreeMap<u64, usize>,
    /// How many requests have come.
    pub(crate) requests: usize,
}

impl Issues {
    pub(crate) fn numbered(ids: RangeInclusive<u64>) -> Self {
        let rows: BTreeMap<u64, String> = ids.map(|id| (id, format!("ED-{id}"))).collect();
        Self {
            index: rows.clone(),
            database: rows,
            page_size: 100,
            bulk_size: 1_000,
            instead: BTreeMap::new(),
            events: BTreeMap::new(),
            headers: Vec::new(),
            unreadable: BTreeMap::new(),
            requests: 0,
        }
    }

    pub(crate) fn create(&mut self, id: u64) {
        self.index.insert(id, format!("ED-{id}"));
        self.database.insert(id, format!("ED-{id}"));
    }

    /// Deletes an issue, which the index does not notice yet.
    pub(crate) fn delete(&mut self, id: u64) {
        self.database.remove(&id);
    }

    /// Moves an issue to another project, which the index does not notice yet.
    pub(crate) fn move_away(&mut self, id: u64) {
        self.database.insert(id, format!("QA-{id}"));
    }

    pub(crate) async fn serve(self) -> Fake {
        self.serve_as(|reply| reply).await
    }

    pub(crate) async fn serve_as(self, wrap: impl Fn(Reply) -> Reply + Send + 'static) -> Fake {
        let issues = Arc::new(Mutex::new(self));
        Fake::start(move |request| wrap(issues.lock().unwrap().answer(request))).await
    }

    /// Serves issues that a test goes on changing.
    pub(crate) async fn serve_shared(issues: &Arc<Mutex<Self>>) -> Fake {
        let issues = Arc::clone(issues);
        Fake::start(move |request| issues.lock().unwrap().answer(request)).await
    }

    fn answer(&mut self, request: &Request) -> Reply {
        self.requests += 1;
        if let Some(event) = self.events.remove(&self.requests) {
            event(self);
        }
        let (path, query) = request
            .target
            .split_once('?')
            .unwrap_or((&request.target, ""));
        let instead = self.instead.iter().find(|(end, _)| path.ends_with(*end));
        if let Some((_, reply)) = instead {
            return reply.clone();
        }
        let query: BTreeMap<_, _> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let body: Value = juncture_json::decode(&request.body).unwrap_or_default();
        let answer = if path.ends_with("/search/jql") {
            let reconciled: Vec<u64> =
                serde_json::from_value(body["reconcileIssues"].clone()).unwrap_or_default();
            let fields: Vec<String> = serde_json::from_value(body["fields"].clone()).unwrap();
            self.page(&fields, body["nextPageToken"].as_str(), &reconciled)
        } else if path.ends_with("/bulkfetch") {
            let ids: Vec<String> = serde_json::from_value(body["issueIdsOrKeys"].clone()).unwrap();
            if ids.len() > self.bulk_size {
                return Reply::status(400, r#"{"errorMessages": ["Too many issues."]}"#);
            }
            self.by_ids(&ids)
        } else if path.contains("/software/1.0/sprint/") {
            let fields: Vec<String> = query["fields"].split(',').map(str::to_owned).collect();
            self.page(&fields, query.get("nextPageToken").map(String::as_str), &[])
        } else {
            assert!(path.contains("/agile/1.0/sprint/"), "{path}");
            let start_at: usize = query["startAt"].parse().unwrap();
            let issues = self.index.keys().rev().skip(start_at).take(self.page_size);
            let issues: Vec<Value> = issues.map(|id| issue(*id, &self.index[id])).collect();
            json!({"startAt": start_at, "maxResults": self.page_size, "total": self.index.len(), "issues": issues})
        };
        let reply = Reply::ok(&answer.to_string());
        (self.headers.iter()).fold(reply, |reply, (name, value)| reply.header(name, value))
    }

    /// The page behind the issue that the token names.
    fn page(&mut self, fields: &[String], token: Option<&str>, reconciled: &[u64]) -> Value {
        for id in reconciled {
            match self.database.get(id).filter(|key| key.starts_with("ED")) {
                Some(key) => self.index.insert(*id, key.clone()),
                None => self.index.remove(id),
            };
        }
        let only_ids = fields.iter().all(|field| field == "id" || field == "key");
        let size = if only_ids { 5_000 } else { self.page_size };
        let below: u64 = token.map_or(u64::MAX, |token| token.parse().unwrap());
        let mut rows = self.index.range(..below).rev();
        let issues: Vec<Value> = (rows.by_ref().take(size))
            .map(|(id, key)| issue(*id, key))
            .collect();
        let last = issues.last().map(|issue| issue["id"].clone());
        let mut page = json!({"issues": issues, "isLast": rows.next().is_none()});
        if page["isLast"] == false {
            page["nextPageToken"] = last.unwrap();
        }
        page
    }

    fn by_ids(&mut self, ids: &[String]) -> Value {
        let (mut issues, mut errors) = (Vec::new(), Vec::new());
        for id in ids {
            let number: u64 = id.parse().unwrap();
            let times = self.unreadable.get_mut(&number).filter(|times| **times > 0);
            if let Some(times) = times {
                *times -= 1;
                errors.push(json!({"id": id, "errorMessage": "Try later"}));
            } else if let Some(key) = self.database.get(&number) {
                issues.push(issue(number, key));
            }
        }
        json!({"issues": issues, "issueErrors": errors})
    }
}

fn issue(id: u64, key: &str) -> Value {
    json!({"id": id.to_string(), "key": key, "fields": {"summary": format!("Issue {id}")}})
}
