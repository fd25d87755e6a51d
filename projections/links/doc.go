// Package links exists so that deciders, the API and redirectors can ask what the log of link
// events adds up to, without reading the log.
//
// [Fold] turns links.events into the tables of schema.sql; [Reader] answers from them: what a
// decision needs ([Reader.Load]), what became of a command ([Reader.Outcome]), links by number,
// account and slug, and the whole slug table for redirectors ([Reader.All]).
//
// # Decisions
//
//   - The fold has no rules of its own. It loads the touched links, lets [domain.State.Apply]
//     run over the batch, and writes the state it ends with; so deciders, which apply events to
//     the same State, can't see another world than the one they decided in.
//   - Writes are one statement per table and batch, over arrays.
//   - A claim is one row whether it is held or rests in quarantine. Once the quarantine is over
//     (in event time) nobody is kept from the slug any more and the row goes. Outcomes go after
//     [domain.Memory] the same way. Both are cut at the end of every batch at the partition's
//     newest event time, so the rows depend on the log and not on how it was cut in batches.
//   - An unreadable event parks its link. Later events of the link are noted in parked and leave
//     the link as it is; the slugs they claim are claimed, so nobody else can have them.
//   - Text that Postgres can't hold (NUL, broken UTF-8) is stored without the bytes at fault: one
//     such event must not stop its partition.
//   - The slug table and the checkpoint that [Reader.Find] returns are read in one statement's
//     snapshot: a redirector believes an absence only up to that checkpoint.
package links
