CREATE TABLE attachments (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    activity_id uuid NULL REFERENCES activities (id),
    -- The records that it hangs on, also through its activity, and the customer of an opportunity: sight is decided through them.
    lead_id uuid NULL REFERENCES leads (id),
    account_id uuid NULL REFERENCES accounts (id),
    opportunity_id uuid NULL REFERENCES opportunities (id),
    file_name text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    -- Where the content is kept. No row names a place where nothing is.
    storage_key text NOT NULL,
    category text NULL,
    description text NULL,
    created_by uuid NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz NULL
);

CREATE UNIQUE INDEX attachments_storage_key_unique ON attachments (storage_key);

CREATE INDEX attachments_by_time ON attachments (created_at, id) WHERE archived_at IS NULL;

CREATE INDEX attachments_lead ON attachments (lead_id, created_at, id);

CREATE INDEX attachments_account ON attachments (account_id, created_at, id);

CREATE INDEX attachments_opportunity ON attachments (opportunity_id, created_at, id);

CREATE INDEX attachments_activity ON attachments (activity_id, created_at, id);
