// Package mail exists so that Linklog can write to people: to prove an address, to set a forgotten
// password, to invite. [SMTP] sends through a mail server, [Box] keeps mails instead, for somebody
// who tries Linklog out and has none.
//
// # Decisions
//
//   - Mails are plain text: nothing to fetch, nothing to track, readable everywhere.
//   - Each mail is its own connection. There are few of them, and none waits for another.
//   - Nothing is sent again here: whoever asked for a mail sees that it failed, or asks again.
package mail
