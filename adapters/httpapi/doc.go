// Package httpapi exists so that programs can manage links over HTTP: Linklog's native API,
// which is PocoLink's with a few additions.
//
// All of it is on one screen in routes.go; a resource is a file; what can go wrong is one table
// in errors.go. Writes become a [domain.Command] and wait in [Commands] until reads show them, so
// a 2xx answer is always built by reading. Everything needed from outside is in seam.go.
//
// # Decisions
//
// Where PocoLink's document is silent:
//
//   - 400 INVALID_URL is for a url that was given as text and is not usable. A url that is absent,
//     null or no string is 422 VALIDATION_ERROR, like every other unusable parameter, malformed
//     JSON and text that isn't UTF-8. Field names are matched exactly, unknown fields are ignored.
//   - custom_slug: null is the same as leaving it out; expires_at: null means never, so in a PATCH
//     it removes the date. A PATCH takes slug as another name of custom_slug. A PATCH without
//     anything to change is answered with the link.
//   - Beside the eight documented codes there are METHOD_NOT_ALLOWED (405), VERSION_CONFLICT (412),
//     PAYLOAD_TOO_LARGE (413), IDEMPOTENCY_KEY_REUSED (422) and UNAVAILABLE (503).
//   - Every answer has the three rate-limit headers. Without a valid key they tell of a bucket of
//     the caller's address, which a 401 and a 404 for an unknown path spend as well; once it is
//     spent the answer is 429, so keys can't be guessed fast. Plan enterprise has no limit: its
//     headers show a limit and a remainder of 1,000,000,000 that never changes. When nobody can
//     count, the answer is 503 and its headers show an untouched window.
//   - A link's ETag is its version, for If-Match. Clicks are no change of the link, so it is no
//     validator for caches and If-None-Match is not looked at. An If-Match that can't match (weak,
//     malformed) is 412.
//   - Errors are PocoLink's two members, code and message. Which field is wrong stands in the message
//     for people, and in the header Error-Field for programs.
//   - An Idempotency-Key belongs to its account. The retry of an accepted request is answered with
//     the link as it is by then: 404 if it was deleted, but 204 again for the deletion itself.
//   - 503 to a write tells its fate (not_done, unknown or done; also in the header Command-Fate)
//     and the Idempotency-Key with which a retry is safe, one made for the purpose if the request
//     had none and was sent on its way.
//   - from and to are dates or datetimes, of timezone (UTC unless given) unless they say otherwise.
//     A date as to includes that day. The range is widened to whole quarters of an hour (granularity
//     15min), hours (hour) or days of the place, the series has an entry for each bucket, at most
//     [MaxPoints]; a week is named by its Monday, though its clicks are only those within the range.
//     total_clicks and breakdown are of the range and of traffic (human unless given);
//     unique_visitors is the sum of the UTC days it touches, since nobody can be told again on
//     another day. range and breakdown_range say what was really covered.
//   - filter=country:DE leaves only clicks with that value, filter=!country:DE all others, and an
//     empty value stands for having none. total_clicks, the series and the breakdowns asked for by
//     name (breakdowns=device,rule) are under it; the document's breakdown is left out, because
//     only few pairs of dimensions are known together, and unique_visitors is null. What can't be
//     told is 422 and says what can.
//   - compare=previous adds the period of the same length before: as many days of the place.
//   - What answers about one link also answers about all of an account or of a domain
//     (/v1/analytics?domain=…). Further ways to choose links belong into accountScope.
//   - A breakdown is paged by its last row: while clicks come in, a value may move over a page's
//     border. Single clicks are numbered, so their pages neither repeat nor skip.
//   - format=csv (or Accept: text/csv) gives a table of the same. Cells that begin like a formula
//     get an apostrophe in front: visitors choose them, and spreadsheets would obey. Exports are
//     written as they are read, so an error in the middle can only cut them off.
//   - In breakdown.referrers (direct) stands last, as in the document; otherwise most clicks first.
//     Countries nobody could tell are ZZ, as CLDR has it.
//   - GET /v1/clicks/stream sends server-sent events for as long as the client listens, so the
//     times that end other requests don't hold for it; each write has its own. All streams of a
//     process share one reading of the log's end, which begins with the first of them and ends
//     with the last. One that comes back with an old id reads what is missing for itself, then
//     joins. An event's id is a place in every partition, so nothing about listeners is kept
//     anywhere, and another process can go on. Signs of life carry the place too: without them
//     an account without clicks would have others' read again and again. A client that is
//     256 events behind is cut off, one that takes nothing for ten seconds as well: waiting for it
//     would be memory without bound. Whether its key still holds is asked with every sign of
//     life. It costs one request of the allowance.
//   - What a link has beyond PocoLink's document must not change the document's answers: its seven
//     members come first, as they were, and of ours only those follow that are set, so a link made
//     as the document says is answered as the document says. ?fields=all shows all of ours.
//     Null, in a request, takes a value away; a rule or script without an id gets a number.
//   - A logo's address is asked once for all who want it, and again after ten minutes, or half a
//     minute if there was none. 64 of them are remembered.
//   - A password is hashed here, with bcrypt, under a salt made of the idempotency key: the retry
//     of a request must ask for the same. Few are hashed at a time, and at most ten in a request.
//   - Operations of a bulk request are read, checked and measured before anything is done. Those
//     on one short domain are one command; of several domains each is done for itself, so atomic
//     ones must be on one. The first command has the request's idempotency key, the others' is
//     that with their domain: the same request is done once, as a whole or what is left of it.
//   - Asking for a short domain keeps nothing: it answers with the TXT record to set, made of
//     account, host and a secret. Only when the record is there the domain is registered and
//     verified, in one go: an unproven domain would refuse links to it and domains around it. Nested
//     domains are refused both ways. PATCH changes what it names of the settings as they were
//     read: If-Match keeps two who do so at once apart.
//   - A revert is an ordinary change to what the link was, with its own version. Of a deleted link
//     the history tells only that. The clicks of a past version are today's.
//   - How many domains a plan has is counted when one is registered, give or take what is asked
//     for at once. Links are counted exactly, by the decider.
//   - The OpenAPI document is written by hand. Tests hold the routes and every answer of the golden
//     files to it with a JSON Schema library, since that is what schemas of OpenAPI 3.1 are: its
//     own libraries would be three more dependencies for matching a path.
//   - HEAD is GET without its body, also at what streams. OPTIONS tells what a path allows. Pages of
//     other origins may call if the installation names their origins: with a key, never with the
//     cookie of who has signed in.
//   - Plans are data of the installation's ([Options].Plans). Where a plan fixes destinations, its
//     limit is in each command, so that the decider holds it, whatever API is used. The requests an
//     hour of one account may be agreed on beside its plan ([domain.Caller].Requests).
//   - Webhooks are no links: nothing about them is in the log, so changing them is an ordinary write to
//     the database, without idempotency keys and versions. Whoever may not see clicks gets none
//     through a webhook either.
//
// Nothing here logs a header or a query string: keys and destinations are other people's.
package httpapi
