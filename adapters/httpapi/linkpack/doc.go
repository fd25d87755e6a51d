// Package linkpack exists so that a client written for Link Pack works with Linklog by another
// base URL alone: it speaks that API's paths, fields, statuses and ids over the same links.
//
// The routes are in dialect.go; link.go has what is done to links, routing.go what Link Pack calls
// traffic routing, scripts.go its retargeting scripts, stats.go its analytics. An id (id.go) is a
// UUID that holds the link's number. What is done is asked of the [httpapi.Server], like everything
// the native API does.
//
// # Decisions
//
//   - Links made here redirect with 307, as the document says; links made elsewhere keep their
//     status, whatever is changed here.
//   - Ids are UUIDs of version 4, which is the one clients check for: 53 bits are the link's number,
//     the rest is a digest of it, so a UUID that was not written here is no link. Capitals are read
//     as well, because some languages write UUIDs so.
//   - The document shows a link twice, after its creation and in stats: these have exactly its
//     fields. A PATCH answers with the same four and, under the names it takes them by, everything
//     it can change, so that an answer can be sent back and changes nothing; the times of creation
//     and of the last change stand beside them.
//   - PATCH changes what it names. Null, and for the UTM values an empty text, takes away; there is
//     no link without a long_url. The two spellings longUrl and long_url are taken everywhere.
//   - traffic_routing is the whole list: what it doesn't name is gone. A rule without an id gets a
//     number for one. Values are lists wherever one makes sense ("Mobile,Tablet"), and read in
//     any case. Times of day are UTC; the second is not part of the span, which may go over
//     midnight, and 24:00 is the end of the day. percentage means something to the condition of
//     that name alone; a share of 0 is a rule that nobody meets.
//   - A rule made through another API may say what Link Pack has no words for: a browser, two
//     conditions at once, a country and a share. It is shown with the condition "custom", and a value
//     that is for people alone. An entry with that condition and the rule's id leaves its conditions
//     as they are; where it leads may be changed. So no rule is hidden, and none is lost by a
//     client that sends back what it was shown.
//   - Stats count human visits. All-time is from the day of the link's creation until today; days
//     without clicks are listed. One of startDate and endDate may be left out and is null then.
//     Countries nobody knows are left out, since clients take these texts for codes; referers
//     without a name are "Direct", and those beyond the 1,000 most clicked, or beyond what a day
//     can keep apart, are "Other".
//   - Short codes are those of the installation's own short domain, where links made here live. A
//     link on another one is changed by its id as any other.
//   - The table of errors has no 403, 409, 412, 413 and 422: whatever is wrong with a request, or
//     refused to the account or to a key without the scope for it, is 400. What is missing for a moment is 503 with Retry-After, which
//     clients of the table's 500 treat alike, and may do better.
//   - An error is {"error", "details"}: the text, and for a bad field [{"field", "message"}].
//   - A deletion answers {"success": true}: the document says no more than 200.
package linkpack
