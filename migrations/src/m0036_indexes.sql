-- The products of an opportunity in their order, read with it.
CREATE INDEX opportunity_products_place ON opportunity_products (opportunity_id, place, product_id);

-- Filters that had no index of their own.
CREATE INDEX leads_kind_by_time ON leads (kind, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX leads_rank_by_time ON leads (rank, created_at, id) WHERE archived_at IS NULL AND rank IS NOT NULL;

CREATE INDEX leads_product_by_time ON leads (product_id, created_at, id) WHERE archived_at IS NULL AND product_id IS NOT NULL;

CREATE INDEX leads_archived_by_time ON leads (created_at, id) WHERE archived_at IS NOT NULL;

CREATE INDEX accounts_kind_by_time ON accounts (kind, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX accounts_rank_by_time ON accounts (rank, created_at, id) WHERE archived_at IS NULL AND rank IS NOT NULL;

CREATE INDEX accounts_archived_by_time ON accounts (created_at, id) WHERE archived_at IS NOT NULL;

CREATE INDEX opportunities_classification_by_time ON opportunities (classification, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_stars_by_time ON opportunities (stars, created_at, id) WHERE archived_at IS NULL;

CREATE INDEX opportunities_next_approach ON opportunities (next_approach_on) WHERE next_approach_on IS NOT NULL;

CREATE INDEX opportunities_archived_by_time ON opportunities (created_at, id) WHERE archived_at IS NOT NULL;
