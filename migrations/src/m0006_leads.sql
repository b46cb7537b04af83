CREATE TABLE lead_forms (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    form_key text NOT NULL,
    name text NOT NULL,
    source text NOT NULL,
    product_id uuid REFERENCES products (id),
    field_map jsonb NOT NULL,
    trap_field text,
    quota_per_hour bigint NOT NULL,
    is_active boolean NOT NULL,
    created_by uuid REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX lead_forms_form_key_unique ON lead_forms (form_key);

CREATE INDEX lead_forms_by_time ON lead_forms (created_at, id);

CREATE TABLE leads (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('company', 'individual')),
    status text NOT NULL,
    stage text,
    name text NOT NULL,
    name_key text NOT NULL,
    phone text,
    email text,
    contact_points jsonb NOT NULL,
    tax_code text,
    citizen_id text,
    source text NOT NULL,
    rank text,
    product_id uuid REFERENCES products (id),
    contact_person jsonb,
    profile jsonb NOT NULL,
    need text,
    description text,
    -- The salesperson.
    owner_id uuid REFERENCES users (id),
    -- Through whom sight is decided: the owner, or the creator while there is none.
    holder_id uuid REFERENCES users (id),
    assigned_at timestamptz,
    is_returning_customer boolean NOT NULL,
    verification text,
    close_reason text,
    close_note text,
    follow_up_at timestamptz,
    -- By what the list is sorted: the same, or a day beyond all others.
    follow_up_key timestamptz NOT NULL,
    is_follow_up_due boolean NOT NULL,
    form_id uuid REFERENCES lead_forms (id),
    -- What it became, while the conversion holds.
    conversion_id uuid,
    account_id uuid REFERENCES accounts (id),
    -- The tags with author and time, as they are answered; `taggings` finds records by them.
    tags jsonb NOT NULL,
    created_by uuid REFERENCES users (id),
    search_text text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz
);

CREATE INDEX leads_by_time ON leads (created_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_by_change ON leads (updated_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_by_follow_up ON leads (follow_up_key, id) WHERE archived_at IS NULL;

CREATE INDEX leads_by_name ON leads (name_key, id) WHERE archived_at IS NULL;

CREATE INDEX leads_holder_by_time ON leads (holder_id, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_holder_status_by_time ON leads (holder_id, status, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_owner_by_time ON leads (owner_id, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_status_by_time ON leads (status, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_source_by_time ON leads (source, created_at, id) WHERE archived_at IS NULL;

-- With all that a board counts by, so that it need not look at the rows.
CREATE INDEX leads_stage ON leads (stage, holder_id, created_at, id, owner_id, archived_at) WHERE archived_at IS NULL;

CREATE INDEX leads_stage_by_time ON leads (stage, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_due ON leads (is_follow_up_due, holder_id, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_phone ON leads (phone);

CREATE INDEX leads_email ON leads (email);

CREATE INDEX leads_tax_code ON leads (tax_code);

CREATE INDEX leads_citizen_id ON leads (citizen_id);

CREATE INDEX leads_account ON leads (account_id);

CREATE INDEX leads_form ON leads (form_id, created_at);

-- Further ways to reach a lead, in the form in which they are compared.
CREATE TABLE lead_contact_points (
    lead_id uuid NOT NULL REFERENCES leads (id),
    place bigint NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (lead_id, place)
);

CREATE INDEX lead_contact_points_value ON lead_contact_points (value);

-- Everything that came in by a form, as it came; a duplicate's submission names the lead it belongs to.
CREATE TABLE lead_submissions (
    id uuid NOT NULL PRIMARY KEY,
    form_id uuid NOT NULL REFERENCES lead_forms (id),
    lead_id uuid REFERENCES leads (id),
    is_duplicate boolean NOT NULL,
    fields jsonb NOT NULL,
    received_at timestamptz NOT NULL
);

CREATE INDEX lead_submissions_form ON lead_submissions (form_id, received_at);

CREATE INDEX lead_submissions_lead ON lead_submissions (lead_id);
