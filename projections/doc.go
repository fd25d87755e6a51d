// Package projections exists to turn a topic into tables exactly once, and to let readers see
// those tables without ever meeting a half-built one.
//
// A read model ([Model]) lives in a [Generation]: a physical Postgres schema such as links_1
// that holds its tables and its checkpoints, one row per topic partition. A [Runner] feeds a
// generation from a [Source]: every batch is one transaction that moves the partition's
// checkpoint by compare-and-set and writes what the model's [Fold] made of the batch. A
// [Reader] resolves the live generation and reads it in one snapshot; a [Watch] lets callers
// wait until the live generation has applied something they wrote. A [Rebuild] fills another
// generation beside the live one and swaps; [Verify] compares the live one with the log.
//
// # Decisions
//
//   - The checkpoint is in the same transaction as the rows, so no broker's idea of an offset is
//     trusted. Its compare-and-set comes first in the transaction: it locks the row, so of two
//     runners on one partition the later waits, finds the checkpoint moved, and stops with
//     [ErrFenced] before it has read or written anything.
//   - A batch costs two round trips: begin and compare-and-set; the writes, one notification and
//     commit. A fold that must read first adds one. Folds therefore queue their writes instead of
//     sending them.
//   - A batch in hand is finished when a runner is stopped; cancelling a commit would only leave
//     its outcome unknown.
//   - A generation's schema is never renamed: one row of projections.current_generation names
//     the live one, and readers qualify every name with it. A reader caches the name and checks
//     it in the same snapshot it reads, so a swap costs one retry and never a wrong answer.
//   - One notification channel and one listening connection per process serve all waiters. The
//     notification says how far the checkpoint is, so nobody asks; polling only covers for a lost
//     connection.
//   - Transactions that touch few rows read by index whatever the planner thinks: it plans while
//     tables are empty and keeps the plan. Streaming reads ([Reader.Read]) are left to it.
//   - The mark of a checkpoint is what waiters wait for. For the links model it is the newest
//     command offset whose events are applied; without a Mark function it is the newest record
//     offset that is behind the checkpoint.
//   - Two kinds of runner: one for a fixed generation, and one for whichever is live, whose
//     compare-and-set also asks for that. So a swap needs nobody's consent: the projector's next
//     batch is fenced, and it goes on with the new generation from its checkpoints, in the same
//     process and the same consumer group. A batch that waited for the swap's lock is fenced as
//     well: the runner would take it for done, and if nothing came after it, the new generation
//     would never get it.
//   - A rebuild swaps once it has all that the topics held a second ago. [Swap] locks the old
//     checkpoints and waits for the new ones to draw level, so under any load it succeeds, and
//     holds up the old generation's runners for milliseconds. Only one process rebuilds a model
//     at a time: a lock of the database that ends with it.
//   - There are no indexes to make afterwards and no bulk load of another kind: a rebuild uses the
//     same fold with larger batches and lazier commits, so that it can't give other rows. Most of
//     its time is the fold's and Postgres's work on rows, not on indexes.
//   - After an upgrade that changed a model, readers read the old generation until the swap: so a
//     program must be able to read what the version before it has made. Its fold adds to it as
//     well if the layout of the rows is the same; otherwise the old generation stands still, unless
//     projectors of the old version go on. While links stands still, writes are decided but nobody
//     sees them, and the API answers 503: for large installations, rebuild with the new program
//     before the old projectors are stopped.
//   - Only older generations are rebuilt by themselves. A program that meets a newer one leaves it
//     alone: it is about to be replaced, or should be.
//   - Undo first brings the old generation to the present, so it must be of this version: to undo
//     an upgrade, put the old program back and undo with it.
//   - A comparison holds the live generation's tables in one snapshot, and reads the log exactly
//     as far as that snapshot's checkpoints say. So it is exact while the system goes on.
package projections
