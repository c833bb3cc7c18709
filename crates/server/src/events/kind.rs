//! The types of events.

/// What has happened, in a word that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A customer has connected, or an import has brought their connection.
    ConnectionCreated,
    /// Only connecting again can help.
    ConnectionNeedsReauthorization,
    /// The customer has connected again what needed it.
    ConnectionRecovered,
    /// It was deleted.
    ConnectionDeleted,
    /// Its grant lacks scopes that are asked for.
    ConnectionMissingScope,
    /// Its grant ends soon.
    ConnectionExpiring,
    /// Nothing has reached an endpoint for a while.
    EndpointFailing,
    /// An endpoint was paused because of what it answers, or that it does not.
    EndpointDisabled,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ConnectionCreated,
        Self::ConnectionNeedsReauthorization,
        Self::ConnectionRecovered,
        Self::ConnectionDeleted,
        Self::ConnectionMissingScope,
        Self::ConnectionExpiring,
        Self::EndpointFailing,
        Self::EndpointDisabled,
    ];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConnectionCreated => "connection.created",
            Self::ConnectionNeedsReauthorization => "connection.needs_reauthorization",
            Self::ConnectionRecovered => "connection.recovered",
            Self::ConnectionDeleted => "connection.deleted",
            Self::ConnectionMissingScope => "connection.missing_scope",
            Self::ConnectionExpiring => "connection.expiring",
            Self::EndpointFailing => "endpoint.failing",
            Self::EndpointDisabled => "endpoint.disabled",
        }
    }

    /// The type of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}
