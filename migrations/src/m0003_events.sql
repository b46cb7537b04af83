-- The past: append-only. Only the position is set later, once, after the event is committed.
CREATE TABLE events (
    id uuid NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    account_id uuid,
    cause_id uuid,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_user_id uuid,
    occurred_at timestamptz NOT NULL,
    facts jsonb NOT NULL,
    position bigint
);

CREATE INDEX events_subject ON events (subject_id, occurred_at, id);

CREATE INDEX events_account ON events (account_id, occurred_at, id);

CREATE UNIQUE INDEX events_position ON events (position);

CREATE INDEX events_without_position ON events (id) WHERE position IS NULL;

-- What an event says about persons. It can be erased without touching the event.
CREATE TABLE event_values (
    event_id uuid NOT NULL PRIMARY KEY REFERENCES events (id),
    changes jsonb NOT NULL
);

CREATE TABLE feed (
    id bigint NOT NULL PRIMARY KEY,
    last_position bigint NOT NULL
);

INSERT INTO feed (id, last_position) VALUES (1, 0);

-- The future: what falls due, when, for which record.
CREATE TABLE timers (
    id uuid NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    due_at timestamptz NOT NULL,
    run_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'done', 'cancelled', 'failed')),
    attempts bigint NOT NULL,
    last_error text,
    created_at timestamptz NOT NULL,
    finished_at timestamptz
);

CREATE UNIQUE INDEX timers_kind_unique ON timers (kind, subject_id) WHERE state = 'pending';

CREATE INDEX timers_due ON timers (run_at, id) WHERE state = 'pending';

CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    request text NOT NULL,
    idempotency_key text NOT NULL,
    body_hash text NOT NULL,
    permissions jsonb NOT NULL,
    status bigint,
    headers jsonb NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller, request, idempotency_key)
);

CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
