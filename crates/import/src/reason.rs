//! Why a connection of the original was not taken.

use uuid::Uuid;

/// What keeps a connection from being taken. Its `Display` is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Reason {
    /// A table says nothing of it.
    #[error("no row in {0}")]
    NoRow(&'static str),
    /// A table says several things of it, and here there is one.
    #[error("several rows in {0}")]
    SeveralRows(&'static str),
    /// The API would refuse the external id.
    #[error("external_id {0}")]
    ExternalId(&'static str),
    /// This server has no such provider, or the original had none.
    #[error("this server does not take over connections of this provider")]
    UnknownProvider,
    /// A column has no value.
    #[error("{0} is null")]
    Null(&'static str),
    /// A column's value is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// A column's value cannot be stored here, such as an infinite time.
    #[error("{0} has a value of another kind than it should")]
    Unreadable(&'static str),
    /// The customer is connected here by another connection.
    #[error("its external_id is connected here as {0}")]
    AlreadyConnected(Uuid),
    /// The connection is here, and is somebody else's.
    #[error("it is here with another external_id or provider")]
    ConnectedAsAnother,
    /// The connection is here, and is of another project.
    #[error("it is here in another project")]
    InAnotherProject,
    /// It is here, never used, and its token no longer works.
    #[error(
        "the original has refreshed it since an earlier run took it, so the token here is used up; --renew-unused takes the newer one"
    )]
    UsedUp,
}

impl Reason {
    /// The reason in a word, for programs.
    #[must_use]
    pub(super) fn slug(&self) -> &'static str {
        match self {
            Self::NoRow(_) => "no_row",
            Self::SeveralRows(_) => "several_rows",
            Self::ExternalId(_) => "bad_external_id",
            Self::UnknownProvider => "unknown_provider",
            Self::Null(_) => "null",
            Self::Empty(_) => "empty",
            Self::Unreadable(_) => "unreadable",
            Self::AlreadyConnected(_) => "already_connected",
            Self::ConnectedAsAnother => "connected_as_another",
            Self::InAnotherProject => "in_another_project",
            Self::UsedUp => "used_up",
        }
    }
}
