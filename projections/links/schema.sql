-- Times are event times, numbers come from the log: the same log gives the same rows. A row
-- belongs to one partition of links.events and is written by that partition's fold alone.

CREATE TABLE domain (
	host      text PRIMARY KEY,
	account   text     NOT NULL,
	cases     smallint NOT NULL,
	partition int      NOT NULL
);

-- A deleted link keeps its row, without its content: what was freed stays refused as not found.
CREATE TABLE link (
	number      bigint PRIMARY KEY,
	domain      text     NOT NULL,
	host        text     NOT NULL, -- empty: nothing readable is known of it
	slug        text     NOT NULL,
	destination text     NOT NULL,
	expires     timestamptz,       -- null: never
	status      smallint NOT NULL, -- 0 active, 1 deleted, 2 parked
	account     text     NOT NULL,
	version     bigint   NOT NULL,
	created     timestamptz,
	updated     timestamptz
);
CREATE INDEX link_by_account ON link (account, created DESC, number DESC) WHERE status <> 1 AND host <> '';

-- One row says who has a slug, or had it last: a key is either, so two tables would only have
-- to be kept from contradicting each other.
CREATE TABLE claim (
	host      text NOT NULL,
	key       text NOT NULL, -- the slug, folded by the domain's case policy
	link      bigint NOT NULL,
	account   text   NOT NULL,
	freed     timestamptz,   -- null while held
	partition int    NOT NULL,
	PRIMARY KEY (host, key)
);
CREATE INDEX claim_by_freed ON claim (partition, freed) WHERE freed IS NOT NULL;

CREATE TABLE outcome (
	id          text   NOT NULL,
	partition   int    NOT NULL,
	account     text   NOT NULL,
	fingerprint bytea  NOT NULL,
	link        bigint NOT NULL,
	version     bigint NOT NULL,
	command     bigint NOT NULL, -- its offset in links.commands
	at          timestamptz NOT NULL,
	PRIMARY KEY (id, partition)
);
CREATE INDEX outcome_by_age ON outcome (partition, at);

-- Who changed what, when. A deleted link's history ends with the one row that says so.
CREATE TABLE history (
	link    bigint NOT NULL,
	version bigint NOT NULL,
	at      timestamptz NOT NULL,
	by      text NOT NULL,
	event   text NOT NULL,
	changes json NOT NULL,
	PRIMARY KEY (link, version)
);

CREATE TABLE partition_state (
	partition int PRIMARY KEY,
	counter   bigint NOT NULL, -- links numbered so far
	now       timestamptz      -- newest event time
) WITH (fillfactor = 10);

-- Events that wait until an operator has the unreadable one before them read again.
CREATE TABLE parked (
	partition    int    NOT NULL,
	event_offset bigint NOT NULL, -- in links.events
	link         bigint NOT NULL,
	reason       text   NOT NULL,
	PRIMARY KEY (partition, event_offset)
);
CREATE INDEX parked_by_link ON parked (link);

CREATE TABLE parked_slug (
	digest bytea  NOT NULL,
	link   bigint NOT NULL,
	PRIMARY KEY (digest, link)
);

CREATE TABLE usage (
	account text   NOT NULL,
	domain  text   NOT NULL,
	links   bigint NOT NULL, -- that are not deleted
	PRIMARY KEY (account, domain)
);
