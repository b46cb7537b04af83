-- Until when a salesperson has to make contact with a lead, or loses it.
ALTER TABLE leads ADD COLUMN recall_at timestamptz NULL;

CREATE INDEX leads_recall ON leads (recall_at, id) WHERE recall_at IS NOT NULL;

-- Every time that a lead was given to a salesperson, and whether it was taken back for want of contact.
CREATE TABLE lead_assignments (
    id uuid NOT NULL PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id),
    owner_id uuid NOT NULL REFERENCES users (id),
    previous_owner_id uuid NULL REFERENCES users (id),
    cause text NOT NULL CHECK (cause IN ('created', 'assigned', 'claimed', 'recalled')),
    created_by uuid NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    recalled_at timestamptz NULL,
    next_owner_id uuid NULL REFERENCES users (id)
);

CREATE INDEX lead_assignments_by_time ON lead_assignments (created_at, id);

-- Also: who was given one least recently.
CREATE INDEX lead_assignments_owner ON lead_assignments (owner_id, created_at, id);

CREATE INDEX lead_assignments_lead ON lead_assignments (lead_id, created_at, id);

CREATE INDEX lead_assignments_recalled ON lead_assignments (created_at, id) WHERE recalled_at IS NOT NULL;
