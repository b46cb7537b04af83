-- Administrators look at what falls due, by state.
CREATE INDEX timers_by_due ON timers (due_at, id);

CREATE INDEX timers_state_by_due ON timers (state, due_at, id);

-- How far the clock of a sandbox is ahead of the machine's, for all processes.
CREATE TABLE sandbox_clock (
    id bigint NOT NULL PRIMARY KEY,
    microseconds_ahead bigint NOT NULL
);

INSERT INTO sandbox_clock (id, microseconds_ahead) VALUES (1, 0);
