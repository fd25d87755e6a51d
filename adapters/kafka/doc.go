// Package kafka exists so that the rest of Linklog can rely on what Kafka promises without
// knowing how hard it is to get.
//
// [Ensure] makes and checks the topics. Commands go out through an [Outbox], are decided on
// the partitions that a [Log] hands out, and come back to their askers through [Replies].
// [Source] feeds read models, [Tail] feeds redirectors, a [Shipper] brings clicks, a [Relay] hands
// batches to watermill's router, and [DeadLetters] keeps what can't be used.
//
// Of one partition, everything is read by a cursor (cursor.go), and everything is written by
// one of three: a transaction (transaction.go) for what is decided, a writer (writer.go) for
// clicks and dead letters, watermill's publisher for commands.
//
// # Decisions
//
//   - Reading and writing is done with sarama's requests, not with its consumers and producers,
//     wherever a promise hangs on something those hide. What remains of them is the consumer
//     group, asked only for who reads which partition, and the producer under watermill.
//   - A reader knows its place from the batches themselves. Markers of transactions take
//     offsets, so "the next offset is the end" can't be told from the records one gets.
//   - No offset of a group decides where anybody goes on. Read models have checkpoints; the
//     decider's place is the highest of the group's offset, the last event's command and the
//     last reply's: a torn transaction, an expired group or a set-back offset changes nothing.
//     So the offset is part of a transaction only if the last command left no record (nobody
//     could read it); otherwise the group is told within a second. Where a reply is deleted
//     before that, its command is past its deadline, and refused once more.
//   - An acceptance is told by the command's last event, to its asker too, and links.replies
//     holds what events don't tell: refusals and answers to repeated commands. With that and
//     without the offset a batch of accepted commands is three requests to the brokers instead
//     of five, and in embedded mode five syncs of the disk instead of ten.
//   - A member of a group works inside Setup, under heartbeats, and is not read-committed: a
//     read-committed member can't join while its dead predecessor's transaction is open.
//   - A partition is fenced by its transactional id, not by the group's generation. It is taken
//     before anything is read, and taken again after any error: the outcome of a failed commit
//     is looked up in the log, never guessed.
//   - The requests of a transaction are sent one by one. A broker that is asked to verify one
//     transaction for two requests at once refuses the earlier.
//   - Clicks and dead letters have at most one batch of a partition on the way and never give
//     up on it. Sarama's idempotent producer was seen to succeed with later batches when its
//     retries on one had run out; a reader that drops what is not above the highest sequence
//     seen would then lose clicks.
//   - Every partition that is read has a connection of its own, since a broker answers the
//     requests of one connection in order, and waits at the end of a partition. An idle
//     partition costs one request a second.
//   - All topics carry the brokers' time. With the senders' time a machine whose clock is
//     ahead has its clicks refused (message.timestamp.after.max.ms), and a spool that was away
//     for long has them deleted at once where clicks are kept for a while.
//   - Commands of a newer version are set aside rather than waited for: their askers would give
//     up before the upgrade, and others stand behind them.
//   - Clicks are compressed with LZ4. Measured with synced writes, a click takes 4.1 µs and 93
//     bytes so, 4.1 and 106 with snappy, 5.3 and 64 with zstd, 4.2 and 467 as it is. Sealed
//     payloads don't get smaller.
//   - Those who look on ([ClickReader]) join no group, so that credentials that allow nothing but
//     reading clicks do for them. What they read twice they drop by the contract's rules. Copies
//     of clicks ([NewCopier]) keep their partitions, because those rules hang on the order of a
//     recorder's clicks in a partition: a trial that copied eight partitions into three lost
//     clicks to readers who took them for duplicates.
//   - A click that was set aside goes back behind everything else ([PutBack]), marked with the
//     offset of its original; readers who skipped that take it. A place in the past can't be had.
//   - SCRAM is written out here; it is shorter than the dependency.
//   - Who reads a whole topic again ([Range]) belongs to no group, takes batches six times as
//     large, and says nothing of the unusable: the projector of the live generation has set that
//     aside. A topic that has lost its beginning is a [LostError].
//
// # Non-obvious
//
// Watermill's message has no key and no order of headers. The order matters, because a sealed
// payload is bound to it; it travels in the metadata. Sarama's metadata client must not be
// Full except for administration, where it doesn't find the controller otherwise. A sarama
// connection can't be closed while a request waits for its answer: see line.go.
package kafka
