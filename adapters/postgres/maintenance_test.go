package postgres_test

import (
	"testing"

	"github.com/linklog/linklog/adapters/postgres"
)

func TestMaintenance(t *testing.T) {
	pool := migrated(t)
	for _, on := range []bool{false, true, true, false, false} {
		if err := postgres.NewMaintenance(pool).Set(t.Context(), on); err != nil {
			t.Fatal(err)
		}
		if got, err := postgres.NewMaintenance(pool).On(t.Context()); err != nil || got != on {
			t.Errorf("the mode was set to %t and is %t: %v", on, got, err)
		}
	}
}

// What was heard holds for a while, so that not every request asks; that nobody answered doesn't.
func TestMaintenanceIsRemembered(t *testing.T) {
	pool := migrated(t)
	m := postgres.NewMaintenance(pool)
	if on, err := m.On(t.Context()); on || err != nil {
		t.Fatal(on, err)
	}
	pool.Close()
	if on, err := m.On(t.Context()); on || err != nil {
		t.Errorf("within its time it was asked again: %t, %v", on, err)
	}
	if _, err := postgres.NewMaintenance(pool).On(t.Context()); err == nil {
		t.Error("nobody answered, and that was an answer")
	}
	if err := m.Set(t.Context(), true); err == nil {
		t.Error("nothing was set, and nobody said so")
	}
}
