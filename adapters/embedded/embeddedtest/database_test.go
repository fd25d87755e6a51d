package embeddedtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

func TestDatabasesAreSeparate(t *testing.T) {
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			conn := connect(t, embeddedtest.Database(t))
			if _, err := conn.Exec(t.Context(), "CREATE TABLE only_here (n int)"); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestDatabaseIsDroppedUnderOpenConnections(t *testing.T) {
	var url string
	t.Run("user", func(t *testing.T) {
		url = embeddedtest.Database(t)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close(t.Context()) })
	})
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		t.Fatal("the database is still there", conn.Close(t.Context()))
	}
}

func connect(tb testing.TB, url string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close(tb.Context()) })
	return conn
}
