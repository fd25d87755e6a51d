// Package embedded exists so that one binary is a whole Linklog: it runs the broker and the database that production gets from its
// operators, with nothing installed beforehand and nothing lost when the process is killed.
//
// [StartKafka] serves the Kafka protocol from inside the process and keeps its log in a directory, synced before it answers.
// [StartPostgres] runs a real Postgres as a child process. Both listen on the loopback address only, and both keep their port across
// restarts where it is still free, because clients may hold it.
//
// Linux and macOS are supported.
//
// # Decisions
//
// A data directory belongs to one process at a time, proved by a lock on a file in it. The system drops the lock with its process, so a
// kill leaves nothing to clean up, and whoever holds the lock knows that a Postgres still running on that directory is an orphan.
//
// A Postgres that is killed leaves children, who go on with what they are doing until they look up from it. A new server refuses to start
// beside them, so a start tries again until they are gone.
//
// The Postgres binaries are those of this machine where there are any of version 15 or later, and are otherwise fetched once. A cluster is
// always served by the major version that made it.
//
// Postgres refuses to run as root, so under root it runs as the user that owns its directory, else as postgres, else as nobody.
//
// A cluster is made beside its final name and renamed: a half-made one is never taken for a cluster. Its settings are given on the command
// line, so that a newer Linklog changes them without touching files in the data directory.
//
// The broker is kfake, with one flaw to know of: a consumer group member whose process is
// killed while it waits to join a group is never given up, and the partitions it was given
// stand still until the broker is started again. One process for everything, which is what
// this package is for, can't meet it; run several processes against a real Kafka.
package embedded
