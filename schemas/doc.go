// Package schemas exists so that one place knows what Linklog looks like on the wire, and
// everybody else speaks the language of package domain.
//
// The payloads are Protobuf (linklog/v1, generated into linklogpb), the circumstances are
// CloudEvents headers in binary mode ("ce_…"). [Codec] writes and reads commands, events and
// replies; [EncodeClick], [DecodeClick] and the dead letter functions need no keys. A reader
// tells three ends apart: [ErrUnknown] (wait for an upgrade), [ErrUnusable] (broken for good)
// and anything else (try again). How to change the format is told on top of codec.go.
//
// What is on the wire outside of Linklog's own processes is a contract: asyncapi.yaml tells
// subscribers of the topic clicks, [ClickJSON] is the same for those who read JSON or Parquet.
// asyncapi_test.go holds the document against the code.
//
// # Decisions
//
//   - Account content is sealed with AES-256-GCM under the account's key, so destroying the
//     key is erasing the account, in every copy of the log. What a reader needs even then
//     stands in clear in the headers: ids, positions, versions, times, the link counter, and
//     digests of slugs. No URL, no slug, no name. The fingerprint of a command is sealed too:
//     in clear it would let anybody confirm a guess at its content.
//   - All ce_ headers and the record's key are bound to the seal. A payload opens only in the
//     message it was written for, and a fact's time or version can't be edited beside it.
//   - Ciphers are made anew for each message (0.6 µs): keeping them would keep destroyed keys
//     in memory and buy one percent of a core at 3,000 commands a second.
//   - An event that can't be opened is still an event, with [domain.Redacted] or
//     [domain.Unreadable] as its body. Their texts are constants: a rebuild must write the
//     same rows as the first run did.
//   - Facts are trusted: decoding an event checks its form and never today's rules, or
//     yesterday's facts would break when rules tighten. Commands are wishes and are checked.
//   - A header that says nothing is left out. In particular ce_dataschema is absent from
//     messages that every reader since the first understands. Whether a message needs a newer
//     one is asked of its content, not of its type: a link without traits, which most are, goes
//     on being read by everybody while the processes of an installation are upgraded.
//   - What a patch sets is a list of an enum, not the bits of [domain.Fields]: a name can't
//     slip by one, and a field that a reader doesn't know is told from one that is not there.
//     The traits of a patch are only those it sets, whatever else was left in it.
//   - A command is refused before it is published if what it sets of one link is larger than
//     [MaxTraits]: the fact that would come of it could not be written, and the partition
//     would stand still.
//   - Clicks hold no account content and no visitor identifiers and are not sealed: they are
//     a public contract. They are read and written by hand, not through the generated type:
//     a rebuild reads 150,000 a second and a redirect must cost microseconds. A test holds
//     the two ways together.
//   - What a visitor sends may be any bytes. A click keeps it as UTF-8 without NUL, with
//     U+FFFD for what can't be said: every reader, Postgres first, can then store it.
//   - A dead letter carries the record it speaks of byte for byte. What was sealed stays
//     sealed, so erasure reaches dead letters as well.
//   - A click that could not be used and is put back keeps its id and gets a header with the
//     offset of its original ([Retry]). A new id would count it again for everybody who could
//     use the original: by position each reader knows for itself whether it could.
//   - What was done about a dead letter is a record behind it ([Handled]): the topic is not
//     compacted, so nothing can be taken out, and nothing has to be.
package schemas
