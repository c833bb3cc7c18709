//! The unsettled behaviours of webhooks. The first value of each is the likelier one, but for
//! [`WebhookSwitches::private_app`].

use serde::{Deserialize, Serialize};

use super::Shown;

/// What is not known for certain about webhooks of OAuth apps, in the member `webhooks` of
/// `/_sandbox/switches`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each set by its own name"
)]
pub struct WebhookSwitches {
    /// Within what all webhooks of an app have one URL.
    pub url_scope: WebhookUrlScope,
    /// How a second URL and a sixth registration are refused.
    pub refusal: WebhookRefusal,
    /// Whether one change that registrations of several people match is sent once or to each.
    pub fanout: WebhookFanout,
    /// Whose registrations are listed, refreshed and deleted.
    pub list_scope: WebhookListScope,
    /// Whether a filter may match all issues.
    pub match_all: WebhookMatchAll,
    /// What becomes of an event that an OAuth app cannot have.
    pub unknown_event: WebhookUnknownEvent,
    /// What becomes of registrations after their thirty days. They send nothing either way.
    pub expired: WebhookExpired,
    /// Whether expired ones count among the five that a person may have.
    pub expired_counts: bool,
    /// What becomes of the query of a registered URL.
    pub url_query: WebhookUrlQuery,
    /// Whether the URL says whose change it was.
    pub triggered_by_user: bool,
    /// The claims of the token in `Authorization`.
    pub jwt_claims: WebhookJwtClaims,
    /// Whether a retry has a token of its own.
    pub jwt_retry: WebhookJwtRetry,
    /// Where links in bodies lead.
    pub self_links: WebhookSelfLinks,
    /// Whether the id of a changelog is that of the entry in the issue's history.
    pub changelog_id: WebhookChangelogId,
    /// Whether what happens to a comment sends `jira:issue_updated` as well.
    pub comment_sends_update: bool,
    /// Whether `jira:issue_created` has a changelog.
    pub created_has_changelog: bool,
    /// Whether a person's registrations send what the person may not see.
    pub invisible_issue: WebhookSent,
    /// Whether registrations outlive the grant of their owner.
    pub after_revocation: WebhookAfterRevocation,
    /// Whether the app is private, so that nothing is sent but for its owner, who is Ada.
    pub private_app: bool,
    /// Whether the change is sent by which an issue leaves the filter.
    pub move_out_of_filter: WebhookSent,
    /// Whether sprint events need `read:sprint:jira-software`.
    pub software_events: WebhookSoftwareEvents,
    /// Whether lists have the `url`.
    pub list_url: Shown,
    /// How `expirationDate` is written.
    pub expiration: WebhookExpiration,
    /// The status of a deletion.
    pub delete_status: WebhookDeleteStatus,
    /// Whether what a write had in `X-Atlassian-Webhook-Trace` comes back with what it sends.
    pub trace: WebhookTrace,
    /// After how many seconds, of real time, a receiver that does not answer has not.
    pub timeout_seconds: u32,
    /// The most bytes of a body. A longer one is not sent.
    pub body_limit: u32,
}

impl Default for WebhookSwitches {
    fn default() -> Self {
        Self {
            url_scope: WebhookUrlScope::AppSite,
            refusal: WebhookRefusal::ItemErrors,
            fanout: WebhookFanout::OnePerUser,
            list_scope: WebhookListScope::User,
            match_all: WebhookMatchAll::Empty,
            unknown_event: WebhookUnknownEvent::ItemError,
            expired: WebhookExpired::ListedAndRevivable,
            expired_counts: false,
            url_query: WebhookUrlQuery::Kept,
            triggered_by_user: true,
            jwt_claims: WebhookJwtClaims::IatExp,
            jwt_retry: WebhookJwtRetry::Fresh,
            self_links: WebhookSelfLinks::Site,
            changelog_id: WebhookChangelogId::HistoryId,
            comment_sends_update: false,
            created_has_changelog: true,
            invisible_issue: WebhookSent::NotSent,
            after_revocation: WebhookAfterRevocation::Stops,
            private_app: false,
            move_out_of_filter: WebhookSent::Sent,
            software_events: WebhookSoftwareEvents::WithClassicScopes,
            list_url: Shown::Present,
            expiration: WebhookExpiration::Text,
            delete_status: WebhookDeleteStatus::Accepted,
            trace: WebhookTrace::Absent,
            timeout_seconds: 10,
            body_limit: 25_000_000,
        }
    }
}

/// A choice between a few words.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$word:meta])* $value:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$word])* $value),+ }
    };
}

choice! {
    /// Within what all webhooks of an app have one URL. Atlassian says "Only a single URL per app".
    WebhookUrlScope {
        /// On one site.
        AppSite,
        /// Of one person on one site.
        AppUserSite,
        /// In all the world.
        App,
    }
}

choice! {
    /// The refusals of a second URL and of a sixth registration.
    WebhookRefusal {
        /// Inside of a 200, as those of a filter.
        ItemErrors,
        /// 400 for the whole request.
        BadRequest,
    }
}

choice! {
    /// What several people's registrations do with one change.
    WebhookFanout {
        /// Each person's are sent by themselves.
        OnePerUser,
        /// One request names all.
        Merged,
    }
}

choice! {
    /// Whose registrations calls are about.
    WebhookListScope {
        /// Those of the person and the app.
        User,
        /// Those of the app.
        App,
    }
}

choice! {
    /// The filters that match all issues.
    WebhookMatchAll {
        /// `project != EMPTY` and `project != null`.
        Empty,
        /// None: a filter must name projects.
        OnlyProjects,
    }
}

choice! {
    /// What becomes of an unknown event.
    WebhookUnknownEvent {
        /// Its registration is refused.
        ItemError,
        /// It is registered, and never sent.
        Ignored,
    }
}

choice! {
    /// What becomes of expired registrations.
    WebhookExpired {
        /// They are listed for three months, and a refresh revives them.
        ListedAndRevivable,
        /// They are listed for three months, and a refresh leaves them as they are.
        ListedAndDead,
        /// They are gone.
        Gone,
    }
}

choice! {
    /// What becomes of the query of a registered URL.
    WebhookUrlQuery {
        /// It is kept.
        Kept,
        /// It is dropped.
        Dropped,
    }
}

choice! {
    /// The claims of the token.
    WebhookJwtClaims {
        /// When it was made, and until when it is good: three minutes.
        IatExp,
        /// None at all.
        None,
        /// These with `nbf`, the site as `iss`, and the app as `aud`.
        IatExpNbfIssAud,
    }
}

choice! {
    /// The token of a retry.
    WebhookJwtRetry {
        /// A new one.
        Fresh,
        /// That of the first attempt, which may have expired.
        Original,
    }
}

choice! {
    /// Where links in bodies lead.
    WebhookSelfLinks {
        /// To the site.
        Site,
        /// Through the gateway.
        Gateway,
    }
}

choice! {
    /// What the id of a changelog is.
    WebhookChangelogId {
        /// The id of the entry in the issue's history.
        HistoryId,
        /// Something else that grows.
        Other,
    }
}

choice! {
    /// Whether something is sent.
    WebhookSent {
        /// It is.
        Sent,
        /// It is not.
        NotSent,
    }
}

choice! {
    /// What becomes of registrations whose owner took the grant back.
    WebhookAfterRevocation {
        /// They send nothing.
        Stops,
        /// They send until they expire.
        GoesOn,
    }
}

choice! {
    /// Who gets sprint events.
    WebhookSoftwareEvents {
        /// Whoever may register.
        WithClassicScopes,
        /// Who holds `read:sprint:jira-software` as well.
        NeedSprintScope,
    }
}

choice! {
    /// How an expiration is written.
    WebhookExpiration {
        /// `2026-11-01T12:00:00.000+0000`
        Text,
        /// Milliseconds since 1970, as Atlassian's document says.
        Integer,
    }
}

choice! {
    /// The status of a deletion.
    WebhookDeleteStatus {
        /// 202, as documented.
        #[serde(rename = "202")]
        Accepted,
        /// 204.
        #[serde(rename = "204")]
        NoContent,
    }
}

choice! {
    /// What becomes of `X-Atlassian-Webhook-Trace`.
    WebhookTrace {
        /// It is for Connect apps alone.
        Absent,
        /// It comes back.
        Echoed,
    }
}
