// Package projections exists to turn a topic into tables exactly once, and to let readers see
// those tables without ever meeting a half-built one.
//
// A read model ([Model]) lives in a [Generation]: a physical Postgres schema such as links_1
// that holds its tables and its checkpoints, one row per topic partition. A [Runner] feeds a
// generation from a [Source]: every batch is one transaction that moves the partition's
// checkpoint by compare-and-set and writes what the model's [Fold] made of the batch. A
// [Reader] resolves the live generation and reads it in one snapshot; a [Watch] lets callers
// wait until the live generation has applied something they wrote.
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
package projections
