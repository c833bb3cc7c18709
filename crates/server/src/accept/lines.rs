//! All lines: how many there may be, and which goes when there is no place for another.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::line::{Line, Wait};

/// How many connections there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// In all.
    pub in_all: usize,
    /// Of one peer: an address, or an IPv6 network of 64 bits. Not for trusted proxies.
    pub of_peer: usize,
}

/// Lines that may go, found by one look at all of them: whoever opens connections as fast as they
/// are closed must not cost a look for each.
const CANDIDATES: usize = 64;

/// Every line of the server.
pub(super) struct Lines {
    capacity: Capacity,
    /// Numbers the changes of all lines.
    pub(super) clockwork: Arc<AtomicU64>,
    seats: Mutex<Seats>,
    has_warned: AtomicBool,
}

#[derive(Default)]
struct Seats {
    next: u64,
    all: Group,
    peers: HashMap<IpAddr, Group>,
}

/// Lines that share a bound.
#[derive(Default)]
struct Group {
    lines: HashMap<u64, (Arc<Line>, Option<IpAddr>)>,
    /// Who waited longest when they were last looked at, the longest at the end. Whoever has begun to
    /// wait since goes after all of these.
    candidates: Vec<(Wait, u64)>,
}

/// A place among the lines, given back when it is dropped.
pub(super) struct Seat {
    lines: Arc<Lines>,
    id: u64,
    peer: Option<IpAddr>,
}

impl Lines {
    pub(super) fn new(capacity: Capacity) -> Self {
        Self {
            capacity,
            clockwork: Arc::default(),
            seats: Mutex::default(),
            has_warned: AtomicBool::new(false),
        }
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives `line` a place, for which another may have to go. A peer with too many loses the one
    /// that has been waiting for it the longest; if we work for all of them, it may have one more.
    /// None if there is no place, and we work for every line.
    pub(super) fn admit(self: &Arc<Self>, line: Arc<Line>, peer: Option<IpAddr>) -> Option<Seat> {
        let mut seats = self.seats();
        if let Some(peer) = peer
            && let Some(group) = seats.peers.get_mut(&peer)
            && group.lines.len() >= self.capacity.of_peer
            && let Some((id, _)) = group.close_longest_waiting()
        {
            seats.remove(id, Some(peer));
        }
        if seats.all.lines.len() >= self.capacity.in_all {
            if !self.has_warned.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    connections = self.capacity.in_all,
                    "there is no place for more connections: those that wait for their peers the longest are closed"
                );
            }
            let (id, peer) = seats.all.close_longest_waiting()?;
            seats.remove(id, peer);
        }
        let id = seats.next;
        seats.next += 1;
        if let Some(peer) = peer {
            let group = seats.peers.entry(peer).or_default();
            group.lines.insert(id, (line.clone(), Some(peer)));
        }
        seats.all.lines.insert(id, (line, peer));
        drop(seats);
        Some(Seat {
            lines: self.clone(),
            id,
            peer,
        })
    }
}

impl Seats {
    fn remove(&mut self, id: u64, peer: Option<IpAddr>) {
        self.all.lines.remove(&id);
        if let Some(peer) = peer
            && let Some(group) = self.peers.get_mut(&peer)
        {
            group.lines.remove(&id);
            if group.lines.is_empty() {
                self.peers.remove(&peer);
            }
        }
    }
}

impl Group {
    /// Closes the line that has been waiting for its peer the longest, and tells which it was.
    fn close_longest_waiting(&mut self) -> Option<(u64, Option<IpAddr>)> {
        self.close_candidate().or_else(|| {
            self.look();
            self.close_candidate()
        })
    }

    fn close_candidate(&mut self) -> Option<(u64, Option<IpAddr>)> {
        while let Some((wait, id)) = self.candidates.pop() {
            if let Some((line, peer)) = self.lines.get(&id)
                && line.close(wait)
            {
                return Some((id, *peer));
            }
        }
        None
    }

    fn look(&mut self) {
        let waiting = self.lines.iter();
        let waiting = waiting.filter_map(|(id, (line, _))| Some((line.wait()?, *id)));
        self.candidates = waiting.collect();
        if self.candidates.len() > CANDIDATES {
            self.candidates.select_nth_unstable(CANDIDATES);
            self.candidates.truncate(CANDIDATES);
        }
        self.candidates.sort_unstable();
        // Strangers yet to come go before those who have shown the key: of these, only one at a time.
        let strangers = self
            .candidates
            .iter()
            .take_while(|(wait, _)| !wait.is_known);
        let strangers = strangers.count().max(1);
        self.candidates.truncate(strangers);
        self.candidates.reverse();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.lines.seats().remove(self.id, self.peer);
    }
}
