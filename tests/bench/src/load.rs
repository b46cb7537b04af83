//! Sends many requests over a few connections and takes the time.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::http::Connection;

/// How many connections ask at the same time.
pub const CONNECTIONS: usize = 8;

/// How a series of requests went.
pub struct Fired {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// How long each request took, the shortest first.
    pub latencies: Vec<Duration>,
}

impl Fired {
    /// The time within which this share of the requests was answered.
    pub fn within(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        let place = (last as f64 * share).round() as usize;
        self.latencies.get(place).copied().unwrap_or_default()
    }
}

/// Sends the requests; every answer must have the expected status.
pub fn fire(at: SocketAddr, requests: &[Vec<u8>], expected: u16) -> Outcome<Fired> {
    let started = Instant::now();
    let latencies = thread::scope(|scope| {
        let askers: Vec<_> =
            (0..CONNECTIONS).map(|first| scope.spawn(move || ask(at, requests.iter().skip(first), expected))).collect();
        let joined = askers.into_iter().map(|asker| asker.join().map_err(|_| "an asker failed")?);
        joined.collect::<Outcome<Vec<_>>>()
    })?;
    let elapsed = started.elapsed();
    let mut latencies = latencies.concat();
    latencies.sort_unstable();
    Ok(Fired { elapsed, latencies })
}

fn ask<'a>(at: SocketAddr, requests: impl Iterator<Item = &'a Vec<u8>>, expected: u16) -> Outcome<Vec<Duration>> {
    let mut connection = Connection::open(at)?;
    let mut latencies = Vec::new();
    for request in requests.step_by(CONNECTIONS) {
        let sent = Instant::now();
        let answer = connection.ask(request)?;
        latencies.push(sent.elapsed());
        if answer.status != expected {
            let (request, body) = (String::from_utf8_lossy(request), String::from_utf8_lossy(&answer.body));
            let line = request.lines().next().unwrap_or_default();
            return Err(format!("{line} was answered with {}: {body}", answer.status).into());
        }
    }
    Ok(latencies)
}
