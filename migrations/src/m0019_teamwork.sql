-- What salespeople ask those who lead (R-EDU-14, R-EDU-15).
CREATE TABLE support_requests (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    lead_id uuid NULL REFERENCES leads (id),
    -- Also of an opportunity's request: sight is decided through it.
    account_id uuid NULL REFERENCES accounts (id),
    opportunity_id uuid NULL REFERENCES opportunities (id),
    requester_id uuid NOT NULL REFERENCES users (id),
    -- Nobody in particular, where several lead.
    addressee_id uuid NULL REFERENCES users (id),
    reason text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'answered', 'withdrawn')),
    answer text NULL,
    verdict text NULL CHECK (verdict IN ('real', 'not_real')),
    answered_by uuid NULL REFERENCES users (id),
    answered_at timestamptz NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX support_requests_by_time ON support_requests (created_at, id);

CREATE INDEX support_requests_by_status ON support_requests (status, created_at, id);

CREATE INDEX support_requests_lead ON support_requests (lead_id, created_at, id);

CREATE INDEX support_requests_account ON support_requests (account_id, created_at, id);

CREATE INDEX support_requests_opportunity ON support_requests (opportunity_id, created_at, id);

CREATE INDEX support_requests_requester ON support_requests (requester_id, created_at, id);

CREATE INDEX support_requests_addressee ON support_requests (addressee_id, created_at, id);
