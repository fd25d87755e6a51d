// Package redirect exists so that a visitor of a short link is sent on at once, whatever else is down, and so that the visit is a fact
// before it is answered.
//
// A [Server] keeps slugs in memory. It loads them once from the links read model, with the position they are right at, and from then on
// applies every event of links.events in place (table.go, apply.go, follow.go). A request (handler.go) is: find the host, find the entry,
// ask [domain.Route], describe the visit (click.go, places.go), hand it to the [Recorder], answer. A slug that is not in memory is
// looked up (miss.go), within limits that keep a scanner away from the database.
//
// Most links are plain: a destination, maybe an end. One that has more takes a way of its own (guide.go), so that plain ones don't pay
// for it: passwords (password.go), click limits (counts.go), pages with scripts (scripts.go) and for previews (social.go). Whatever else
// a request may ask for is in look.go (slug+), files.go (what domains answer besides links) and refusal.go.
//
// # Decisions
//
// The table:
//
//   - An entry carries the position it is right at: the event offset in its partition below which every event is in it. An event below
//     that is skipped, a later one is folded in with [domain.Link.Apply], so the table has no opinion of its own about what events mean.
//   - A link that is disabled or archived stays in the table and isn't shown. So the event that brings it back needs no database.
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
//   - The blocklist is read after the links, and asked at every visit by where it would lead: entries needn't know of it, and one event
//     stops any number of them, also rules' destinations and a domain's own redirects. What is blocked answers 410, like what has
//     ended, with words of its own: search engines then forget it, which 404 takes them longer to do and 451 would ascribe to a law.
//
// Visits:
//
//   - Texts of a click point into the request's memory; a [Recorder] copies what it keeps. The spool writes them straight to its file.
//   - ?qr=1 marks a visit that came from a printed code ([QRParameter]). It is ours: it isn't forwarded, and rules don't see it.
//   - The client's address is the connection's, unless that is a trusted proxy's: then the configured forwarding header is read from
//     the right, past trusted proxies. Only one header is believed, because a proxy that writes one passes on the other unseen.
//   - Where a visitor is, a trusted proxy's header tells, then the city file, then a table of countries in the program. Of a city file
//     that names another country or city than the header, region and city aren't believed: half of each would be a place that isn't.
//   - The city file is read into memory, not mapped: somebody who copies the next one over a mapped file would end the process. A look
//     once a minute finds the next one, which costs its size once more until the old one is collected. One that can't be read, or knows
//     no cities, is told in the log, and the one before stays in use. At the start it is an error: a wrong path should be heard of.
//   - Networks of one city share its record in the file, so the last records are kept decoded by their offset: finding a place is a walk
//     down the file's tree and allocates nothing. That is why a click needn't be finished later, when the address would have to be kept.
//   - Who asked not to be followed (GPC, DNT) is counted with the country, and without region, city and hash. Rules may still ask for
//     the city: it serves the one decision, and is forgotten with the request.
//   - Shares of visitors need a hash also of those who asked not to be followed (GPC, DNT). It is made with the day's salt, used for
//     the one decision, and neither recorded nor kept; so they, too, meet the same variant all day in every process. Without a salt a
//     process makes do with its own, another one each day: the variant may then differ from process to process, and change when the
//     salt arrives.
//   - What a user agent stands for is asked of [Config.Classify] only if a rule, a limit or a page needs it, and remembered.
//   - Every redirect says private, no-store, whatever its status: RFC 9111 forbids keeping an answer that says so, permanent or not, so
//     a 301 loses no clicks and no edits in a cache that obeys. Programs that rewrite their own bookmarks after a 301 or 308 are out
//     of reach, so 302 is the default. After a password the status is 303: another would have the browser post it to the destination.
//   - A click limit counts people's GETs. What is known of a link's visits is the most that the read model ever told (asked at most
//     once a second, while there are visitors) and every visit let in here since, and claimed one at a time. It is never above the
//     truth, so no link ends early. With one process it is exact, but for clicks on their way when the process starts; with several,
//     visitors may be let in beyond the limit that other processes answered since their last were counted: about two seconds' worth.
//     While the count can't be read, visitors pass up to the limit in each process.
//   - Who comes after the end and is sent to the link's expired URL was answered with a redirect, so that is a click; a page that says 410
//     is none.
//   - slug+ shows where a link would lead this visitor, under the same conditions, and is no click. A locked link's destination isn't
//     shown. What is behind a slug's slash goes along if the link forwards paths, else there is no such link.
//
// Pages:
//
//   - A password is asked for at every visit: no cookie has to be kept or can be stolen, and a new password counts at once. What
//     programs and HEAD get is the form, with 401. It is compared off the redirects' way, by half the processors at most. A visitor has
//     five wrong tries on a link, then one every 30 s; all visitors together a hundred, then one a second, and those who have not failed
//     yet as many again. So someone who guesses from many addresses keeps others out only as long as they have a new one every second.
//     The right password costs no try. Tries are counted in each process by itself: several processes allow as many times more. What
//     comes from another site's form is no try: it gets the form.
//   - A page with scripts leaves when everything on it has loaded, which is when browsers follow a refresh after no seconds, with or
//     without JavaScript; or after a second, by a script of ours that comes first. Its policy admits the link's scripts by a nonce,
//     and what those load ('strict-dynamic'), because most pixels are a few lines that load the rest; images and reports over HTTPS;
//     nothing else. Of an owner's HTML only script tags, and images for browsers without scripts, are written, tag by tag. Programs
//     and HEAD are redirected as if there were no scripts.
//   - Who fetches links to show a preview gets the owner's texts, if there are any, in place of the redirect; it is a click, by a bot.
//
// Domains:
//
//   - Only a verified domain is served. A name that somebody registered and didn't prove is to visitors as if nobody had: else anybody
//     could take an alias of the installation away from it. Unknown names lead to the default domain's links.
//   - What a domain answers besides links may be kept by caches for five minutes.
//
// Scanning:
//
//   - A visitor (an IPv4 address, or 64 bits of an IPv6 one) may ask for [Config.GuessLimit] slugs that don't exist in a row, then for
//     one a second; more get 429 and when to come back. Links in memory are served regardless, so those who share a proxy with a
//     scanner notice nothing unless the table had to leave links out, or they mistype. Addresses are kept in memory alone, at least
//     the latest 16,384; a scanner with more of them is held by the look-ups' budget.
package redirect
