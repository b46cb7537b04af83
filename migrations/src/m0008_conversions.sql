CREATE TABLE conversions (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'reverted')),
    lead_id uuid NOT NULL REFERENCES leads (id),
    lead_status_before text NOT NULL,
    lead_stage_before text,
    account_id uuid NOT NULL REFERENCES accounts (id),
    account_action text NOT NULL,
    account_version bigint NOT NULL,
    account_before jsonb,
    account_tags jsonb NOT NULL,
    contact_id uuid REFERENCES contacts (id),
    contact_action text NOT NULL,
    contact_version bigint,
    contact_before jsonb,
    opportunities jsonb NOT NULL,
    carried jsonb NOT NULL,
    not_carried jsonb NOT NULL,
    created_by uuid REFERENCES users (id),
    created_at timestamptz NOT NULL,
    reverted_by uuid REFERENCES users (id),
    reverted_at timestamptz
);

-- A lead is converted once at a time.
CREATE UNIQUE INDEX conversions_lead_id_unique ON conversions (lead_id) WHERE status = 'active';

CREATE INDEX conversions_lead ON conversions (lead_id);

CREATE INDEX conversions_account ON conversions (account_id);

CREATE INDEX conversions_by_time ON conversions (created_at, id);
