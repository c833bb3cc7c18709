//! Groups: found for a menu, listed, and with their people.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::lists::show as answer_row;
use super::users::{browses_people, find_account};
use super::view::View;
use super::window::Window;
use crate::gateway::{
    Answered, Caller, MembershipSentence, Parameters, Refusal, Sentence, costly_answer, json_answer,
};
use crate::sandbox::State;
use crate::world::Group;

/// How many groups a menu shows, as the site is set up.
const MENU: i64 = 20;

/// `GET groups/picker`: groups with the query in their names. Who may not browse people finds whole
/// names only.
pub(super) async fn pick(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    parameters.must_lack(&caller, &["accountId", "userName"])?;
    let limit = Window::read(&parameters, MENU, 1_000)?.limit;
    let query = parameters.find("query").unwrap_or_default();
    let ignores_case = parameters.boolean("caseInsensitive")? == Some(true);
    let (names, ids) = (parameters.list("exclude"), parameters.list("excludeId"));
    let fold = |text: &str| {
        if ignores_case {
            text.to_lowercase()
        } else {
            text.to_owned()
        }
    };
    let state = caller.state();
    let browses = browses_people(&caller, &state);
    let groups = state.world.sites[caller.site].groups.iter();
    let mut found: Vec<&Group> = groups
        .filter(|row| !names.contains(&row.name) && !ids.contains(&row.uuid))
        .filter(|row| {
            let (name, query) = (fold(&row.name), fold(query));
            name == query || (browses && name.contains(&query))
        })
        .collect();
    found.sort_by_key(|row| &row.name);
    let rows: Vec<Value> = found
        .iter()
        .take(limit)
        .map(|row| {
            let html = bold(&row.name, query, &fold);
            json!({"name": row.name, "html": html, "labels": [], "groupId": row.uuid})
        })
        .collect();
    let (shown, total) = (rows.len(), found.len());
    let header = format!("Showing {shown} of {total} matching groups");
    Ok(json_answer(
        &json!({"header": header, "total": total, "groups": rows}),
    ))
}

/// A name with the part that was asked for in bold.
fn bold(name: &str, query: &str, fold: &impl Fn(&str) -> String) -> String {
    let place = fold(name).find(&fold(query)).filter(|_| !query.is_empty());
    let parts = place.and_then(|start| {
        let end = start + query.len();
        Some((name.get(..start)?, name.get(start..end)?, name.get(end..)?))
    });
    match parts {
        Some((before, own, after)) => format!("{before}<b>{own}</b>{after}"),
        None => name.to_owned(),
    }
}

/// `GET group/bulk`: all of them, or those named, page by page.
pub(super) async fn list(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    parameters.must_lack(&caller, &["accessType", "applicationKey"])?;
    let window = Window::read(&parameters, 50, 50)?;
    let ids: Vec<&str> = parameters.all("groupId").collect();
    let names: Vec<&str> = parameters.all("groupName").collect();
    let state = caller.state();
    must_browse(&caller, &state)?;
    let groups = state.world.sites[caller.site].groups.iter();
    let found: Vec<&Group> = groups
        .filter(|row| {
            let is_named = ids.contains(&row.uuid.as_str()) || names.contains(&row.name.as_str());
            is_named || (ids.is_empty() && names.is_empty())
        })
        .collect();
    let page = window.cut(&found).iter();
    let values: Vec<Value> = page
        .map(|row| json!({"name": row.name, "groupId": row.uuid}))
        .collect();
    Ok(json_answer(&window.bean(&values, found.len())))
}

/// `GET group/member`: the people of a group, without those who have left unless they are asked for.
pub(super) async fn members(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("manage:jira-configuration")?;
    let window = Window::read(&parameters, 50, 50)?;
    let with_inactive = parameters.boolean("includeInactiveUsers")? == Some(true);
    let state = caller.state();
    must_browse(&caller, &state)?;
    let asked = ["groupId", "groupname"].map(|name| parameters.find(name));
    let Some(wanted) = asked.into_iter().flatten().next() else {
        return Err(caller.bad_request(&Sentence::Membership(MembershipSentence::MissingGroup)));
    };
    let view = View::new(&caller, &state);
    let group = named(&view, &parameters).ok_or_else(|| {
        let sentence = Sentence::Membership(MembershipSentence::NoSuchGroup(wanted.to_owned()));
        caller.refuse(StatusCode::NOT_FOUND, &sentence)
    })?;
    let people = group.members.iter().copied();
    let found: Vec<usize> = people
        .filter(|index| with_inactive || state.world.people[*index].is_active)
        .collect();
    let page = window.cut(&found).iter();
    let values: Vec<Value> = page.map(|index| view.person(*index)).collect();
    let points = 2 * values.len();
    let link = |start: usize| {
        let (id, size) = (&group.uuid, window.limit);
        let tail = format!(
            "group/member?groupId={id}&includeInactiveUsers={with_inactive}&startAt={start}&maxResults={size}"
        );
        Value::from(caller.link(&tail))
    };
    let mut body = window.bean(&values, found.len());
    body["self"] = link(window.start);
    if let Some(next) = window.next_start(found.len()) {
        body["nextPage"] = link(next);
    }
    Ok(costly_answer(&body, points))
}

/// `GET user/groups?accountId=…`
pub(super) async fn of_person(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold("read:jira-user")?;
    let state = caller.state();
    let person = find_account(&caller, &state, &parameters)?;
    let groups = View::new(&caller, &state).groups_of(person);
    Ok(json_answer(&groups))
}

/// `GET group?groupId=…`, without its people.
pub(super) async fn show(caller: Caller, parameters: Parameters) -> Answered {
    let expand = parameters.list("expand");
    caller.must_simulate("expand", &expand, &["users"])?;
    answer_row(&caller, "read:jira-user", |view| {
        let group = named(view, &parameters)?;
        let mut body = view.group(group);
        body["expand"] = "users".into();
        body["users"] = json!({
            "size": group.members.len(),
            "items": [],
            "max-results": 50,
            "start-index": 0,
            "end-index": 0,
        });
        Some(body)
    })
}

/// The group that a request names, by its id or by its name.
fn named<'a>(view: &View<'a>, parameters: &Parameters) -> Option<&'a Group> {
    let (uuid, name) = (parameters.find("groupId"), parameters.find("groupname"));
    let mut groups = view.site.groups.iter();
    groups.find(|row| Some(row.uuid.as_str()) == uuid || Some(row.name.as_str()) == name)
}

fn must_browse(caller: &Caller, state: &State) -> Result<(), Refusal> {
    if browses_people(caller, state) {
        Ok(())
    } else {
        Err(caller.refuse(StatusCode::FORBIDDEN, &Sentence::MayNotBrowsePeople))
    }
}
