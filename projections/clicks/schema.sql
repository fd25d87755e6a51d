-- One row per link and UTC day. The counts are packed (see counts.go): a row per value would
-- be six to thirteen rows a click. What most questions don't need is in columns of its own.
CREATE TABLE day (
	link     bigint NOT NULL,
	day      date   NOT NULL,
	human    bigint NOT NULL, -- GETs by what looks like a browser
	bot      bigint NOT NULL, -- other GETs
	heads    bigint NOT NULL, -- HEADs by anybody
	visitors int    NOT NULL, -- the day's human visitors, as far as sketch can tell them apart
	counts   bytea  NOT NULL,
	hours    bytea  NOT NULL, -- what of counts was when
	pairs    bytea  NOT NULL, -- counts of combined values (see pairs.go)
	sketch   bytea  NOT NULL, -- of visitors (see sketch.go)
	PRIMARY KEY (link, day)
) WITH (fillfactor = 90);

-- One row per link: what lists of links show, and what doesn't fill a row of recent yet. The
-- row of a deleted link is its tombstone: it stays, so that late clicks find it.
CREATE TABLE total (
	link    bigint PRIMARY KEY,
	human   bigint  NOT NULL,
	bot     bigint  NOT NULL,
	heads   bigint  NOT NULL,
	deleted boolean NOT NULL DEFAULT false,
	newest  bytea   NOT NULL DEFAULT '' -- single clicks (see recent.go)
) WITH (fillfactor = 80);
ALTER TABLE total ALTER newest SET STORAGE MAIN; -- most rows have little of it, and all are read

-- The last single clicks of a link, a fixed number of them to a row, in a ring of rows.
CREATE TABLE recent (
	link   bigint   NOT NULL,
	place  smallint NOT NULL, -- in the ring
	number bigint   NOT NULL, -- of the row, counted since the link exists
	clicks bytea    NOT NULL,
	PRIMARY KEY (link, place)
) WITH (fillfactor = 80);

-- How far each recorder of clicks is counted, per partition of the topic: what comes below
-- that has come before. Unsigned numbers are stored bit by bit.
CREATE TABLE recorder (
	partition int    NOT NULL,
	node      bigint NOT NULL,
	epoch     bigint NOT NULL,
	uncounted bigint NOT NULL, -- the first sequence that is not counted
	PRIMARY KEY (partition, node, epoch)
) WITH (fillfactor = 50);

-- Records of the topic that could not be used when they were passed. A copy that is put behind
-- them later is counted once, and this is where it is told from a copy of what was counted.
CREATE TABLE set_aside (
	partition int    NOT NULL,
	record    bigint NOT NULL, -- its offset
	node      bigint,          -- the click that a copy of it was counted as; null: none was
	epoch     bigint,
	sequence  bigint,
	PRIMARY KEY (partition, record)
);
CREATE INDEX set_aside_by_click ON set_aside (partition, node, epoch, sequence) WHERE node IS NOT NULL;

-- Rows of busy days are large. LZ4 packs them in half the time of the default and unpacks
-- them in a fifth; a Postgres that was built without it does without.
DO $$ BEGIN
	ALTER TABLE day ALTER counts SET COMPRESSION lz4, ALTER hours SET COMPRESSION lz4, ALTER pairs SET COMPRESSION lz4,
		ALTER sketch SET COMPRESSION lz4;
	ALTER TABLE total ALTER newest SET COMPRESSION lz4;
	ALTER TABLE recent ALTER clicks SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
	NULL;
END $$;
