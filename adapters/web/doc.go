// Package web exists so that people can manage links, look at clicks and run an account in a
// browser: the dashboard. It is an http.Handler that the role api serves beside the native API, on
// the same address.
//
// Pages are made here, on the server, of templ templates; htmx exchanges parts of them, app.js does
// what only a script can (copying, menus, times in the reader's zone). A form works without either.
// What a page reads comes from the read models, as the native API's answers do; what it changes are
// commands on the bus, or rows of the schema identity.
//
// # Adding a page
//
//   - routes.go: one line with the method, the path, what one must be able to do, and the handler.
//     [Server] gives handlers session(c) (who asks) and account(c).
//   - links_list.go, links_list.templ: the handler and what it shows, in files that begin with the
//     part of the dashboard (links_, analytics_, live_, settings_, operator_). A handler reads, then
//     returns s.page(c, "Title", someComponent(...), "uplot.js", "uplot.css"): the names at the end
//     are files of assets/ that only this page needs. s.part(c, component) answers htmx with a piece;
//     hx-select takes a piece out of a whole page, which needs no handler of its own.
//   - `make generate` turns *.templ into *_templ.go, which is committed.
//   - A form begins with @hidden(f) and has @trouble(f), @input, @area, @choice, @ticks; f is s.form(c).
//     Its handler takes f, err := s.posted(c); has it done with s.do(c, s.command(c, f, host, body));
//     ends with s.done(c, "/where", "What was done."), or, refused, with s.again(c, err, "Title",
//     samePage(f.refused(err))), which shows what was typed and what is wrong, each beside its field.
//     htmx's requests carry the token in a header by themselves. Fields are called as domain's errors
//     call them.
//   - Times are @moment(t). Buttons that need asking have data-confirm="Delete it?". Buttons with
//     data-copy copy. Tables with class "cards" become cards on a phone if cells have data-label.
//   - Tests: newDesk(t) in desk_test.go is a browser without a screen: somebody has signed in, with real
//     decisions in memory; it clicks through forms as they are in the page. TestPages looks at every page
//     of the lists (doorPages, settingsPages, …): labels, size, policy. TestShots takes pictures of them
//     into the folder that LINKLOG_SHOTS names. Charts take their data from a script element of type
//     application/json or from /v1, never from inline script.
//
// # Decisions
//
//   - The policy allows no inline script, no inline style and no other host; so templates have no
//     style attributes, and widths that data decides are <progress>, SVG attributes or set by a script.
//   - Tokens against other sites: a form carries its session's, htmx a header; who has not signed in
//     has one in a cookie and in the form. Browsers also say where a request comes from
//     (Sec-Fetch-Site, Origin), and a POST from elsewhere is refused whatever it carries.
//   - Nothing that was typed is lost. A form that comes after the session's end goes on through the
//     form for signing in and is offered for sending then; one of another session is shown for a
//     second look; a refused one is shown again. Passwords and codes are the exception, and who signs in
//     by another site then has to type again: the way there and back carries no forms.
//   - The password between the two steps of signing in travels through the browser, sealed with a secret
//     of the installation: no process has to remember who is half in, and the page shows nothing.
//   - Links in mails open a page that asks; only its button verifies an address or takes an invitation,
//     because programs that look into mails open links, too.
//   - The foreign sign-in begins with a link, not with a form: form-action allows forms to go nowhere else.
//   - A form draws a key, the ids of its commands are made of it, so sending it twice does it once.
//     After a refusal it draws another: the decider remembers refusals for a while, too. It keeps the
//     key when nobody knows what became of the command, so that sending again tells.
//   - Pages are compressed when they are made, files when the process starts. A token could be guessed
//     through the length of compressed pages only by a site that can read lengths and have pages
//     fetched with cookies; SameSite=Lax doesn't let it.
//   - A form for a link has done what somebody changed in it, no more: it says which version it was
//     filled in with, and what differs from that is the command. So who saves over somebody else's change
//     keeps all of it that they didn't touch themselves. A version that was overtaken is shown beside
//     the form before that.
//   - Rules and scripts are groups of fields called as the domain's errors call them, rules[0].url and so
//     on. Buttons have the form come back with a group more or less, without saving; a script exchanges
//     that part of the page by the same answer.
//   - What was refused of several links is told by the first of them: the list is there to look at the rest.
//   - Analytics keep all that they show in the address. htmx exchanges the element #analytics by another
//     address; going back loads that one again, since no copy of a page is kept in the browser. The
//     reader's time zone is in a cookie that analytics.js writes, and from the second request on in
//     the address, so that whoever is sent it sees the same.
//   - Clicks are counted by pairs of values, so there is one filter at a time. What can't be told under
//     it is left out and said; an address that asks for it anyway gets 422 and the reason.
//   - The map is a file of its own, loaded where it is shown, and coloured by classes.
package web
