-- Every version of the playbook is kept; the greatest is in force.
CREATE TABLE playbooks (
    version bigint NOT NULL PRIMARY KEY,
    document jsonb NOT NULL,
    created_by uuid REFERENCES users (id),
    created_at timestamptz NOT NULL
);
