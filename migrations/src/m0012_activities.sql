-- What is done with customers: planned, done or called off.
CREATE TABLE activities (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('call', 'email', 'sms', 'message', 'meeting', 'online_meeting', 'task', 'note')),
    category text,
    subject text NOT NULL,
    description text,
    lead_id uuid REFERENCES leads (id),
    -- Also of an opportunity's activity, and of a lead's once that was converted: sight is one join.
    account_id uuid REFERENCES accounts (id),
    opportunity_id uuid REFERENCES opportunities (id),
    -- In which the lead or opportunity stood.
    stage text,
    owner_id uuid NOT NULL REFERENCES users (id),
    status text NOT NULL CHECK (status IN ('planned', 'done', 'cancelled')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    done_at timestamptz,
    outcome text,
    summary text,
    cancel_reason text,
    is_over_length boolean NOT NULL,
    attendees jsonb NOT NULL,
    location text,
    meeting_link text,
    remote_access jsonb,
    check_list jsonb NOT NULL,
    -- Of calls: whether a telephone exchange told of it, how long people talked, and where it can be heard.
    is_via_telephony boolean NOT NULL,
    talk_seconds bigint,
    recording_url text,
    created_by uuid REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz
);

CREATE INDEX activities_by_start ON activities (starts_at, id) WHERE archived_at IS NULL;

CREATE INDEX activities_by_time ON activities (created_at, id) WHERE archived_at IS NULL;

CREATE INDEX activities_by_change ON activities (updated_at, id) WHERE archived_at IS NULL;

CREATE INDEX activities_status_by_start ON activities (status, starts_at, id) WHERE archived_at IS NULL;
-- Whose, and about what: also what decides on sight, archived or not.
CREATE INDEX activities_owner ON activities (owner_id, starts_at, id);

CREATE INDEX activities_account ON activities (account_id, starts_at, id);

CREATE INDEX activities_lead ON activities (lead_id, starts_at, id);

CREATE INDEX activities_opportunity ON activities (opportunity_id, starts_at, id);

CREATE INDEX activities_recording ON activities (account_id, starts_at, id) WHERE recording_url IS NOT NULL;

-- Activities are in reach through the holder of their lead, archived or not.
CREATE INDEX leads_holder ON leads (holder_id, id);

-- What happened to something that hangs on a lead or an opportunity stands in the history of that one as well.
ALTER TABLE events ADD COLUMN parent_id uuid NULL;

CREATE INDEX events_parent ON events (parent_id, occurred_at, id) WHERE parent_id IS NOT NULL;

-- The secret addresses of people's calendars, as digests.
CREATE TABLE calendar_feeds (
    user_id uuid NOT NULL PRIMARY KEY REFERENCES users (id),
    version bigint NOT NULL,
    secret_hash text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX calendar_feeds_secret_hash_unique ON calendar_feeds (secret_hash);
