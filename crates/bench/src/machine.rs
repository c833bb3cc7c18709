//! On what it runs: figures of two machines are not to be compared.

use crate::console::say;
use crate::cores::Cores;

/// Says what machine it is and how busy.
pub(crate) fn describe(cores: &Cores) {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let value = |text: &str, name: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with(name))
            .map(str::to_owned);
        let value = line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()));
        value.unwrap_or_else(|| "unknown".to_owned())
    };
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    say(&format!(
        "{count} cores ({}), {} of memory, Linux {}, load {}",
        value(&read("/proc/cpuinfo"), "model name"),
        value(&read("/proc/meminfo"), "MemTotal"),
        read("/proc/sys/kernel/osrelease").trim(),
        read("/proc/loadavg").trim(),
    ));
    if let Cores {
        server: Some(server),
        load: Some(load),
    } = cores
    {
        say(&format!(
            "hot path: servers on core {server}, who asks on core {load}"
        ));
    }
}
