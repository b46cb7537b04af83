CREATE TABLE accounts (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('company', 'individual')),
    type text NOT NULL CHECK (type IN ('prospect', 'customer', 'inactive')),
    name text NOT NULL,
    name_key text NOT NULL,
    parent_id uuid REFERENCES accounts (id),
    phone text,
    email text,
    tax_code text,
    citizen_id text,
    rank text,
    source text,
    profile jsonb NOT NULL,
    description text,
    stage text,
    -- The salesperson.
    owner_id uuid REFERENCES users (id),
    -- Through whom sight is decided: the owner, or the creator while there is none.
    holder_id uuid REFERENCES users (id),
    tags jsonb NOT NULL,
    created_by uuid REFERENCES users (id),
    search_text text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz
);

-- One customer, one account (R-ICHK-02, R-ICHK-03); per kind, since a household business bears its owner's number (A-14).
CREATE UNIQUE INDEX accounts_tax_code_unique ON accounts (tax_code) WHERE archived_at IS NULL;

CREATE UNIQUE INDEX accounts_citizen_id_unique ON accounts (citizen_id) WHERE archived_at IS NULL;

CREATE INDEX accounts_by_time ON accounts (created_at, id) WHERE archived_at IS NULL;

CREATE INDEX accounts_by_change ON accounts (updated_at, id) WHERE archived_at IS NULL;

CREATE INDEX accounts_by_name ON accounts (name_key, id) WHERE archived_at IS NULL;

CREATE INDEX accounts_holder_by_time ON accounts (holder_id, created_at, id) WHERE archived_at IS NULL;
-- Opportunities and contacts are in reach through the holder of their account, archived or not.
CREATE INDEX accounts_holder ON accounts (holder_id, id);

CREATE INDEX accounts_owner_by_time ON accounts (owner_id, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX accounts_type_by_time ON accounts (type, created_at, id) WHERE archived_at IS NULL;

-- With all that a board counts by, so that it need not look at the rows.
CREATE INDEX accounts_stage ON accounts (stage, holder_id, created_at, id, owner_id, archived_at) WHERE archived_at IS NULL;

CREATE INDEX accounts_stage_by_time ON accounts (stage, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX accounts_parent ON accounts (parent_id);

CREATE INDEX accounts_phone ON accounts (phone);

CREATE INDEX accounts_email ON accounts (email);

CREATE TABLE contacts (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (id),
    full_name text NOT NULL,
    name_key text NOT NULL,
    job_title text,
    phone text,
    email text,
    date_of_birth date,
    description text,
    search_text text NOT NULL,
    created_by uuid REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz
);

CREATE INDEX contacts_account ON contacts (account_id, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX contacts_by_time ON contacts (created_at, id) WHERE archived_at IS NULL;

CREATE INDEX contacts_by_change ON contacts (updated_at, id) WHERE archived_at IS NULL;

CREATE INDEX contacts_by_name ON contacts (name_key, id) WHERE archived_at IS NULL;

CREATE INDEX contacts_phone ON contacts (phone);

CREATE INDEX contacts_email ON contacts (email);
