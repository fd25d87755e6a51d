// Package postgres exists so that what an installation must keep, and no log tells, lives in one
// schema: identity. Accounts and the people in them, API keys, the keys that seal accounts' content,
// the allowance each caller has left this hour, the salts visitors are hashed with, and the
// installation's secrets.
//
// [Open] makes the pool that every part of a process shares, [Migrate] brings the schema up to
// date. The rest is one type per concern: [Accounts], [People], [Members], [Keys], [Keyring], [Limiter], [Salts], [Webhooks], and
// the function [Secret].
//
// # Decisions
//
//   - The schema is ordinary data with numbered migrations, not a read model: a backup of an
//     installation is the log plus this schema.
//   - A token's last six characters are a checksum of the rest ([WellFormed]): a typo or a
//     scanner's guess never reaches the database.
//   - Only the SHA-256 of a token is stored. It is no password hash on purpose: a token has 131
//     random bits, there is nothing to guess slowly.
//   - What a key says is believed for a second ([KeyTTL]) counted from before it was read, so a
//     revocation takes effect everywhere within that second without anybody being told.
//   - Passwords are hashed with argon2id: 19 MB, two passes, one thread, which is the least that OWASP
//     names. No more are hashed at a time than there are processors, so that a flood of sign-ins
//     can't take the memory. A guess at an address that nobody has is hashed as well, and refused in
//     the same words.
//   - Guesses are counted before they are looked at, in the same table as requests: per person and
//     network (an IPv4 /24, an IPv6 /64), per network, and per person from wherever. A device on which
//     the person has signed in before, known by a cookie of its own, counts for itself alone. So a
//     stranger can use up none of the owner's attempts there, and a mail to set a new password goes
//     out whatever they do. The table names everything by a keyed hash.
//   - A code of the second factor is taken once: its time step must be newer than the last one's. The
//     secret is sealed under one of the installation's, so that a look at the table alone gives none
//     away.
//   - A session's token has 256 random bits, of which only the SHA-256 is stored. It ends when it was
//     not seen for 30 days, and after 90. What it says is believed for a second, like a key; who
//     changes something through this process sees it at once.
//   - Whoever proves an address for the first time, by a mail or a foreign sign-in, shuts out whoever
//     signed up with it before: the password, sessions, and keys of an account that is theirs alone
//     end. A second factor needs a proven address, so there is none to keep the owner out.
//   - An account is erased in two steps, both of which can be repeated: [Accounts.Close] deletes
//     whatever refers to it, found in the catalogue so that no feature can be forgotten, and
//     [Accounts.Erase] the sealing key. In between, its links can still be deleted by commands.
//   - An erased account keeps its row; its sealing key is gone, which is [domain.ErrNoKey]. An
//     account without a row is another matter: an older backup was restored. That is an ordinary
//     error, so that readers wait instead of forgetting content for good.
//   - Allowances are counted in the database, whose clock alone decides which window it is, so
//     that processes agree. Requests of one bucket that arrive during an update share the next
//     one, and a spent bucket is remembered until its window ends: neither a busy caller nor a
//     refused one costs an update per request.
//   - Allowances and salts are in UNLOGGED tables. They write no WAL, so committing them waits
//     for no disk; a crash of the database starts the hour afresh and counts that day's visitors
//     again; and a backup never holds a salt. Addresses are stored only as a keyed hash.
package postgres
