-- What shows that an opportunity is worked (R-ICHK-67). Append-only: what was given stays.
CREATE TABLE evidence (
    id uuid NOT NULL PRIMARY KEY,
    opportunity_id uuid NOT NULL REFERENCES opportunities (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    kind text NOT NULL CHECK (kind IN ('quotation', 'meeting', 'message', 'call', 'file')),
    proves boolean NOT NULL,
    sent_at timestamptz NULL,
    code_count bigint NULL,
    code_quantity bigint NULL,
    service_name text NULL,
    price bigint NULL,
    summary text NULL,
    activity_id uuid NULL REFERENCES activities (id),
    attachment_id uuid NULL REFERENCES attachments (id),
    given_at timestamptz NOT NULL,
    created_by uuid NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);

CREATE INDEX evidence_opportunity ON evidence (opportunity_id, created_at, id);

-- A file or a call proves an opportunity once (R-ICHK-89).
CREATE UNIQUE INDEX evidence_attachment_id_unique ON evidence (attachment_id, opportunity_id) WHERE proves AND attachment_id IS NOT NULL;

CREATE UNIQUE INDEX evidence_activity_id_unique ON evidence (activity_id, opportunity_id) WHERE proves AND attachment_id IS NULL;

-- What customer care drew at random, and what it found (R-ICHK-86, R-ICHK-87). A judgement without a draw has no draw_id.
CREATE TABLE evidence_reviews (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    opportunity_id uuid NOT NULL REFERENCES opportunities (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    evidence_id uuid NULL REFERENCES evidence (id),
    outcome text NOT NULL CHECK (outcome IN ('pending', 'accepted', 'warned')),
    reason text NULL,
    draw_id uuid NULL,
    drawn_by uuid NULL REFERENCES users (id),
    drawn_at timestamptz NULL,
    reviewed_by uuid NULL REFERENCES users (id),
    reviewed_at timestamptz NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX evidence_reviews_opportunity ON evidence_reviews (opportunity_id, created_at, id);

CREATE INDEX evidence_reviews_evidence ON evidence_reviews (evidence_id);

CREATE INDEX evidence_reviews_by_time ON evidence_reviews (created_at, id);

CREATE INDEX evidence_reviews_outcome ON evidence_reviews (outcome, created_at, id);

CREATE INDEX evidence_reviews_drawn_by ON evidence_reviews (drawn_by, created_at, id);

CREATE UNIQUE INDEX evidence_reviews_opportunity_id_unique ON evidence_reviews (opportunity_id) WHERE outcome = 'pending';

-- The check at 23:59, once for each business date (R-ICHK-77, R-ICHK-78).
CREATE TABLE evidence_checks (
    id uuid NOT NULL PRIMARY KEY,
    business_date date NOT NULL,
    cut_off_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done')),
    checked_up_to uuid NULL,
    checked bigint NOT NULL,
    lost bigint NOT NULL,
    released bigint NOT NULL,
    already_closed bigint NOT NULL,
    started_at timestamptz NULL,
    finished_at timestamptz NULL,
    created_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX evidence_checks_business_date_unique ON evidence_checks (business_date);

-- One at most is to come or under way.
CREATE INDEX evidence_checks_unfinished ON evidence_checks (business_date) WHERE state <> 'done';

ALTER TABLE opportunities ADD COLUMN open_since timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';

ALTER TABLE opportunities ADD COLUMN evidence_changed_at timestamptz NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';

ALTER TABLE opportunities ADD COLUMN newest_proof_id uuid NULL;

-- Evidence can be given from now on, and is asked for from now on.
UPDATE opportunities SET open_since = CURRENT_TIMESTAMP, evidence_changed_at = CURRENT_TIMESTAMP;

-- All that the check asks to find its candidates, so that one walk along the index finds them.
CREATE INDEX opportunities_evidence_check ON opportunities (id, evidence_status, evidence_changed_at, open_since)
    WHERE status = 'open' AND evidence_status <> 'not_required' AND archived_at IS NULL;

CREATE INDEX opportunities_wanting_evidence ON opportunities (open_since)
    WHERE status = 'open' AND evidence_status <> 'not_required' AND archived_at IS NULL;

-- What was closed while evidence was wanting.
CREATE INDEX opportunities_closed_without_evidence ON opportunities (closed_at)
    WHERE closed_at IS NOT NULL AND evidence_status IN ('missing', 'warned');

-- All that a draw chooses from (R-ICHK-91).
CREATE INDEX opportunities_with_evidence ON opportunities (newest_proof_id)
    WHERE status = 'open' AND evidence_status = 'provided' AND archived_at IS NULL;
