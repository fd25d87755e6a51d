// Package linxly exists so that a client written for Linx.ly works with Linklog by another base
// URL alone: it speaks that API's paths, fields, statuses and dates over the same links.
//
// The routes are in dialect.go, what a link looks like in link.go, and the pages of lists in
// pages.go. What is done is asked of the [httpapi.Server], like everything the native API does.
//
// # Decisions
//
//   - The document shows a link of two kinds, one in lists and one alone: these have exactly its
//     fields. An id is the link's number, which is below 2^53. user_id is made of the account's id,
//     utm_id of the account's and the five values: the same values have the same id, as a stored
//     configuration would.
//   - utm is null or an object of utm_source, utm_medium, utm_campaign, utm_term and utm_content,
//     null where there is none. POST and PUT take it too, as a whole: what the object leaves out is
//     no more. schedules shows when the link begins and ends, if it does: one {start_at, end_at}.
//   - status is true for a link that is neither disabled nor archived. POST and PUT take it, and
//     PUT takes short_code: a link that is sent back as it was got stays as it was. A PUT without
//     anything to change is answered with the link. An empty short_code is none, as null is.
//   - Links are found by their code on the installation's domain first, then wherever else their
//     owner has such a one; the oldest counts.
//   - Lists are sorted by created_at, updated_at, short_code, destination_url or id, which follows
//     the creation. Pages have at most 100 links. The labels and gaps of meta.links are those of
//     Laravel's paginator with three pages on each side.
//   - Addresses of pages carry page alone, as in the document, if the request asks for nothing
//     else than the defaults, as in the document. What it asks for otherwise goes along, or the next
//     page would be one of another list.
//   - The document's "Error Codes" are missing. Errors are shaped as Laravel has them: a message,
//     and of what is wrong with the request errors by field, status 422.
package linxly
