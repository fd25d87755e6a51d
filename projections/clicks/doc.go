// Package clicks exists so that a link's clicks are counted once and can be asked about in any
// way, however long its history.
//
// [Fold] counts: it turns batches of the clicks topic into one packed row per link and UTC day,
// a row of totals per link, and the link's last single clicks. [Erasure] takes the clicks of
// deleted links away. [Reader] answers: it adds the rows of a [Question] up to [Analytics]. What
// a click means (a bot? which browser?) is decided here, from the raw facts, so that a rebuild
// decides it again for the past.
//
// # File map
//
//   - schema.sql, model.go: the tables.
//   - fold.go, batch.go, stored.go, rows.go: from records to rows, what is stored first, what
//     is written last; aside.go: copies of records that were set aside; erasure.go: the end of links.
//   - facts.go turns a click into values of its [Dimension]s, with agent.go, browser.go, bots.txt
//     and referrer.go; texts.go and cache.go keep it from working anything out twice.
//   - day.go, counts.go, pairs.go, sketch.go: a row in memory, its stored counts, its combined
//     values, its visitors. recent.go: single clicks.
//   - query.go, analytics.go, merge.go, sums.go, calendar.go: questions and answers; filter.go
//     and sieve.go: those under a filter; single.go and days.go: single clicks, and exports.
//
// # Decisions
//
//   - One row per link and day, its counts packed into bytes: a trial with a row per value wrote
//     6 to 13 rows a click, this writes a quarter of a row. The formats start with their
//     version; another version of one is another layout of the model, and a rebuild.
//   - Counts are kept by quarters of an hour (every time zone's days begin on one) and, per value
//     of a dimension, by hours of UTC. So series are exact to the quarter and breakdowns to the
//     hour; answers say which range they cover. A caller who wants both to cover the same clicks
//     asks for whole hours. The hours are a column of their own: whole days don't need them, and
//     an answer about a month of a busy link then costs a third of what it would.
//   - Under a filter the series is made of a value's hours, so each border is the beginning of
//     the UTC hour it lies in: in Kathmandu, days then begin at 23:45. Answers say so.
//   - Breakdowns under a filter need counts of two values together. Those of five dimensions
//     (pairings in pairs.go) are kept, by the day: hours of them would be larger than all the rest.
//     Any other combination is refused by naming what is possible, never answered by a guess.
//     Visitors under a filter aren't known.
//   - What a click doesn't say is not stored: direct visits are what the total leaves over, also
//     under a filter (an empty value).
//   - A dimension keeps the first 200 values per link, day and kind of traffic, in the order of
//     the partition, and counts the rest together; two dimensions the first 2,000 pairs. First
//     come is a poor order of merit, but the only one that doesn't depend on how the log was cut
//     into batches: live and rebuilt rows are equal byte for byte.
//   - People, bots and HEADs have separate sections, so a scanner's made-up values can't crowd
//     out people's, and the usual question never unpacks bots.
//   - Duplicates are known by (node, epoch, sequence): below a recorder's row in recorder is what
//     was counted. That holds only while every partition gets a recorder's clicks in the order of
//     their sequences; whoever sends clicks must see to it.
//   - Visitors are counted per link and UTC day because their hashes live no longer and no
//     wider: over a range or several links there is nothing to unite, only to add. So the sketch
//     is for the fold alone; readers read what it says.
//   - Single clicks are kept as they were classified, without the user agent as sent: 1,000 of
//     them take 60 kB instead of 300. They stand in rows of 32, and which row is a matter of how
//     many came before: whole rows go round in a ring and are written once; the one that isn't
//     full rides on the row of totals, which every batch writes anyway. Newest first means the
//     order of counting: a click that was late comes when it came.
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
//     would have to be bounded, and forgotten at every failure. What it found missing it inserts
//     without looking again, which spares Postgres a fifth of its work in a rebuild.
//   - Deletions come from links.events, through a runner of their own whose checkpoints are those
//     of partitions -1, -2, …: a swap of generations then compares them too. A deleted link's row
//     of totals is its tombstone. An erasure waits for the folds that have begun, and those that
//     begin later wait for it and find the tombstone; both are short. Dropped clicks still move
//     the newest sequences of their recorders, so that rows don't depend on which came first.
//   - An imported click counts like any other, on the day it happened, and also if that was before
//     its link was made here. Most shorteners don't tell the user agents of what they counted:
//     such a click has no device, and is a visit, where one of ours would be a bot.
//   - Where the topic doesn't keep clicks for ever, a rebuild begins with a snapshot
//     ([projections.WriteSnapshot]): what is in it stays as it was classified. Without one it is
//     refused: numbers never shrink silently.
//   - A question about many links adds up their rows, some thousands of links at a time; no sums
//     are kept above links, so nothing has to be undone when a link goes. An answer keeps at most
//     100,000 values of a dimension apart.
package clicks
