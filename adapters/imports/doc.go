// Package imports exists so that people can leave another shortener without leaving their links
// and their numbers behind.
//
// [Open] finds out how to read what a [Format] exports, or its API, and gives a [Source]: first all
// links, then all clicks. A [Link] is told in the members of the native API, so whoever brings it
// there adds nothing; a [Click] in those of an imported click. What can't be understood comes with
// an error of its own, and the rest goes on.
//
// # File map
//
//   - record.go, open.go: what comes out, and how it begins.
//   - row.go: rows of tables, whose columns go by many names; csv.go, sql.go: files of rows; json.go:
//     files of objects; clock.go: times; api.go: answers of an API.
//   - yourls.go, shlink.go, kutt.go, bitly.go, dub.go, plain.go, linklog.go: the formats.
//
// # Decisions
//
//   - Links come before clicks, although files may have them the other way round (a dump of YOURLS
//     is in the order of its tables' names): files are read twice, APIs asked twice.
//   - The clicks of a link come oldest first and always in the same order, since a click is known
//     by how many of its link came before it. What grew meanwhile is at the end, so that to import
//     again brings what is new. An API that tells the newest first is read to its end.
//   - Nothing is made up. Where a product tells only how many clicks a day had, they are at its
//     beginning, without browser or place. Where it tells only how many there were (YOURLS' and
//     Kutt's APIs, all CSV exports of links), that number is in [Link.Clicks] and nothing is said
//     of when: whoever wants them at the link's beginning has to say so.
//   - Columns are known by their names, whatever their order, spelling or case: exports change, and
//     people edit them. A file without a needed column is refused with the column's name.
//   - Slugs are told as they are, and whether they can be slugs here is for the API to say. It takes
//     those of 1 to 100 letters, digits, hyphens and underscores; none with a slash in it, as Shlink
//     and Dub may have them: here, what follows a slash goes along with the visitor.
//   - Passwords are not exported by anybody, and targeting by country or device means something
//     else everywhere: the link comes without, and [Link.Lost] names what it lost.
//   - A record may take 1 MB. A quote that is never closed then costs that, not the memory.
//   - Keys of foreign APIs are sent to the address that was given, and to nobody it redirects to.
package imports
