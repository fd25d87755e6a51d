package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }

// open connects to the database and closes the pool with the test.
func open(tb testing.TB, url string) *pgxpool.Pool {
	tb.Helper()
	pool, err := postgres.Open(tb.Context(), url, postgres.Options{Application: "test", Connections: 8})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	return pool
}

// migrated is a fresh database with the schema in it.
func migrated(tb testing.TB) *pgxpool.Pool {
	tb.Helper()
	pool := open(tb, embeddedtest.Database(tb))
	if err := postgres.Migrate(tb.Context(), pool); err != nil {
		tb.Fatal(err)
	}
	return pool
}

func newAccount(tb testing.TB, pool *pgxpool.Pool) domain.AccountID {
	tb.Helper()
	a, err := postgres.NewAccounts(pool).Create(tb.Context(), "", domain.Free)
	if err != nil {
		tb.Fatal(err)
	}
	return a.ID
}

func exec(tb testing.TB, pool *pgxpool.Pool, sql string, args ...any) {
	tb.Helper()
	if _, err := pool.Exec(context.WithoutCancel(tb.Context()), sql, args...); err != nil {
		tb.Fatal(err)
	}
}

func one[T any](tb testing.TB, pool *pgxpool.Pool, sql string, args ...any) (v T) {
	tb.Helper()
	if err := pool.QueryRow(tb.Context(), sql, args...).Scan(&v); err != nil {
		tb.Fatal(err)
	}
	return v
}

func wantCode(tb testing.TB, err error, want domain.Code) {
	tb.Helper()
	if err == nil || domain.CodeOf(err) != want {
		tb.Fatalf("got error %v, want code %v", err, want)
	}
}

func refusal(err error) *domain.Error {
	e, _ := errors.AsType[*domain.Error](err)
	return e
}
