//! What somebody wants to register, and what stands against it.

use serde_json::{Value, json};
use url::Url;

use super::filter::read_filter;
use crate::gateway::{Caller, Refusal, Sentence, WebhookSentence};
use crate::options::{WebhookRefusal, WebhookUnknownEvent, WebhookUrlScope};
use crate::rest::payload::Payload;
use crate::sandbox::State;
use crate::webhooks::{EVENTS, Filter, LIFETIME, Registration, Whose, is_open};

/// How many registrations a person may have on a site, by one app (Atlassian, "Webhooks").
const PLACES: usize = 5;

/// A body of `POST webhook`.
pub(super) struct Wish {
    url: String,
    items: Vec<Item>,
}

/// One registration as asked for.
struct Item {
    jql: String,
    events: Vec<String>,
    field_ids: Option<Vec<String>>,
    property_keys: Option<Vec<String>>,
}

impl Wish {
    /// Reads a body, or refuses it whole.
    pub(super) fn read(caller: &Caller, body: &[u8]) -> Result<Self, Refusal> {
        let payload = Payload::read(caller, body, &["url", "webhooks"])?;
        let refuse = |sentence| caller.bad_request(&Sentence::Webhook(sentence));
        let url = payload.text("url")?.unwrap_or_default();
        let parsed = Url::parse(&url).ok();
        let hosts = &caller.sandbox.options().webhook_hosts;
        let is_taken = parsed.is_some_and(|url| {
            // The receivers to which the sandbox sends are spared certificates.
            url.has_host()
                && (url.scheme() == "https" || url.scheme() == "http" && is_open(&url, hosts))
        });
        if !is_taken {
            return Err(refuse(WebhookSentence::BadUrl(url)));
        }
        let items = payload.find("webhooks").and_then(Value::as_array);
        let items = items.filter(|items| !items.is_empty());
        let items = items.ok_or_else(|| refuse(WebhookSentence::NoWebhooks))?;
        let items: Option<Vec<Item>> = items.iter().map(Item::read).collect();
        let items = items.ok_or_else(|| payload.bad())?;
        Ok(Self { url, items })
    }

    /// Registers what may be, and says of each item what became of it.
    pub(super) fn register(
        self,
        caller: &Caller,
        state: &mut State,
    ) -> Result<Vec<Value>, Refusal> {
        let is_loud = state.switches.webhooks.refusal == WebhookRefusal::BadRequest;
        let mut results = Vec::new();
        // Where the whole request may be refused, that is seen before anything is written.
        if is_loud && let Some(sentence) = self.refused(caller, state, self.items.len()) {
            return Err(caller.bad_request(&Sentence::Webhook(sentence)));
        }
        for item in &self.items {
            let errors = self.errors(item, caller, state);
            results.push(match errors {
                Ok(filter) => {
                    let id = self.file(item, filter, caller, state);
                    json!({"createdWebhookId": id})
                }
                Err(errors) => json!({"errors": errors}),
            });
        }
        Ok(results)
    }

    /// The filter of an item, or everything that is wrong with it.
    fn errors(&self, item: &Item, caller: &Caller, state: &State) -> Result<Filter, Vec<String>> {
        let switches = &state.switches.webhooks;
        let mut errors = Vec::new();
        if switches.unknown_event == WebhookUnknownEvent::ItemError {
            let unknown = item.events.iter();
            let unknown = unknown.filter(|event| !EVENTS.contains(&event.as_str()));
            errors.extend(unknown.map(|event| {
                Sentence::Webhook(WebhookSentence::UnknownEvent(event.clone())).say(caller.language)
            }));
        }
        let filter = read_filter(&item.jql, switches.match_all);
        if let Some(sentence) = self.refused(caller, state, 1) {
            errors.push(Sentence::Webhook(sentence).say(caller.language));
        }
        match filter {
            Ok(filter) if errors.is_empty() => Ok(filter),
            Ok(_) => Err(errors),
            Err(error) => {
                errors.insert(0, error);
                Err(errors)
            }
        }
    }

    /// Why the app may not have so many more registrations at this URL.
    fn refused(&self, caller: &Caller, state: &State, more: usize) -> Option<WebhookSentence> {
        let (switches, now) = (&state.switches.webhooks, state.clock.now());
        let site = &state.world.sites[caller.site].cloud_id;
        let mut rivals = state.webhooks.all().filter(|(cloud_id, row)| {
            let is_near = match switches.url_scope {
                WebhookUrlScope::App => true,
                WebhookUrlScope::AppSite => cloud_id == site,
                WebhookUrlScope::AppUserSite => cloud_id == site && row.owner == caller.person,
            };
            row.app == caller.client_id && is_near && now < row.expires_at
        });
        if rivals.any(|(_, row)| row.url != self.url) {
            return Some(WebhookSentence::OtherUrl);
        }
        let whose = Whose {
            app: &caller.client_id,
            owner: caller.person,
        };
        let taken = state.webhooks.of(site).count(whose, switches, now);
        (taken + more > PLACES).then_some(WebhookSentence::TooMany(PLACES))
    }

    fn file(&self, item: &Item, filter: Filter, caller: &Caller, state: &mut State) -> u64 {
        let expires_at = state.clock.now() + LIFETIME;
        let registry = state
            .webhooks
            .of_mut(&state.world.sites[caller.site].cloud_id);
        registry.add(Registration {
            id: 0,
            app: caller.client_id.clone(),
            owner: caller.person,
            origin: caller.origin.clone(),
            url: self.url.clone(),
            jql: item.jql.clone(),
            filter,
            events: item.events.clone(),
            field_ids: item.field_ids.clone(),
            property_keys: item.property_keys.clone(),
            expires_at,
            is_mute: false,
        })
    }
}

impl Item {
    /// Reads an item; `None` where it has another shape.
    fn read(value: &Value) -> Option<Self> {
        const KNOWN: [&str; 4] = [
            "jqlFilter",
            "events",
            "fieldIdsFilter",
            "issuePropertyKeysFilter",
        ];
        let object = value.as_object()?;
        if !object.keys().all(|key| KNOWN.contains(&key.as_str())) {
            return None;
        }
        let list = |name: &str| match object.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::Array(items)) => {
                let texts: Option<Vec<_>> = items
                    .iter()
                    .map(|item| Some(item.as_str()?.to_owned()))
                    .collect();
                texts.map(Some)
            }
            Some(_) => None,
        };
        Some(Self {
            jql: object.get("jqlFilter")?.as_str()?.to_owned(),
            events: list("events")?.filter(|events| !events.is_empty())?,
            field_ids: list("fieldIdsFilter")?,
            property_keys: list("issuePropertyKeysFilter")?,
        })
    }
}
