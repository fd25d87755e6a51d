-- Times are event times, numbers come from the log: the same log gives the same rows. A row
-- belongs to one partition of links.events and is written by that partition's fold alone.

CREATE TABLE domain (
	host      text PRIMARY KEY,
	account   text     NOT NULL, -- empty: it was released
	cases     smallint NOT NULL,
	verified  boolean  NOT NULL,
	used      boolean  NOT NULL, -- a link was made on it
	version   bigint   NOT NULL,
	settings  text     NOT NULL, -- JSON
	partition int      NOT NULL
);
CREATE INDEX domain_by_account ON domain (account, host);

-- A deleted link keeps its row, without its content: what was freed stays refused as not found.
-- What a link may have beyond its slug, destination and end is all in traits. The columns from
-- title on repeat some of it for lists; most links have none of it, and pay nothing.
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
	updated     timestamptz,
	maker       text     NOT NULL, -- the key that created it
	via         text     NOT NULL, -- through what
	traits      text,              -- JSON: field → value; null: none
	title       text     NOT NULL DEFAULT '' COLLATE "C", -- lower case, cut
	disabled    boolean  NOT NULL DEFAULT false,
	archived    boolean  NOT NULL DEFAULT false,
	starts      timestamptz,
	marks       bigint[]           -- digests of what it is found by; null: nothing
);
CREATE INDEX link_by_created ON link (account, created DESC, number DESC) WHERE status <> 1 AND host <> '' AND NOT archived;
CREATE INDEX link_by_updated ON link (account, updated DESC, number DESC) WHERE status <> 1 AND host <> '';
CREATE INDEX link_by_slug ON link (account, host, lower(slug) COLLATE "C", number) WHERE status <> 1 AND host <> '';
CREATE INDEX link_by_destination ON link (account, (lower(left(substr(destination, strpos(destination, '://') + 3), 200)) COLLATE "C"), number)
	WHERE status <> 1 AND host <> '';
CREATE INDEX link_by_title ON link (account, title, number) WHERE status <> 1 AND host <> '' AND title <> '';
CREATE INDEX link_archived ON link (account, created DESC, number DESC) WHERE status <> 1 AND host <> '' AND archived;
CREATE INDEX link_disabled ON link (account, created DESC, number DESC) WHERE status <> 1 AND host <> '' AND disabled;
CREATE INDEX link_by_expiry ON link (account, expires) WHERE status <> 1 AND host <> '' AND expires IS NOT NULL;
CREATE INDEX link_by_start ON link (account, starts) WHERE status <> 1 AND host <> '' AND starts IS NOT NULL;
CREATE INDEX link_by_mark ON link USING gin (marks) WHERE marks IS NOT NULL;

-- How many links carry a mark: by it a list chooses its way. Marks of tags have their name.
CREATE TABLE mark (
	account text   NOT NULL,
	mark    bigint NOT NULL,
	domain  text   NOT NULL,
	tag     text   NOT NULL, -- empty: not a tag
	links   bigint NOT NULL, -- that are neither deleted nor archived, at least one
	PRIMARY KEY (account, mark, domain)
);
CREATE INDEX mark_by_tag ON mark (account, tag) WHERE tag <> '';

-- Links by the id that their owner gave them.
CREATE TABLE external (
	account text   NOT NULL,
	id      text   NOT NULL,
	domain  text   NOT NULL,
	link    bigint NOT NULL,
	PRIMARY KEY (account, id, domain)
);

-- What the operator has put out of use.
CREATE TABLE block (
	kind   smallint NOT NULL,
	value  text     NOT NULL,
	reason text     NOT NULL,
	at     timestamptz NOT NULL,
	by     text     NOT NULL,
	PRIMARY KEY (kind, value)
);

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
	items       text,            -- of a batch, JSON
	PRIMARY KEY (id, partition)
);
CREATE INDEX outcome_by_age ON outcome (partition, at);

-- Who changed what, when. How a link began is told by its row and what changed since; a deleted
-- link's history is the one row that says so.
CREATE TABLE history (
	link    bigint NOT NULL,
	version bigint NOT NULL,
	at      timestamptz NOT NULL,
	by      text NOT NULL,
	via     text NOT NULL,
	event   text NOT NULL,
	changes text NOT NULL, -- JSON: field → from, to
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

-- Slugs of which only the digest can be read: of unreadable events, taken until they are repaired,
-- and of accounts that are erased, which rest like those of others.
CREATE TABLE sealed_slug (
	digest    bytea PRIMARY KEY,
	link      bigint NOT NULL,
	account   text   NOT NULL,
	freed     timestamptz,      -- null: taken
	partition int    NOT NULL
);
CREATE INDEX sealed_slug_by_age ON sealed_slug (partition, freed) WHERE freed IS NOT NULL;

CREATE TABLE usage (
	account  text   NOT NULL,
	domain   text   NOT NULL,
	links    bigint NOT NULL, -- that are not deleted
	archived bigint NOT NULL, -- of those
	PRIMARY KEY (account, domain)
);
