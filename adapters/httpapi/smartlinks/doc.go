// Package smartlinks exists so that a client written for SmartLinks works with Linklog by another
// base URL alone: it speaks that API's paths, fields, statuses and ids over the same links.
//
// The routes are in dialect.go, one file for each resource. An id is the link's number behind
// link_; what is done is asked of the [httpapi.Server], like everything the native API does.
//
// # Decisions
//
//   - The document shows two answers, that of a creation and that of analytics: these have exactly
//     its fields. Of a link that is read, changed or listed it shows none: there the title, the
//     metadata, the change and the clicks stand beside the same five.
//   - A list is {data, page, pageSize, total, totalPages}; pages have 20 links, at most 100.
//   - Its table of errors has no 409 and no 422: a code that is taken and every bad parameter are
//     400. What is missing for a moment is 503 with Retry-After, which clients of the table's 500
//     treat alike, and may do better.
//   - An error is {"error": {"code", "message", "field"}}: the code is the status, as the table
//     calls it.
//   - A picture of a QR code lives at an address that carries everything it is made of, signed so
//     that nobody can have others drawn, so it never expires. It needs no key: it is meant for web
//     pages. Only a logo that came as a data URL is stored, with the account, and the address carries
//     its digest; of too many the one that nobody asked for the longest goes, and with it what its
//     addresses show. A logo's own URL is asked for at every drawing, but once in ten minutes.
//   - Clicks are human visits, uniqueClicks the sum of the daily unique visitors, and the days of
//     from and to are both whole UTC days within the period.
package smartlinks
