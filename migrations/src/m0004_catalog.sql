CREATE TABLE products (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    code text NOT NULL,
    code_key text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    category text,
    unit_price bigint,
    currency text NOT NULL,
    vat_code text NOT NULL,
    unit text,
    description text,
    is_active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX products_code_key_unique ON products (code_key);

CREATE INDEX products_by_name ON products (name_key, id);

CREATE INDEX products_by_time ON products (created_at, id);
