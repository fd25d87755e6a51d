// Package fetch exists so that Linklog can ask for addresses that strangers name (a logo for a QR
// code, a short link to be expanded, a webhook) without becoming their hand inside our network.
//
// A [Client] asks in four ways: Get for a small document, Resolve for where an address leads,
// PostForm for one question with an answer, Post to tell something. All of them go through one dialer (address.go), which
// looks at the address a connection is really made to, and one loop (follow.go), which takes
// redirects one by one. What is wrong is told by the errors in errors.go.
//
// # Decisions
//
//   - The dialer decides, after the name was resolved and before the first packet. A check of the
//     name, or of an address looked up beforehand, would be a check of something else than what is
//     dialled: a name may have another address a second later. Connections are not kept, so every
//     request and every redirect is dialled, and seen, anew.
//   - IPv4 is refused by a list (everything IANA calls special), IPv6 is accepted by a list
//     (2000::/3 without its special parts): new kinds of addresses appear there, and those that
//     wrap an IPv4 address (::ffff:0:0/96, 64:ff9b::/96, 6to4, Teredo, ISATAP) lead anywhere. No
//     site has ever had to be reached through one of them.
//   - A network's own NAT64 prefix, or public addresses that only insiders should reach, can't be
//     known here: [Options].Deny is for them.
//   - Only http and https, without a user name, and only ports 80 and 443: on other ports speak
//     services that can be made to take an HTTP request for their own language.
//   - No proxy is taken from the environment, because the dialer would then only ever see the
//     proxy. No cookies, no Referer, and no compression: a small answer can't grow large.
//   - Limits of size, time and redirects are errors that name the limit; nothing is cut off
//     silently. Time is of the whole call, from the first look-up to the last byte.
//   - PostForm and Post follow no redirect: what they send may be secret, and 307 would hand it on.
//   - Resolve asks with HEAD, and once more with GET if that is answered with an error: some
//     servers know no HEAD, and say so with 405, 404 or 403. Bodies are not read.
//   - Errors carry addresses that were found inside, for the log. To the outside belongs only what
//     kind of error it is.
package fetch
