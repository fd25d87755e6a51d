// Package postgres exists so that what an installation must keep, and no log tells, lives in one
// schema: identity. Accounts, API keys, the keys that seal accounts' content, the allowance each
// caller has left this hour, the salts visitors are hashed with, and the installation's secrets.
//
// [Open] makes the pool that every part of a process shares, [Migrate] brings the schema up to
// date. The rest is one type per concern: [Accounts], [Keys], [Keyring], [Limiter], [Salts], and
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
