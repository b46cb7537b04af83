-- What is old is deleted in batches; each batch is found by an index.
CREATE INDEX timers_finished ON timers (finished_at) WHERE finished_at IS NOT NULL;

CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX sessions_expires ON sessions (expires_at);
