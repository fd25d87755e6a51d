// Package links exists so that deciders, the API and redirectors can ask what the log of link
// events adds up to, without reading the log.
//
// [Fold] turns links.events into the tables of schema.sql; [Reader] answers from them: what a
// decision needs ([Reader.Load]), what became of a command ([Reader.Outcome]), links by number,
// account and slug, and the whole slug table for redirectors ([Reader.Snapshot]). [Reader.List]
// gives pages of an account's links by any [Filter] and order, [Reader.History] what happened to a
// link, [Reader.AtVersion] and [Reader.AsOf] the link as it was.
//
// # Decisions
//
//   - The fold has no rules of its own. It loads the touched links, lets [domain.State.Apply]
//     run over the batch, and writes the state it ends with; so deciders, which apply events to
//     the same State, can't see another world than the one they decided in.
//   - Writes are one statement per table and batch, over arrays; links that have traits are written
//     apart from those that have none, so that plain ones cost what they did before there were any.
//   - All traits of a link are one JSON text by name of field, which is what is read. What lists
//     filter and sort by is repeated in columns. It isn't jsonb: that would spell metadata anew, and
//     refuse numbers and letters that JSON has.
//   - How a link began is not written down: it is the row with all changes since taken back. That
//     pays for the indexes by slug, destination and time of change.
//   - Tags, metadata and the letters of titles are found by marks, digests of 64 bits in one index
//     that only has links with traits. Marks of tags and metadata are counted, because that index
//     reads all links that carry a mark before it gives the first.
//   - A list is read in one of two ways. If few links meet one of its conditions, those are looked at
//     one by one; otherwise an index is walked in the list's order until the page is full, which is
//     soon when many links meet each condition. (Conditions that each are common and exclude each
//     other make a walk through all links of the account.) Planning is told which way to go: left
//     to itself Postgres takes the wrong one for accounts that differ from the average.
//   - A page's cursor holds what the last link was sorted by when it was seen. Looked up again, a link
//     that was changed meanwhile would make the next page skip or repeat what lies between, and a
//     deleted one would end the list. Cursors are not signed: one that is made up only leads to
//     another place of the same list.
//   - In accounts of more than 3,000 links a text is found in every link by words of slug, address and
//     title that begin like the text's, and anywhere in titles; letters in the middle of a word of
//     slug or address only in the 3,000 newest links that aren't archived. What a list has so doesn't
//     depend on the way it is read, and a count agrees with it. An index of all letters would double
//     or triple the cost of every creation (43 µs; 131 µs with marks of addresses of some 70 letters,
//     37 µs more with pg_trgm, an extension that not every database may have); that of words costs
//     some 15 µs of Postgres. It is over an expression: rows, and what writes them, know nothing of it.
//   - Passwords' hashes are in the past as they were, so that it can be brought back, but
//     [Reader.History] only says that there was one.
//   - A claim is one row whether it is held or rests in quarantine. Once the quarantine is over
//     (in event time) nobody is kept from the slug any more and the row goes. Outcomes go after
//     [domain.Memory] the same way. Both are cut at the end of every batch at the partition's
//     newest event time, so the rows depend on the log and not on how it was cut in batches.
//   - An unreadable event parks its link. Later events of the link are noted in parked and leave
//     the link as it is; the slugs they claim are claimed, so nobody else can have them.
//   - Of an erased account's events only digests of slugs can be read. They are kept beside the
//     claims, and rest like those of any deleted link. The events of an erasure make that of the
//     claims too, so texts don't stay for a month where the links were read before. Slugs on a
//     short domain where the account had no link any more rest as they are: no event tells.
//   - Text that Postgres can't hold (NUL, broken UTF-8) is stored without the bytes at fault: one
//     such event must not stop its partition.
//   - The slug table and the checkpoint that [Reader.Find] returns are read in one statement's
//     snapshot: a redirector believes an absence only up to that checkpoint.
package links
