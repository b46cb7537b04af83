-- Free use of the product for some days.
CREATE TABLE trials (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    lead_id uuid NOT NULL REFERENCES leads (id),
    status text NOT NULL CHECK (status IN ('running', 'ended')),
    link text NULL,
    note text NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz NULL,
    created_by uuid NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- One at a time.
CREATE UNIQUE INDEX trials_lead_unique ON trials (lead_id) WHERE status = 'running';

CREATE INDEX trials_lead ON trials (lead_id, created_at, id);

CREATE INDEX trials_by_time ON trials (created_at, id);

CREATE INDEX trials_by_end ON trials (ends_at, id);
