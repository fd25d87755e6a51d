-- Who signs in. Nothing of a person outlives the last account they are a member of.
CREATE TABLE identity.person (
    id        text        PRIMARY KEY,
    email     text        NOT NULL UNIQUE, -- in lower case
    name      text        NOT NULL DEFAULT '',
    verified  boolean     NOT NULL DEFAULT false,
    password  text,                        -- argon2id, as a PHC string; NULL: none yet
    totp      bytea,                       -- the second factor's secret, sealed; NULL: none
    totp_step bigint      NOT NULL DEFAULT 0, -- of the last code that was taken: each is taken once
    totp_new  bytea,                       -- a secret that waits for its first code
    created   timestamptz NOT NULL DEFAULT now()
);

-- Instead of the second factor, once each.
CREATE TABLE identity.recovery_code (
    person text  NOT NULL REFERENCES identity.person ON DELETE CASCADE,
    hash   bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (person, hash)
);

-- Whose account it is. Whatever refers to identity.account is deleted when the account is erased.
CREATE TABLE identity.member (
    account text        NOT NULL REFERENCES identity.account,
    person  text        NOT NULL REFERENCES identity.person ON DELETE CASCADE,
    role    text        NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    since   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, person)
);
CREATE INDEX member_person ON identity.member (person);

CREATE TABLE identity.session (
    id      text        PRIMARY KEY,
    hash    bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32), -- of the token
    person  text        NOT NULL REFERENCES identity.person ON DELETE CASCADE,
    account text,                 -- that is looked at, if the person is still a member; no reference: a session outlives it
    csrf    text        NOT NULL,
    agent   text        NOT NULL,
    created timestamptz NOT NULL DEFAULT now(),
    seen    timestamptz NOT NULL DEFAULT now(),
    expires timestamptz NOT NULL
);
CREATE INDEX session_person ON identity.session (person);

-- What somebody signed in on before.
CREATE TABLE identity.device (
    hash   bytea       PRIMARY KEY CHECK (octet_length(hash) = 32),
    person text        NOT NULL REFERENCES identity.person ON DELETE CASCADE,
    seen   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX device_person ON identity.device (person);

-- What was sent by mail, and works once.
CREATE TABLE identity.mail_token (
    hash    bytea       PRIMARY KEY CHECK (octet_length(hash) = 32),
    person  text        NOT NULL REFERENCES identity.person ON DELETE CASCADE,
    purpose text        NOT NULL CHECK (purpose IN ('verify', 'reset')),
    expires timestamptz NOT NULL
);
CREATE INDEX mail_token_person ON identity.mail_token (person);

CREATE TABLE identity.invitation (
    id      text        PRIMARY KEY,
    account text        NOT NULL REFERENCES identity.account,
    email   text        NOT NULL,
    role    text        NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    by      text        NOT NULL, -- a person, perhaps gone since
    hash    bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created timestamptz NOT NULL DEFAULT now(),
    expires timestamptz NOT NULL,
    UNIQUE (account, email)
);

-- Who somebody is elsewhere.
CREATE TABLE identity.federated (
    issuer  text NOT NULL,
    subject text NOT NULL,
    person  text NOT NULL REFERENCES identity.person ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX federated_person ON identity.federated (person);

-- Keys made before there were scopes have all of them.
ALTER TABLE identity.api_key ADD scopes smallint NOT NULL DEFAULT 15;
ALTER TABLE identity.api_key ALTER scopes DROP DEFAULT;

-- An account's address becomes its owner, who sets a password by having forgotten it.
ALTER TABLE identity.account ADD name text NOT NULL DEFAULT '';
UPDATE identity.account SET name = email WHERE email IS NOT NULL;
INSERT INTO identity.person (id, email, verified, created)
    SELECT 'usr_' || substr(id, 5), email, true, created FROM identity.account WHERE email IS NOT NULL;
INSERT INTO identity.member (account, person, role, since)
    SELECT id, 'usr_' || substr(id, 5), 'owner', created FROM identity.account WHERE email IS NOT NULL;
ALTER TABLE identity.account DROP email;

---- create above / drop below ----

ALTER TABLE identity.account ADD email text UNIQUE;
UPDATE identity.account a SET email = p.email
    FROM (SELECT DISTINCT ON (p.id) p.email, m.account FROM identity.person p JOIN identity.member m ON m.person = p.id
          WHERE m.role = 'owner' ORDER BY p.id, m.since, m.account) p
    WHERE p.account = a.id;
ALTER TABLE identity.account DROP name;
ALTER TABLE identity.api_key DROP scopes;
DROP TABLE identity.federated, identity.invitation, identity.mail_token, identity.device, identity.session,
    identity.member, identity.recovery_code, identity.person;
