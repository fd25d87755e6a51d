// Package commands exists so that one writer per short domain decides what happens, and so
// that whoever asked learns what became of the wish.
//
// A [Decider] works through the partitions of links.commands that this process holds. It
// takes what has arrived, loads what those commands need from the read model, lays the
// overlay over it (the events that the read model lacks), decides each command in order with
// the pure functions of package domain, and appends events, replies and the new position in
// one transaction. It never waits for the read model and never writes to a database.
//
// A [Bus] is the asker's end: it publishes a command, awaits its reply, and then awaits the
// read model, so that whatever Do promised can be read at once.
//
// # Decisions
//
//   - There is one answer to every error: take the partition again, ask the log how far it
//     was decided, and decide the rest of what is in hand anew. Nothing is skipped, and no
//     error needs a path of its own that is never tested.
//   - The overlay holds values and not events: under every key touched since its base, the
//     value after the newest event. Laid over a load that is as old as its base or younger it
//     gives the present, however the read model moves between two loads of one batch. A load
//     that is older means that the read model went back: the overlay is filled anew.
//   - What a batch has decided lives in its view until the transaction is committed; a batch
//     that fails leaves no trace.
//   - Refusals leave no event. They are remembered in memory until the command's deadline and
//     recalled from the replies when a partition is taken.
//   - A command that can't be decided (a defect of ours) or read is refused and logged: it
//     must not hold up those behind it. A command of an account whose key is destroyed is
//     passed over: nobody could read its outcome.
//   - When the read model is too far behind, commands wait. Deciding on a part of the truth
//     is the one thing that is never done.
package commands
