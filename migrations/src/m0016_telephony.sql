-- The exchanges that tell of calls by webhook, each with the secret with which it signs.
CREATE TABLE telephone_exchanges (
    provider text NOT NULL PRIMARY KEY,
    signing_secret text NOT NULL,
    changed_at timestamptz NOT NULL
);

-- Calls as exchanges tell of them, one row each however often it is told of.
CREATE TABLE calls (
    id uuid NOT NULL PRIMARY KEY,
    provider text NOT NULL,
    provider_call_id text NOT NULL,
    -- How far the organisation's clock was ahead of the exchange's when it was first told of: nothing, but in a sandbox.
    clock_ahead_seconds bigint NOT NULL,
    status text CHECK (status IN ('created', 'started', 'ringing', 'answered', 'ended')),
    direction text CHECK (direction IN ('inbound', 'outbound', 'internal')),
    from_number text,
    to_number text,
    started_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    answer_seconds bigint,
    recording_url text,
    -- The record from which it was dialled, and the colleague on the line, as far as they are known.
    lead_id uuid REFERENCES leads (id),
    account_id uuid REFERENCES accounts (id),
    opportunity_id uuid REFERENCES opportunities (id),
    user_id uuid REFERENCES users (id),
    -- What it was written down as once it was over.
    activity_id uuid REFERENCES activities (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX calls_provider_unique ON calls (provider, provider_call_id);

CREATE INDEX calls_activity ON calls (activity_id);
