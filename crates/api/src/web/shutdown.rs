//! Graceful shutdown: accepted requests get a response, and clients are asked to close their connections before the listener
//! closes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use chot_persistence::Db;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

/// Longest time for running requests to end.
const LONGEST_DRAIN: Duration = Duration::from_secs(30);

/// How long the server still accepts connections after the request to stop. Meanwhile each response closes its connection, so
/// that almost no client sends a request on a connection that is about to close.
const LAME_DUCK: Duration = Duration::from_millis(500);

/// The interval at which running requests are counted.
const LOOK: Duration = Duration::from_millis(20);

/// The server is idle after so many counts without a running request. An accepted connection needs a moment to reach a worker and
/// to deliver its request; a stopping server would drop it.
const IDLE_LOOKS: u32 = 15;

/// Whether the server is stopping, and the number of running requests. Clones share both.
#[derive(Clone, Default)]
pub struct Shutdown(Arc<Progress>);

#[derive(Default)]
struct Progress {
    is_stopping: AtomicBool,
    under_way: AtomicUsize,
}

/// A running request, until it is dropped.
pub struct UnderWay(Arc<Progress>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shutdown {
    /// Counts a request until the returned guard is dropped.
    pub fn count_request(&self) -> UnderWay {
        self.0.under_way.fetch_add(1, Ordering::SeqCst);
        UnderWay(self.0.clone())
    }

    /// Whether responses must close their connections.
    pub fn is_stopping(&self) -> bool {
        self.0.is_stopping.load(Ordering::SeqCst)
    }

    /// Stops a server gracefully.
    pub async fn stop(&self, server: &ServerHandle) {
        self.0.is_stopping.store(true, Ordering::SeqCst);
        tokio::time::sleep(LAME_DUCK).await;
        server.pause().await;
        let _ = tokio::time::timeout(LONGEST_DRAIN, self.until_idle()).await;
        server.stop(true).await;
    }

    async fn until_idle(&self) {
        let mut idle = 0;
        while idle < IDLE_LOOKS {
            idle = if self.0.under_way.load(Ordering::SeqCst) > 0 { 0 } else { idle + 1 };
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Longest time for the worker to finish its current unit of work. Unfinished work is repeated after the next start.
const LONGEST_UNIT: Duration = Duration::from_secs(10);

/// Waits for a worker that is stopping and closes the database. Both waits are limited, in case the database does not respond.
pub async fn end_in_time(worker: Option<JoinHandle<()>>, db: Db) {
    if let Some(mut worker) = worker
        && tokio::time::timeout(LONGEST_UNIT, &mut worker).await.is_err()
    {
        worker.abort();
    }
    let _ = tokio::time::timeout(LONGEST_UNIT, db.close()).await;
}

/// Waits for SIGTERM or SIGINT.
///
/// # Errors
/// If the process cannot listen to signals.
pub async fn wait_for_stop_signal() -> std::io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
