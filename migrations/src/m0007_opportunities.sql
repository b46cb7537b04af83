CREATE TABLE opportunities (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (id),
    owner_id uuid REFERENCES users (id),
    lead_id uuid REFERENCES leads (id),
    name text NOT NULL,
    name_key text NOT NULL,
    phone text,
    classification text NOT NULL CHECK (classification IN ('primary', 'secondary')),
    status text NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    stage text NOT NULL,
    stage_entered_at timestamptz NOT NULL,
    expected_revenue bigint,
    -- By what lists are sorted: the same, or what comes after all others.
    revenue_key bigint NOT NULL,
    currency text NOT NULL,
    stars bigint NOT NULL,
    expected_close_on date,
    close_key date NOT NULL,
    description text,
    evidence_status text NOT NULL,
    lost_reason text,
    customer_feedback text,
    next_approach_on date,
    closed_at timestamptz,
    tags jsonb NOT NULL,
    created_by uuid REFERENCES users (id),
    search_text text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz
);

CREATE INDEX opportunities_account ON opportunities (account_id, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_by_time ON opportunities (created_at, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_by_change ON opportunities (updated_at, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_by_close ON opportunities (close_key, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_by_revenue ON opportunities (revenue_key, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_by_name ON opportunities (name_key, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_owner_by_time ON opportunities (owner_id, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_status_by_time ON opportunities (status, created_at, id) WHERE archived_at IS NULL;

-- With all that a board counts and sums, so that it need not look at the rows.
CREATE INDEX opportunities_stage_by_time
    ON opportunities (stage, created_at, id, account_id, owner_id, expected_revenue, archived_at) WHERE archived_at IS NULL;

CREATE INDEX opportunities_evidence ON opportunities (evidence_status, created_at, id) WHERE archived_at IS NULL;

CREATE TABLE opportunity_products (
    opportunity_id uuid NOT NULL REFERENCES opportunities (id),
    product_id uuid NOT NULL REFERENCES products (id),
    place bigint NOT NULL,
    PRIMARY KEY (opportunity_id, product_id)
);

CREATE INDEX opportunity_products_product ON opportunity_products (product_id, opportunity_id);

-- Tags with author and time (R-EDU-11), on records of three kinds.
CREATE TABLE taggings (
    id uuid NOT NULL PRIMARY KEY,
    tag text NOT NULL,
    lead_id uuid REFERENCES leads (id),
    account_id uuid REFERENCES accounts (id),
    opportunity_id uuid REFERENCES opportunities (id),
    created_by uuid REFERENCES users (id),
    created_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX taggings_lead_id_unique ON taggings (lead_id, tag);

CREATE UNIQUE INDEX taggings_account_id_unique ON taggings (account_id, tag);

CREATE UNIQUE INDEX taggings_opportunity_id_unique ON taggings (opportunity_id, tag);

CREATE INDEX taggings_tag ON taggings (tag);
