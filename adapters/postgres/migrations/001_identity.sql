-- Who may do what. An erased account keeps its row, without the e-mail address.
CREATE TABLE identity.account (
    id      text        PRIMARY KEY,
    email   text        UNIQUE,
    plan    text        NOT NULL CHECK (plan IN ('free', 'pro', 'enterprise')),
    created timestamptz NOT NULL DEFAULT now(),
    erased  timestamptz
);

-- What seals an account's content in the log. Deleting the row makes that content unreadable.
CREATE TABLE identity.account_key (
    account text  PRIMARY KEY REFERENCES identity.account,
    key     bytea NOT NULL CHECK (octet_length(key) = 32)
);

CREATE TABLE identity.api_key (
    id         text        PRIMARY KEY,
    account    text        NOT NULL REFERENCES identity.account,
    name       text        NOT NULL,
    prefix     text        NOT NULL, -- the token's beginning, by which its owner knows it
    hash       bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created    timestamptz NOT NULL DEFAULT now(),
    last_used  timestamptz,
    revoked_at timestamptz,
    expires_at timestamptz
);
CREATE INDEX api_key_account ON identity.api_key (account);

-- What each caller spent of the present window. Updated in place all the time, hence the room.
CREATE UNLOGGED TABLE identity.rate (
    bucket  text        PRIMARY KEY,
    resets  timestamptz NOT NULL, -- when the window ends
    used    integer     NOT NULL,
    granted integer     NOT NULL  -- by the last update, for its RETURNING
) WITH (fillfactor = 50);

-- What a day's visitors are hashed with. Never logged, never backed up, gone after the day.
CREATE UNLOGGED TABLE identity.daily_salt (
    day  date  PRIMARY KEY,
    salt bytea NOT NULL CHECK (octet_length(salt) = 32)
);

-- Secrets of the installation, drawn once.
CREATE TABLE identity.setting (
    name  text  PRIMARY KEY,
    value bytea NOT NULL
);

---- create above / drop below ----

DROP TABLE identity.setting, identity.daily_salt, identity.rate, identity.api_key,
    identity.account_key, identity.account;
