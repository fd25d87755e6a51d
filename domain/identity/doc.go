// Package identity exists so that everything that deals with who uses Linklog speaks of the same
// things: people, the accounts they are members of, their sessions, and the keys of programs. It is
// plain data and the rules about it; where it is kept is the business of adapters/postgres, how
// people see it that of adapters/web.
//
// # Decisions
//
//   - A person signs in, an account owns links, a member is a person with a role in an account.
//     Keys belong to accounts and have scopes; a role is a name for scopes and for whether its
//     member may manage the account itself.
//   - What is here never reaches the log: there a person is their id ([PersonID]), as a key is its own.
package identity
