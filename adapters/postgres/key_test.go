package postgres_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/domain/identity"
)

func TestKeyTellsItsCaller(t *testing.T) {
	pool := migrated(t)
	keys, account := postgres.NewKeys(pool), newAccount(t, pool)
	token, key, err := keys.New(t.Context(), account, identity.NewKey{Name: "ci"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := keys.Authenticate(t.Context(), token)
	if want := (domain.Caller{Account: account, Key: key.ID, Plan: domain.Free, Scopes: domain.AllScopes}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	listed, err := keys.List(t.Context(), account)
	if err != nil || len(listed) != 1 || listed[0].Name != "ci" || listed[0].LastUsed.IsZero() {
		t.Errorf("listed %+v, %v", listed, err)
	}
	if !strings.HasPrefix(token, key.Prefix) || len(key.Prefix) != 12 {
		t.Errorf("prefix %q of %q", key.Prefix, token)
	}
}

func TestTokenIsNotStored(t *testing.T) {
	pool := migrated(t)
	token, _, err := postgres.NewKeys(pool).New(t.Context(), newAccount(t, pool), identity.NewKey{})
	if err != nil {
		t.Fatal(err)
	}
	row := one[string](t, pool, "SELECT api_key::text FROM identity.api_key")
	if strings.Contains(row, token[13:]) {
		t.Errorf("the token is in %s", row)
	}
	hash := sha256.Sum256([]byte(token))
	if got := one[[]byte](t, pool, "SELECT hash FROM identity.api_key"); string(got) != string(hash[:]) {
		t.Errorf("the hash is %x", got)
	}
}

func TestKeysEnd(t *testing.T) {
	pool := migrated(t)
	account := newAccount(t, pool)
	for name, end := range map[string]func(t *testing.T, keys *postgres.Keys, id domain.KeyID){
		"revoked": func(t *testing.T, keys *postgres.Keys, id domain.KeyID) {
			if err := keys.Revoke(t.Context(), account, id); err != nil {
				t.Error(err)
			}
			wantCode(t, keys.Revoke(t.Context(), account, id), domain.NotFound)
		},
		"rotated": func(t *testing.T, keys *postgres.Keys, id domain.KeyID) {
			token, key, err := keys.Rotate(t.Context(), account, id, 0)
			if err != nil || key.Name != "ci" || key.ID == id {
				t.Errorf("rotated to %+v, %v", key, err)
			}
			if _, err := keys.Authenticate(t.Context(), token); err != nil {
				t.Error(err)
			}
			_, _, err = keys.Rotate(t.Context(), account, id, 0)
			wantCode(t, err, domain.NotFound)
		},
		"rotated and over": func(t *testing.T, keys *postgres.Keys, id domain.KeyID) {
			_, key, err := keys.Rotate(t.Context(), account, id, 10*time.Minute)
			if err != nil || key.Expires.Before(time.Now().Add(30*time.Minute)) {
				t.Errorf("rotated to %+v, %v: the new one ends when the old one would have", key, err)
			}
			left := one[time.Duration](t, pool, "SELECT expires_at - now() FROM identity.api_key WHERE id = $1 AND revoked_at IS NULL", id)
			if left < 9*time.Minute || left > 10*time.Minute {
				t.Errorf("the old one works for another %v", left)
			}
			exec(t, pool, "UPDATE identity.api_key SET expires_at = expires_at - interval '10 minutes' WHERE id = $1", id)
		},
		"expired": func(t *testing.T, _ *postgres.Keys, id domain.KeyID) {
			exec(t, pool, "UPDATE identity.api_key SET expires_at = now() WHERE id = $1", id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			keys := postgres.NewKeys(pool)
			token, key, err := keys.New(t.Context(), account, identity.NewKey{Name: "ci", Expires: time.Now().Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := postgres.NewKeys(pool).Authenticate(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			end(t, keys, key.ID)
			_, err = keys.Authenticate(t.Context(), token)
			wantCode(t, err, domain.Unauthorized)
		})
	}
}

func TestRevocationIsSeenWithinTheTTL(t *testing.T) {
	pool := migrated(t)
	keys, account := postgres.NewKeys(pool), newAccount(t, pool)
	token, key, err := keys.New(t.Context(), account, identity.NewKey{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Authenticate(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := postgres.NewKeys(pool).Revoke(t.Context(), account, key.ID); err != nil { // by another process
		t.Fatal(err)
	}
	revoked := time.Now()
	for err == nil {
		_, err = keys.Authenticate(t.Context(), token)
		if took := time.Since(revoked); took > postgres.KeyTTL+2*time.Second {
			t.Fatalf("still let in after %v", took)
		}
	}
	wantCode(t, err, domain.Unauthorized)
}

func TestKeysBelongToAnAccount(t *testing.T) {
	pool := migrated(t)
	keys := postgres.NewKeys(pool)
	_, _, err := keys.New(t.Context(), "acc_nobody", identity.NewKey{})
	wantCode(t, err, domain.NotFound)
	_, key, err := keys.New(t.Context(), newAccount(t, pool), identity.NewKey{})
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, keys.Revoke(t.Context(), newAccount(t, pool), key.ID), domain.NotFound)
}

func TestBadTokensNeverReachTheDatabase(t *testing.T) {
	pool := migrated(t)
	keys, account := postgres.NewKeys(pool), newAccount(t, pool)
	token, _, err := keys.New(t.Context(), account, identity.NewKey{})
	if err != nil {
		t.Fatal(err)
	}
	pool.Close()
	swapped := token[:10] + string(token[11]) + string(token[10]) + token[12:]
	for _, bad := range []string{"", "pl_live_", token + "x", token[:35], "pl_test_" + token[8:], swapped + "", strings.ToUpper(token)} {
		if bad == token { // both letters were the same
			continue
		}
		_, err := keys.Authenticate(t.Context(), bad)
		wantCode(t, err, domain.Unauthorized)
	}
	if _, err := keys.Authenticate(t.Context(), token); err == nil || domain.CodeOf(err) == domain.Unauthorized {
		t.Errorf("a good token without a database: %v, must not be a refusal", err)
	}
}

func TestManyRequestsAskOnce(t *testing.T) {
	pool := migrated(t)
	keys, account := postgres.NewKeys(pool), newAccount(t, pool)
	token, _, err := keys.New(t.Context(), account, identity.NewKey{})
	if err != nil {
		t.Fatal(err)
	}
	before := pool.Stat().AcquireCount()
	var g errgroup.Group
	start := time.Now()
	for range 100 {
		g.Go(func() error { _, err := keys.Authenticate(t.Context(), token); return err })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if asked := pool.Stat().AcquireCount() - before; asked > 1+int64(time.Since(start)/postgres.KeyTTL) {
		t.Errorf("100 requests asked the database %d times", asked)
	}
}

func FuzzWellFormed(f *testing.F) {
	f.Add("pl_live_0000000000000000000000000000")
	f.Add("pl_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxx")
	keys := postgres.NewKeys(nil) // asking would panic
	f.Fuzz(func(t *testing.T, token string) {
		if postgres.WellFormed(token) {
			t.Skip() // a lucky guess
		}
		_, err := keys.Authenticate(t.Context(), token)
		if e, ok := errors.AsType[*domain.Error](err); !ok || e.Code != domain.Unauthorized || strings.Contains(e.Message, token) && token != "" && len(token) > 20 {
			t.Errorf("%q: %v", token, err)
		}
	})
}

// A key that looks like another API's opens the same account, also after it was replaced.
func TestStyles(t *testing.T) {
	pool := migrated(t)
	account := newAccount(t, pool)
	keys := postgres.NewKeys(pool)
	for api, prefix := range map[string]string{"pocolink": "pl_live_", "linkpack": "lp_", "linxly": "lx_", "spotify": "sp_", "smartlinks": "sl_"} {
		token, key, err := keys.New(t.Context(), account, identity.NewKey{Style: api})
		if err != nil || !strings.HasPrefix(token, prefix) || !strings.HasPrefix(token, key.Prefix) || !postgres.WellFormed(token) {
			t.Errorf("%s: %q, %+v, %v", api, token, key, err)
		}
		if got, err := keys.Authenticate(t.Context(), token); err != nil || got.Account != account {
			t.Errorf("%s: %+v, %v", api, got, err)
		}
		if token, _, err = keys.Rotate(t.Context(), account, key.ID, 0); err != nil || !strings.HasPrefix(token, prefix) {
			t.Errorf("%s became %q: %v", api, token, err)
		}
	}
	_, _, err := keys.New(t.Context(), account, identity.NewKey{Style: "bitly"})
	wantCode(t, err, domain.Validation)
}

func TestScopesOfKeys(t *testing.T) {
	pool := migrated(t)
	keys, account := postgres.NewKeys(pool), newAccount(t, pool)
	want := domain.ScopeRead | domain.ScopeAnalytics
	_, key, err := keys.New(t.Context(), account, identity.NewKey{Scopes: want})
	if err != nil || key.Scopes != want || !key.Live(time.Now()) {
		t.Fatalf("made %+v, %v", key, err)
	}
	token, key, err := keys.Rotate(t.Context(), account, key.ID, 0)
	if err != nil || key.Scopes != want {
		t.Fatalf("rotated to %+v, %v", key, err)
	}
	if got, err := keys.Authenticate(t.Context(), token); err != nil || got.Scopes != want {
		t.Errorf("it may %v, %v", got.Scopes, err)
	}
}

func TestKeysThatCannotBe(t *testing.T) {
	pool := migrated(t)
	keys, account := postgres.NewKeys(pool), newAccount(t, pool)
	for _, k := range []identity.NewKey{{Expires: time.Now()}, {Name: strings.Repeat("x", 101)}} {
		_, _, err := keys.New(t.Context(), account, k)
		wantCode(t, err, domain.Validation)
	}
	_, key, err := keys.New(t.Context(), account, identity.NewKey{})
	if err != nil {
		t.Fatal(err)
	}
	for _, overlap := range []time.Duration{-1, 31 * 24 * time.Hour} {
		_, _, err := keys.Rotate(t.Context(), account, key.ID, overlap)
		wantCode(t, err, domain.Validation)
	}
}
