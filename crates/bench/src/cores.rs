//! Which core does what: a server that shares its core with who asks it shows the sum of both.

use std::path::Path;
use std::process::Command;

/// The core of the servers and the core of the load, where there are two.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cores {
    pub(crate) server: Option<usize>,
    pub(crate) load: Option<usize>,
}

impl Cores {
    /// The first two that this process may use; `None` where there is only one.
    pub(crate) fn of_machine() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let allowed = status
            .lines()
            .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        match listed(allowed.unwrap_or_default())[..] {
            [server, load, ..] => Self {
                server: Some(server),
                load: Some(load),
            },
            _ => Self::default(),
        }
    }
}

/// The numbers of a list such as `0-1,4` (`cpuset(7)`).
fn listed(list: &str) -> Vec<usize> {
    let ranges = list.trim().split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse().ok()?..=last.parse().ok()?)
    });
    ranges.flatten().collect()
}

/// A program that stays on this core, or goes where the system lets it.
pub(crate) fn on_core(core: Option<usize>, program: &Path) -> Command {
    let Some(core) = core else {
        return Command::new(program);
    };
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &core.to_string()]).arg(program);
    command
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn lists_of_cores_are_ranges_and_numbers() {
        assert_eq!(listed("\t0-1"), [0, 1]);
        assert_eq!(listed("2,4-6"), [2, 4, 5, 6]);
        assert!(listed("").is_empty());
    }
}
