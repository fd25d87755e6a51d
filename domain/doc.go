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
//   - Slugs that another shortener gave out keep more shapes than we give out ourselves: they are
//     printed. Only an import makes them; a link that leaves one may go back to it, and nobody else
//     gets it. None has a slash in it: what follows the first one is the visitor's.
//   - A link's version grows with every event, so one command may raise it by several.
//   - Every value has one spelling (an IPv4 address too, of which browsers take many), which [Traits.Normalise] and its like give it before a command
//     is written; [Traits.Check] is for whoever reads. So equal things are equal bytes, and only
//     differences make events.
//   - Rules see the visitor's first language only, as analytics do: who reads English first and
//     German second is not sent to the German page. What is unknown of a visitor is no value, so
//     "not in the US" holds for visitors of unknown country. A condition that can't be understood
//     holds for nobody, and neither does its opposite.
//   - A variant's share is a part of a hundred places, side by side in the order of the rules. A
//     visitor's place is their hash of the day; without one, it is drawn by the moment of the
//     visit, so shares stay fair and the variant isn't kept.
//   - Along with a visitor go what followed the slug, their parameters, and the UTM values. What
//     makes a URL longer than [MaxURL] is left out, the visitor's part first. No visitor sets a parameter that the owner wrote, in any capitals; a UTM value of the link
//     replaces the destination's own. Nothing goes along to the expired URL.
//   - Time zones are loaded when a link becomes a [Target], never during a visit. The tables come
//     with the binary (time/tzdata).
//   - An upsert changes what it names and nothing else, so that a feed that knows titles takes no
//     passwords away. Commands recorded without the names replace everything, except the slug.
//   - Nobody gives a link an end that has passed, except by going back to a version that has ended.
//   - In a batch everything that its items lack is asked for at once: deciding must not take as
//     many rounds of loading as there are items.
//   - An unverified domain belongs to whoever asked last; verification makes it final. So nobody
//     keeps a domain from its owner by registering it first.
//   - A released domain leaves behind what its slugs in quarantine depend on: the policy that folded
//     them, and, if it ever had links, its bounds, since its hosts' slugs are in its part of the log.
//     Who has it next counts its versions on. (A link of which nothing could ever be read holds no
//     domain: should it be read one day, it is on somebody else's.)
//   - On the installation's own domain everybody makes links, so the names below it that visitors
//     take for the installation's, and those that mean something to machines, are lent to nobody. Nor
//     are deeper ones, or names in other scripts: too many look alike.
//   - Short domains don't lie in one another. Where an inner one came first, its hosts stay closed
//     to the outer one: a slug has one writer.
//   - A link's number carries its partition, so anything that knows an id knows which part of
//     the log to ask.
package domain
