// Package domain exists so that what Linklog means can be read in one place, without a
// broker, a database or a clock: links, slugs, destinations, commands, events, and the pure
// functions that connect them.
//
// [Decide] turns a [State] and a [Command] into [Event]s or a refusal; [State.Apply] folds
// events back into state; [Route] sends a visitor on. Time, random slugs and numbers come in
// as arguments, so every decision can be replayed and every test is a text file (see
// testdata).
//
// # Decisions
//
//   - Only the standard library and golang.org/x/net/idna (a pure function over tables) are
//     imported; everything else may import domain.
//   - A command that is accepted always leaves at least one event, [NothingChanged] if need
//     be: the log alone must be able to say what became of a command id.
//   - The slug key (the slug folded by its domain's case policy) is written into events.
//     Readers of the log need not know the policy.
//   - A slug given up by deletion or rename rests for [Quarantine] before another account
//     may claim it; its last owner may have it back at once.
//   - A link's version grows with every event, so one command may raise it by several.
//   - A link's number carries its partition, so anything that knows an id knows which part of
//     the log to ask.
package domain
