use std::sync::{Arc, Mutex};

use chot_persistence::StatementObserver;
use sea_orm::Statement;

/// The statements of a server, recorded on their way to the database.
#[derive(Clone, Debug, Default)]
pub struct StatementLog(Arc<Mutex<Vec<Statement>>>);

impl StatementLog {
    /// The observer that records here. It leaves out the reading of the cursor key, which happens once per process.
    pub fn observer(&self) -> StatementObserver {
        let log = self.0.clone();
        StatementObserver::new(move |statement| {
            if !statement.sql.contains("cursor_keys") {
                log.lock().unwrap().push(statement.clone());
            }
        })
    }

    /// The statements since the last call.
    pub fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}
