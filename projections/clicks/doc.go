// Package clicks exists so that a link's clicks are counted once and can be asked about in any
// way, however long its history.
//
// [Fold] counts: it turns batches of the clicks topic into one packed row per link and UTC day,
// and a row of totals per link. [Reader] answers: it adds the rows of a [Question] up to
// [Analytics]. What a click means (a bot? which browser?) is decided here, from the raw facts,
// so that a rebuild decides it again for the past.
//
// # File map
//
//   - schema.sql, model.go: the tables.
//   - batch.go, fold.go, rows.go: from records to rows; aside.go: from copies of broken ones. facts.go turns a click into values of
//     its [Dimension]s, with agent.go, browser.go, bots.txt and referrer.go; texts.go and cache.go
//     keep it from working anything out twice.
//   - day.go, counts.go, sketch.go: a row in memory, its stored counts, its visitors.
//   - query.go, analytics.go, merge.go, calendar.go: questions and answers.
//
// # Decisions
//
//   - One row per link and day, its counts packed into bytes: a trial with a row per value wrote
//     6 to 13 rows a click, this writes a quarter of a row. The format (counts.go) starts with its
//     version; another version of it is another version of the model, and a rebuild.
//   - Counts are kept by quarters of an hour (every time zone's days begin on one) and, per value
//     of a dimension, by hours of UTC. So series are exact to the quarter and breakdowns to the
//     hour; answers say which range they cover. A caller who wants both to cover the same clicks
//     asks for whole hours.
//   - What a click doesn't say is not stored: direct visits are what the total leaves over.
//   - A dimension keeps the first 200 values per link, day and kind of traffic, in the order of
//     the partition, and counts the rest together. First come is a poor order of merit, but the
//     only one that doesn't depend on how the log was cut into batches: live and rebuilt rows are
//     equal byte for byte.
//   - People, bots and HEADs have separate sections, so a scanner's made-up values can't crowd
//     out people's, and the usual question never unpacks bots.
//   - Duplicates are known by (node, epoch, sequence): below a recorder's row in recorder is what
//     was counted. That holds only while every partition gets a recorder's clicks in the order of
//     their sequences; whoever sends clicks must see to it.
//   - A record that couldn't be used is remembered by its offset (set_aside), and a copy of it that
//     a person puts back later is counted if its original is remembered, each click once. The
//     sequence can't decide that: it is long passed. So it doesn't matter which program could read
//     which record: one that read the original counted it in its place and drops the copy. What is
//     left is a click of which a broken record and a good one are in the log under one id, and the
//     broken one is put back: it would count twice until the next rebuild. Recorders send the same
//     bytes again, so that both are broken or none is.
//   - Visitors are counted per link and UTC day because their hashes live no longer and no
//     wider: over a range or several links there is nothing to unite, only to add.
//   - The referrer dimension is the registrable domain (l.instagram.com and www.instagram.com
//     are Instagram); the exact host is in the referrer_page dimension.
//   - User agents are parsed by github.com/mileusna/useragent (3 µs, no regular expressions;
//     the ua-parser family took 300 times as long, which a visitor who changes his user agent
//     with every click could use), behind a cache. Its browser names are filtered by a closed
//     list, and bots are decided by bots.txt alone, since its own idea of a bot takes any URL for
//     one and misses most libraries.
//   - Android devices that don't say "Mobile" are tablets, or desktops if they are televisions.
//     iPads that ask for desktop pages can't be told from Macs.
//   - Every batch reads the rows it adds to, also those it wrote a moment ago: rows kept in memory
//     would have to be bounded, and forgotten at every failure.
//   - Statements touch a link's rows by its number alone. This package never learns that a link
//     was deleted: who asks must have found the link first. Erasing the rows of deleted links, and
//     keeping late clicks from bringing them back, needs a second reader of links.events; it
//     belongs beside Fold, with a table of tombstones that count looks at, under the lock of the
//     partition's checkpoint.
package clicks
