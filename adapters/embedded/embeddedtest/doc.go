// Package embeddedtest exists so that every test runs against a real Postgres and a broker that speaks the real protocol, at the price of
// a function call.
//
//	func TestMain(m *testing.M) { embeddedtest.Main(m) }
//
//	func TestProjection(t *testing.T) {
//		pool := connect(t, embeddedtest.Database(t))
//		brokers, prefix := embeddedtest.Brokers(t)
//		…
//	}
//
// Each call of [Database] gives an empty database of its own, on one server per test process. Each call of [Brokers] gives a broker and a
// prefix for names on it: normally a fresh broker in memory, and if KAFKA_TEST_BROKERS is set the brokers it lists, shared by all tests.
//
// [StartApache] gives an Apache Kafka that the test may kill. It is for the few tests that are
// about that, under deploy/kafka/run.sh --stopped; elsewhere they are skipped.
//
// # Decisions
//
// The server's data directories stay in the cache between runs, one per test process running at the same time, because starting a cluster
// takes a tenth of the time of making one. Nothing in them is kept: a run begins by dropping what a killed one has left, and a directory
// that doesn't start is made anew.
package embeddedtest
