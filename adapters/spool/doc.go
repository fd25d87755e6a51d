// Package spool exists so that a click survives the process that answered it: it is in a local log before the visitor is, and stays
// there until Kafka has it.
//
// A [Spool] is a directory of segments (segment.go), each a file with a header and records one after the other (format.go).
// [Spool.Record] encodes a click, takes the next sequence and the next place in the newest segment under a short lock, and writes the
// record to mapped memory, its commit mark last (record.go). The next segment is made before it is needed (room.go). One shipper reads
// the records in order, hands them out in batches, notes in the segment how far they are acknowledged, and removes the segment at its
// end (ship.go). Opening finds what earlier openings left and ships it first, under its old ids (recover.go).
//
// # What is kept, and when
//
//   - The process dies, at any instruction: what Record has returned for is shipped by the next opening. The pages belong to the system,
//     not to the process. A click that was being written is a hole, skipped by the length that was noted when its place was taken; nobody
//     was answered for it.
//   - The power goes: what was synced is there; see [Fsync]. Pages reach the disk in any order, so recovery doesn't stop at the first
//     record that its checksum denies but looks for the next whole one, and counts.
//   - The disk or the spool is full: Record drops the click and counts it, and never waits. The room of a segment is taken, down to the
//     last byte, before the segment is used, because a mapped file that finds no room is told by a signal (SIGBUS) and not by an error.
//     Room comes back by segments: a segment counts towards the cap from when it is made until its file is removed, which the shipper
//     does one by one when it comes to them, after a click that didn't fit any more made the segment full and its last click was
//     acknowledged. So acknowledged clicks keep their room while their segment is in use, and all of the cap is there again only when
//     the last of the shipped segments is gone.
//   - Kafka is away: clicks wait on the disk up to [Options.Cap]. An unacknowledged batch is tried again, the same clicks in the same
//     order, and nothing newer goes before it.
//   - The position is lost, old or garbage: clicks are sent again. They have the same ids, so readers drop them. It is written after the
//     acknowledgement, so it is never ahead.
//
// # Decisions
//
//   - Mapped memory instead of a system call per click. Beside its encoding (0.4 µs) a click costs 0.3 µs here, shipping and making room
//     another 0.4 µs off the hot path. A write costs 0.8 µs in a tight loop; in a server under load, where the call gives the processor
//     away, 30 to 88 µs were measured.
//   - An id is (node, epoch, sequence) as in [domain.ClickID]. Every opening draws a random epoch and brings it to the disk before its
//     first click, and writes only to segments of its own. So neither a restored disk nor a copied directory gives an id to two clicks.
//   - The id isn't in the payload but in the record, since it is known only when the place is taken, and encoding under the lock would
//     hold up everybody else. [Options.Stamp] puts it back when the click is shipped. The order of sequences is the order of places and
//     of shipping, which readers rely on: they keep the highest sequence seen.
//   - The position is a word in the segment's header and not a file of its own: it can't be lost without what it is about, nor be mixed
//     up with that of another copy. Its check covers the segment's identity.
//   - Room is taken by writing zeros, on all systems: fallocate is promised on fewer file systems, and the page cache has to be filled
//     anyway. The pages are then touched once, so that a redirect doesn't wait for a page fault. Making 8 MiB takes about 3 ms, off the
//     hot path.
//   - What an earlier opening left is read, not mapped: a sector that can't be read is an error there and sets the segment aside. What
//     this opening writes can't be protected so; a disk that fails under it, or a file system that copies on write and fills up, kills
//     the process with SIGBUS, and nothing that was recorded goes with it except what the disk has lost. Network file systems are no
//     place for a spool.
//   - A batch always waits [Options.Linger] for company, unless the one before was full. Counting what has gathered would cost every
//     Record more than those milliseconds are worth to analytics.
//   - FsyncBatch shares syncs: whoever has written joins the round that has not begun, and waits for its end. FsyncInterval is the
//     default: it costs a redirect next to nothing, and loses a second of clicks to a power cut.
//   - Recovery reads every segment, to know how many clicks wait. It is the disk's speed (1 GiB in the page cache, which is 4 million clicks,
//     takes 0.4 s), and the most it can read is [Options.Cap].
//
// Libraries were looked at. tidwall/wal and rosedblabs/wal make one write call per entry, under one lock that also covers the sync when a
// segment is full; the first keeps the segment being written in memory a second time and refuses to open a log whose last entry is torn,
// the second stops reading at the first bad checksum. hashicorp/raft-wal syncs every append, takes one writer, and ends recovery at the
// first torn frame. None has a lock on its directory together with a cap, a hole that is skipped, or a full disk that is only counted;
// with those around it a library would save the smaller half.
package spool
