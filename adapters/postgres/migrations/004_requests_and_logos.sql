-- What was agreed with an account about requests an hour of each key; 0: what its plan says.
ALTER TABLE identity.account ADD requests integer NOT NULL DEFAULT 0 CHECK (requests >= 0);

-- Pictures that accounts have sent for the middle of their QR codes, by the SHA-256 of each.
CREATE TABLE identity.logo (
    account text  NOT NULL REFERENCES identity.account,
    digest  bytea NOT NULL CHECK (octet_length(digest) = 32),
    picture bytea NOT NULL,
    used    timestamptz NOT NULL DEFAULT now(), -- to the day
    PRIMARY KEY (account, digest)
);
CREATE INDEX logo_used ON identity.logo (used);

---- create above / drop below ----

DROP TABLE identity.logo;
ALTER TABLE identity.account DROP requests;
