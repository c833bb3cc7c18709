//! What is to be created, and in which parts.

use std::ops::Range;

use juncture_jira::MOST_CREATED_AT_ONCE;
use serde::Serialize;

use super::Words;
use crate::providers::jira::operations::create::Wanted;

/// One of several tickets that are wanted.
#[derive(Clone, Serialize)]
pub(crate) struct Order {
    /// The ticket.
    pub(crate) wanted: Wanted,
    /// The number of an earlier one of them that it is to be a part of.
    pub(crate) parent: Option<usize>,
}

/// The parts in which they are created, by their numbers, one after the other: as many at once as Jira
/// takes, and none together with its parent.
///
/// They depend on nothing but the request, so that whoever comes again finds the same parts.
pub(super) fn parts(orders: &[Result<Order, Words>]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for (number, order) in orders.iter().enumerate() {
        let parent = order.as_ref().ok().and_then(|order| order.parent);
        let is_with_parent = parent.is_some_and(|parent| parent >= begin);
        if is_with_parent || number - begin == MOST_CREATED_AT_ONCE {
            parts.push(begin..number);
            begin = number;
        }
    }
    if begin < orders.len() {
        parts.push(begin..orders.len());
    }
    parts
}
