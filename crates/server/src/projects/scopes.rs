//! What a key may do.

/// Something that a key may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// To know how connections stand.
    ConnectionsRead,
    /// To make connections known and to delete them.
    ConnectionsWrite,
    /// To have access tokens.
    TokensRead,
    /// To have refresh tokens.
    CredentialsRead,
    /// To read customers' Jira.
    JiraRead,
    /// To change customers' Jira, and what is selected in it.
    JiraWrite,
    /// To pass calls on.
    Proxy,
    /// To read events.
    Events,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ConnectionsRead,
        Self::ConnectionsWrite,
        Self::TokensRead,
        Self::CredentialsRead,
        Self::JiraRead,
        Self::JiraWrite,
        Self::Proxy,
        Self::Events,
    ];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConnectionsRead => "connections:read",
            Self::ConnectionsWrite => "connections:write",
            Self::TokensRead => "tokens:read",
            Self::CredentialsRead => "credentials:read",
            Self::JiraRead => "jira:read",
            Self::JiraWrite => "jira:write",
            Self::Proxy => "proxy",
            Self::Events => "events",
        }
    }

    /// The scope of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What one key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scopes {
    /// Everything, what later versions bring too.
    All,
    /// These alone; a bit for each.
    Some(u8),
}

impl Scopes {
    /// Those of these words, of which none is all; else the first that is none.
    pub fn of_words<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Self, &'w str> {
        let mut bits = 0;
        for word in words {
            bits |= Scope::parse(word).ok_or(word)?.bit();
        }
        Ok(if bits == 0 {
            Self::All
        } else {
            Self::Some(bits)
        })
    }

    /// Those of a row. A word that this version does not know allows nothing.
    #[must_use]
    pub fn of_row(words: &str) -> Self {
        let mut words = words.split_ascii_whitespace().peekable();
        if words.peek().is_none() {
            return Self::All;
        }
        let known = words.filter_map(Scope::parse);
        Self::Some(known.fold(0, |bits, scope| bits | scope.bit()))
    }

    /// Whether this is among them.
    #[must_use]
    pub fn allow(self, scope: Scope) -> bool {
        match self {
            Self::All => true,
            Self::Some(bits) => bits & scope.bit() != 0,
        }
    }

    /// The words of those that are named; none where all are allowed.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        let named = Scope::ALL.into_iter().filter(|scope| match self {
            Self::All => false,
            Self::Some(bits) => bits & scope.bit() != 0,
        });
        named.map(Scope::as_str).collect()
    }
}
