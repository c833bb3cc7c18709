//! The API gateway: `/ex/jira/{cloudId}/…`, as OAuth apps reach a Jira site.
//!
//! The door checks the site, the token and the grant in the gateway's order and shape of refusal,
//! and hands a [`Caller`] to the endpoints in [`crate::rest`], which check their own scope.

mod answer;
mod caller;
mod door;
mod media;
mod parameters;
mod sentence;

pub(crate) use answer::{
    Answered, Points, Refusal, answer_with, costly_answer, created_answer, empty_answer,
    json_answer, page_answer,
};
pub(crate) use caller::{Caller, Version};
pub(crate) use door::{
    admit, avatar, bearer, method_not_allowed, no_endpoint, no_such_endpoint, no_such_path, origin,
    site_path,
};
pub(crate) use media::must_speak_json;
pub(crate) use parameters::Parameters;
pub(crate) use sentence::{
    CommentSentence, FieldSentence, HistorySentence, JqlSentence, MembershipSentence,
    PropertySentence, Sentence, Syntax, Unfinished, WebhookSentence, WorkflowSentence,
};
