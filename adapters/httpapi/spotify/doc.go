// Package spotify exists so that a client written for the Spotify-link shortener works with Linklog
// by another base URL alone: it speaks that API's fields, statuses and ids over the same links.
//
// The routes are in dialect.go, one file for each thing they do. An id is a PocketBase record's,
// made of the link's number. What is done is asked of the [httpapi.Server], like everything the
// native API does; the outside is asked through the functions in [Options].
//
// # Decisions
//
//   - The document has lost its paths and its examples. Ours: /api/links, /api/links/{id},
//     /api/links/bulk-delete, /api/expand. A link is {id, created, updated, from, slug, subdomain,
//     views, shortUrl} with PocketBase's dates; subdomain is "" for links on the domain itself.
//     Lists are newest first, 30 on a page unless asked otherwise; more than 50 are 50, since its
//     table of errors has no 400 there.
//   - An error is PocketBase's: {"status", "message", "data"}, with a code and a message in data for
//     the field at fault. Another account's link is 403 here and nowhere else, as the document asks.
//   - A key is taken with and without Bearer in front of it, since PocketBase's clients send it bare.
//   - Links lead to spotify.com, spotify.link, spotify.app.link and what is below them, and redirect
//     with 301, which our redirector tells browsers not to keep: later clicks and edits aren't lost.
//     Links that another API led elsewhere can be listed, renamed and deleted here too.
//   - views are visits of people. A slug that is chosen has 3 to 50 letters and digits, one that is
//     drawn has 6; an empty one is none, as null is.
//   - subdomain is one label below the link's own domain, and none of the words that no slug can be
//     either. Empty or null is the domain itself.
//   - Who has no key and sends a turnstileToken makes a link of [domain.AnonymousAccount]: one
//     account of the installation for all of them, so that nobody can change or delete these but the
//     operator, who may also suspend the account and so end anonymous creation. Its number of links
//     is not limited; requests are, by address. The token is verified last, so that a request that is
//     wrong otherwise doesn't spend it. Without a key and without a token a creation is 400, which its
//     table has, and where no secret of Turnstile's is configured 401.
//   - Maintenance mode refuses everything that writes (503, with what became of the request), and
//     nothing else: visitors are redirected, lists are shown. Other APIs don't know of it.
//   - Deleting several: ids that are no link's of the caller are among failed, each with a reason;
//     the others are deleted by one command on each domain.
//   - Expanding follows redirects up to the first address at open.spotify.com, which isn't asked for
//     any more. It needs no key: nothing is written, and requests are limited by address.
package spotify
