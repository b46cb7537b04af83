-- What each user was told. A row can be erased with what it says about persons.
CREATE TABLE notifications (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    kind text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    account_id uuid NULL,
    params jsonb NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid NULL,
    actor_user_id uuid NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    read_at timestamptz NULL
);

CREATE INDEX notifications_inbox ON notifications (user_id, created_at, id);

CREATE INDEX notifications_unread ON notifications (user_id, created_at, id) WHERE read_at IS NULL;

CREATE INDEX notifications_by_kind ON notifications (user_id, kind, created_at, id);

CREATE INDEX notifications_subject ON notifications (subject_id, id);

CREATE TABLE notification_preferences (
    user_id uuid NOT NULL PRIMARY KEY REFERENCES users (id),
    version bigint NOT NULL,
    language text NOT NULL,
    email jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

-- The outside: what has to leave the house, with attempts and result.
CREATE TABLE deliveries (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL,
    recipient text NOT NULL,
    payload jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'sent', 'failed', 'cancelled')),
    attempts bigint NOT NULL,
    run_at timestamptz NOT NULL,
    claim uuid NULL,
    locked_until timestamptz NULL,
    last_error text NULL,
    dedupe_key text NOT NULL,
    notification_id uuid NULL REFERENCES notifications (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    finished_at timestamptz NULL
);

CREATE UNIQUE INDEX deliveries_dedupe_key_unique ON deliveries (dedupe_key);

CREATE INDEX deliveries_due ON deliveries (run_at, id) WHERE state = 'pending';

CREATE INDEX deliveries_by_time ON deliveries (created_at, id);

CREATE INDEX deliveries_by_state ON deliveries (state, created_at, id);

CREATE INDEX deliveries_by_kind ON deliveries (kind, created_at, id);

CREATE INDEX deliveries_notification ON deliveries (notification_id);
