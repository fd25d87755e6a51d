-- Addresses that are told what happens in an account.
CREATE TABLE identity.webhook (
    id          text        PRIMARY KEY,
    account     text        NOT NULL REFERENCES identity.account,
    url         text        NOT NULL,
    description text        NOT NULL DEFAULT '',
    kinds       text[]      NOT NULL,
    enabled     boolean     NOT NULL DEFAULT true,
    reason      text        NOT NULL DEFAULT '', -- why it is not, unless somebody wanted it so
    secret      bytea       NOT NULL CHECK (octet_length(secret) = 32),
    old_secret  bytea,                           -- signs too, until
    old_until   timestamptz,
    created     timestamptz NOT NULL DEFAULT now(),
    since       timestamptz NOT NULL DEFAULT now(), -- what happened before it is not told
    failing     timestamptz                         -- the first failure since anything succeeded
);
CREATE INDEX webhook_account ON identity.webhook (account);

-- What they were told, or are to be.
CREATE TABLE identity.webhook_delivery (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook  text        NOT NULL REFERENCES identity.webhook ON DELETE CASCADE,
    message  text        NOT NULL, -- names the notice: noticed again, it is not sent again
    kind     text        NOT NULL,
    payload  bytea       NOT NULL,
    state    text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts integer     NOT NULL DEFAULT 0, -- begun so far
    patience integer     NOT NULL DEFAULT 0, -- attempts that don't count against it: those before somebody sent it again
    created  timestamptz NOT NULL DEFAULT now(),
    due      timestamptz, -- while it is sent: when whoever sends it is taken for dead
    UNIQUE (webhook, message)
);
CREATE INDEX webhook_delivery_due ON identity.webhook_delivery (webhook, due) WHERE due IS NOT NULL;
CREATE INDEX webhook_delivery_list ON identity.webhook_delivery (webhook, id);
CREATE INDEX webhook_delivery_created ON identity.webhook_delivery (created);

CREATE TABLE identity.webhook_attempt (
    delivery bigint      NOT NULL REFERENCES identity.webhook_delivery ON DELETE CASCADE,
    number   integer     NOT NULL,
    at       timestamptz NOT NULL,
    took     interval    NOT NULL,
    status   integer     NOT NULL, -- 0: there was no answer
    answer   text        NOT NULL, -- its beginning
    error    text        NOT NULL,
    PRIMARY KEY (delivery, number)
);

-- How far the log was turned into deliveries.
CREATE TABLE identity.webhook_checkpoint (
    topic     text    NOT NULL,
    partition integer NOT NULL,
    next      bigint  NOT NULL,
    PRIMARY KEY (topic, partition)
);

---- create above / drop below ----

DROP TABLE identity.webhook_checkpoint, identity.webhook_attempt, identity.webhook_delivery, identity.webhook;
