// Package redirect exists so that a visitor of a short link is sent on at once, whatever else is down, and so that the visit is a fact
// before it is answered.
//
// A [Server] keeps slugs in memory. It loads them once from the links read model, with the position they are right at, and from then on
// applies every event of links.events in place (table.go, apply.go, follow.go). A request (handler.go) is: find the host, find the entry,
// ask [domain.Route], describe the visit (click.go), hand it to the [Recorder], answer. A slug that is not in memory is looked up
// (miss.go), within limits that keep a scanner away from the database.
//
// # Decisions
//
//   - An entry carries the position it is right at: the event offset in its partition below which every event is in it. An event below
//     that is skipped, a later one is folded in with [domain.Link.Apply], so the table has no opinion of its own about what events mean.
//   - The race of a slow look-up against the tail is settled by notes, not by pinned entries: for every partition and each of some
//     thousand groups of slugs the table notes the newest event it has applied. What a look-up brings is taken only if its checkpoint
//     is past the note of the slug's group. Two slugs in one group cost at worst one look-up more while the read model lags; in return
//     the memory is fixed, nothing has to be pruned, and evicting an entry loses no knowledge.
//   - A slug that is known not to exist is remembered apart from links, so that a scanner can't evict them, and for a minute at most:
//     an operator's repair of an unreadable event leaves no event behind.
//   - While every link is in memory, asking the database about an unknown slug is a courtesy to links made some milliseconds ago. It
//     is paid from a budget; without budget the table's no is final if the database answered lately, else the visitor is asked to
//     come again. When links had to be left out, look-ups are limited by their number at one time.
//   - The server answers as soon as the table is loaded, and is ready when the tail has caught up, or has failed, or has kept it waiting
//     for [Config.CatchUp]: with the broker away what the database holds is the newest there is.
//   - Texts of a click point into the request's memory; a [Recorder] copies what it keeps. The spool writes them straight to its file.
//   - ?qr=1 marks a visit that came from a printed code ([QRParameter]). The visitor's query is not passed on to the destination.
//   - The client's address is the connection's, unless that is a trusted proxy's: then the configured forwarding header is read from
//     the right, past trusted proxies. Only one header is believed, because a proxy that writes one passes on the other unseen.
package redirect
