//! How much memory a process uses, as Linux tells it; elsewhere nothing is known.

/// So much a run of the suite may use.
const MOST: u64 = 1 << 30;

/// Resident memory of a process now, in bytes.
pub fn resident_bytes(process: u32) -> Option<u64> {
    read(&process.to_string(), "VmRSS:")
}

/// Fails if this process has ever used more than a gibibyte: a world that ended has to give its memory back.
pub(crate) fn require_little() {
    let peak = read("self", "VmHWM:").unwrap_or_default();
    assert!(peak < MOST, "the tests have used {} MiB of memory", peak >> 20);
}

fn read(process: &str, line: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let (_, rest) = status.split_once(line)?;
    Some(rest.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}
