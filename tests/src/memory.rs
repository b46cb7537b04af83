//! The memory of a process, as reported by Linux; unknown elsewhere.

/// The maximum memory of a run of the suite.
const MOST: u64 = 1 << 30;

/// The current resident memory of a process, in bytes.
pub fn resident_bytes(process: u32) -> Option<u64> {
    read(&process.to_string(), "VmRSS:")
}

/// Fails if this process has ever used more than one gibibyte: a finished world must release its memory.
pub(crate) fn require_little() {
    let peak = read("self", "VmHWM:").unwrap_or_default();
    assert!(peak < MOST, "the tests have used {} MiB of memory", peak >> 20);
}

fn read(process: &str, line: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let (_, rest) = status.split_once(line)?;
    Some(rest.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}
