CREATE TABLE teams (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    parent_id uuid REFERENCES teams (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz
);

CREATE UNIQUE INDEX teams_name_key_unique ON teams (name_key) WHERE archived_at IS NULL;

CREATE INDEX teams_parent ON teams (parent_id);

CREATE TABLE users (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    email text NOT NULL,
    full_name text NOT NULL,
    name_key text NOT NULL,
    role text NOT NULL,
    team_id uuid REFERENCES teams (id),
    password_hash text,
    is_active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX users_email_unique ON users (email);

CREATE INDEX users_team ON users (team_id, id);

CREATE INDEX users_by_time ON users (created_at, id);

CREATE INDEX users_by_name ON users (name_key, id);

-- A session is a family of refresh tokens: each is spent once, and using a spent one ends the family.
CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);

CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
    token_hash text NOT NULL PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id),
    created_at timestamptz NOT NULL,
    spent_at timestamptz
);

CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE api_keys (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    prefix text NOT NULL,
    secret_hash text NOT NULL,
    name text NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    scopes jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);

CREATE UNIQUE INDEX api_keys_prefix_unique ON api_keys (prefix);

CREATE INDEX api_keys_user ON api_keys (user_id, created_at, id);

-- Every process signs access tokens with the newest key and accepts those signed with any.
CREATE TABLE signing_keys (
    id uuid NOT NULL PRIMARY KEY,
    secret text NOT NULL,
    created_at timestamptz NOT NULL
);
