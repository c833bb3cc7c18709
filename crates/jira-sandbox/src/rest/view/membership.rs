//! Groups and roles as JSON, and who is in them.

use serde_json::{Value, json};

use super::View;
use crate::gateway::avatar;
use crate::world::{Group, Role};

impl View<'_> {
    /// A group, as people and issues mention it.
    pub(in crate::rest) fn group(&self, group: &Group) -> Value {
        json!({
            "name": group.name,
            "groupId": group.uuid,
            "self": self.caller.link(&format!("group?groupId={}", group.uuid)),
        })
    }

    /// The groups of a person.
    pub(in crate::rest) fn groups_of(&self, person: usize) -> Value {
        let groups = self.site.groups.iter();
        let own = groups.filter(|group| group.members.contains(&person));
        own.map(|group| self.group(group)).collect()
    }

    /// A person with what only one person says: the groups, and the licence of Jira, which all have
    /// who are in the first group. `expand` brings the rows; their number is always there.
    pub(in crate::rest) fn whole_person(&self, person: usize, expand: &[String]) -> Value {
        let mut body = self.person(person);
        let groups = self.groups_of(person);
        let users = self.site.groups.first();
        let roles: Value = users
            .filter(|group| group.members.contains(&person))
            .map(|group| self.application_role(group))
            .into_iter()
            .collect();
        for (name, rows) in [("groups", groups), ("applicationRoles", roles)] {
            let is_shown = expand.iter().any(|wanted| wanted == name);
            let size = rows.as_array().map_or(0, Vec::len);
            let items = if is_shown { rows } else { json!([]) };
            body[name] = json!({"size": size, "items": items});
        }
        body["expand"] = "groups,applicationRoles".into();
        body
    }

    /// The licence of Jira Software, which the people of this group have.
    fn application_role(&self, users: &Group) -> Value {
        let detail = self.group(users);
        json!({
            "key": "jira-software",
            "name": "Jira Software",
            "groups": [users.name],
            "groupDetails": [detail],
            "defaultGroups": [users.name],
            "defaultGroupsDetails": [detail],
            "selectedByDefault": false,
            "defined": true,
            "hasUnlimitedSeats": false,
            "numberOfSeats": 100,
            "remainingSeats": 100 - users.members.len(),
            "userCount": users.members.len(),
            "userCountDescription": "users",
            "platform": false,
        })
    }

    /// A role with those of its people who are to be told.
    pub(in crate::rest) fn role(&self, role: &Role, is_told: impl Fn(usize) -> bool) -> Value {
        let people = role.members.iter().copied().filter(|index| is_told(*index));
        let actors = people.enumerate().map(|(number, index)| {
            let person = &self.people[index];
            json!({
                "id": role.id * 100 + number as u64,
                "displayName": person.display_name,
                "type": "atlassian-user-role-actor",
                "avatarUrl": avatar(&self.caller.origin, &person.display_name),
                "actorUser": {"accountId": person.account_id},
            })
        });
        json!({
            "self": self.caller.link(&format!("role/{}", role.id)),
            "id": role.id,
            "name": role.name,
            "description": role.description(),
            "actors": actors.collect::<Value>(),
        })
    }
}
