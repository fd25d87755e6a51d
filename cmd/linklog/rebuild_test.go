package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/projections"
)

// operated is a running dev with a history, and what its operator holds in hand.
type operated struct {
	*testing.T
	p    *program
	api  caller
	pool *pgxpool.Pool
}

func operate(t *testing.T) operated {
	t.Helper()
	p, api := dev(t, embeddedtest.DataDir(t))
	pool, err := pgxpool.New(t.Context(), p.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return operated{t, p, api, pool}
}

// tool runs a command of the operator's.
func (o operated) tool(args ...string) (stdout, stderr string, status int) {
	o.Helper()
	return output(o, append(args, "--kafka-brokers="+o.p.Kafka, "--database-url="+o.p.Database)...)
}

// must runs a command that has to succeed and returns the last line of JSON that it prints.
func (o operated) must(answer any, args ...string) {
	o.Helper()
	out, stderr, status := o.tool(append(args, "--json")...)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), answer); status != 0 || err != nil {
		o.Fatalf("%v: exit %d, %v\n%s%s", args, status, err, out, stderr)
	}
}

type rebuiltAnswer struct {
	Done bool   `json:"done"`
	Live string `json:"live"`
	Kept string `json:"kept"`
}

type verifiedAnswer struct {
	Rows        int64 `json:"rows"`
	Different   int64 `json:"different"`
	Differences []struct {
		Table string `json:"table"`
	} `json:"differences"`
}

// history makes links, changes some and ends some, and has them clicked: mostly a few of them,
// some clicks long ago, some told twice.
func (o operated) history(seed uint64, links, visits int) {
	o.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	var ids []string
	for range links {
		ids = append(ids, o.api.create(fmt.Sprintf(`{"url":"https://example.com/%d"}`, rng.IntN(1000))).ID)
		at := rng.IntN(len(ids))
		switch rng.IntN(6) {
		case 0:
			o.api.do(http.MethodDelete, "/v1/links/"+ids[at], "", nil)
		case 1:
			o.api.do(http.MethodPatch, "/v1/links/"+ids[at], fmt.Sprintf(`{"slug":"renamed-%d-%d"}`, seed, rng.IntN(20)), nil)
		}
	}
	ship, err := kafka.NewShipper(kafka.Config{Brokers: []string{o.p.Kafka}}, slog.New(slog.DiscardHandler))
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = ship.Close() }()
	zipf := rand.NewZipf(rng, 1.3, 1, uint64(len(ids)-1))
	for sequence := uint64(1); sequence < uint64(visits); {
		var shipment []domain.Click
		for range 1 + rng.IntN(400) {
			shipment = append(shipment, o.click(rng, seed, sequence, ids[zipf.Uint64()]))
			sequence++
		}
		for range 1 + rng.IntN(4)/3 { // again, as after an answer that was lost
			if err := ship.Ship(o.Context(), shipment); err != nil {
				o.Fatal(err)
			}
		}
	}
}

func (o operated) click(rng *rand.Rand, seed, sequence uint64, id string) domain.Click {
	o.Helper()
	link, err := domain.ParseLinkNumber(id)
	if err != nil {
		o.Fatal(err)
	}
	c := domain.Click{
		ID: domain.ClickID{Node: 9, Epoch: seed, Sequence: sequence}, Account: "acc_x", Link: link, LinkVersion: 1, Host: "go.example.com", Slug: "s",
		At:      time.Now().UTC().Add(-time.Duration(rng.Int64N(int64(40 * 24 * time.Hour)))),
		Country: []string{"DE", "FR", "NP"}[rng.IntN(3)], UserAgent: []string{firefox, googlebot, ""}[rng.IntN(3)], Visitor: rng.Uint64N(500),
		ReferrerHost: fmt.Sprintf("site%d.example", rng.IntN(300)),
	}
	return c
}

// settled waits until every reader has read everything.
func (o operated) settled() {
	o.Helper()
	for range 100 {
		var status struct {
			Readers []struct {
				Records int64 `json:"records_behind"`
			}
			DeadLetters int64 `json:"dead_letters"`
		}
		o.must(&status, "status")
		behind := int64(0)
		for _, r := range status.Readers {
			behind += r.Records
		}
		if behind == 0 && len(status.Readers) >= 3 {
			return
		}
	}
	o.Fatal("the readers don't come to an end")
}

// busy visits a link and reads its analytics all the time; nothing may fail. stop returns how
// often it was visited.
func (o operated) busy() (id string, stop func() int) {
	o.Helper()
	l := o.api.create(`{"url":"https://example.com/busy","custom_slug":"busy"}`)
	ctx, cancel := context.WithCancel(o.Context())
	var all sync.WaitGroup
	var visits int
	all.Go(func() {
		for ; ctx.Err() == nil; visits++ {
			follow(o, http.MethodGet, l.ShortURL, firefox, http.StatusFound, "https://example.com/busy")
		}
	})
	all.Go(func() {
		seen := 0
		for ctx.Err() == nil {
			var a analytics
			if status, _ := o.api.do(http.MethodGet, "/v1/links/"+l.ID+"/analytics", "", &a); status != http.StatusOK || a.Total < seen {
				o.Errorf("analytics answered %d with %d clicks after %d", status, a.Total, seen)
				return
			}
			seen = a.Total
			if status, _ := o.api.do(http.MethodGet, "/v1/links?limit=5", "", nil); status != http.StatusOK {
				o.Errorf("the list of links answered %d", status)
				return
			}
		}
	})
	all.Go(func() {
		for ctx.Err() == nil {
			status, _ := o.api.do(http.MethodPost, "/v1/links", `{"url":"https://example.com/more"}`, nil)
			if status != http.StatusCreated {
				o.Errorf("a creation answered %d", status)
			}
		}
	})
	return l.ID, func() int { cancel(); all.Wait(); return visits }
}

// TestRebuildUnderWay: rebuilds, undos and comparisons of a system that is being used, whose
// users notice nothing, and whose tables are the same rows as before.
func TestRebuildUnderWay(t *testing.T) {
	o := operate(t)
	o.history(1, 60, 5_000)
	o.settled()
	for _, model := range []string{"links", "clicks"} {
		var r rebuiltAnswer
		o.must(&r, "rebuild", model)
		if !r.Done || r.Live != model+"_2" || r.Kept != model+"_1" {
			t.Fatalf("rebuild of %s: %+v", model, r)
		}
		before, err1 := projections.Digest(t.Context(), o.pool, projections.Generation{Model: model, Schema: r.Kept})
		after, err2 := projections.Digest(t.Context(), o.pool, projections.Generation{Model: model, Schema: r.Live})
		if fmt.Sprint(before) != fmt.Sprint(after) || err1 != nil || err2 != nil || len(before) == 0 {
			t.Errorf("%s was %v, is %v; %v, %v", model, before, after, err1, err2)
		}
	}
	id, stop := o.busy()
	for _, model := range []string{"clicks", "links"} {
		var r rebuiltAnswer
		o.must(&r, "rebuild", model)
		o.must(&r, "rebuild", model, "--undo")
		var v verifiedAnswer
		o.must(&v, "verify", model)
		if v.Different != 0 || v.Rows == 0 {
			t.Errorf("verify %s: %+v", model, v)
		}
	}
	visits := stop()
	o.api.awaitClicks(id, visits, 0, 0)
	if out, stderr, status := o.tool("verify"); status != 0 || strings.Count(out, "rows equal") != 2 {
		t.Errorf("verify: exit %d\n%s%s", status, out, stderr)
	}
	var dropped struct{ Dropped []string }
	o.must(&dropped, "rebuild", "links", "--drop")
	if len(dropped.Dropped) != 1 {
		t.Errorf("dropped %v", dropped.Dropped)
	}
	if _, stderr, status := o.tool("rebuild", "links", "--undo"); status != 1 || !strings.Contains(stderr, "nothing to go back to") {
		t.Errorf("undo of nothing: exit %d, %s", status, stderr)
	}
}

// TestVerifyTellsOnDoctoredTables: one counter too many is found.
func TestVerifyTellsOnDoctoredTables(t *testing.T) {
	t.Parallel()
	o := operate(t)
	o.history(2, 20, 1_000)
	o.settled()
	tag, err := o.pool.Exec(t.Context(), `UPDATE clicks_1.total SET human = human + 1 WHERE link = (SELECT min(link) FROM clicks_1.total)`)
	if err != nil || tag.RowsAffected() != 1 {
		t.Fatal(tag, err)
	}
	out, stderr, status := o.tool("verify", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var v verifiedAnswer
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &v); status != 1 || err != nil || v.Different != 1 || v.Differences[0].Table != "total" {
		t.Errorf("exit %d, %v, %+v\n%s", status, err, v, stderr)
	}
	var r rebuiltAnswer
	o.must(&r, "rebuild", "clicks") // the log knows better
	o.must(&v, "verify", "clicks")
	if out, _, _ := o.tool("status", "--admin="+o.p.Admin); !strings.Contains(out, r.Live) || !strings.Contains(out, "0 clicks waiting") {
		t.Errorf("status:\n%s", out)
	}
}

// TestUpgradeRebuilds: a program that finds tables of an older version serves them, and
// replaces them without being asked.
func TestUpgradeRebuilds(t *testing.T) {
	t.Parallel()
	data := embeddedtest.DataDir(t)
	p, api := dev(t, data)
	l := api.create(`{"url":"https://example.com/","custom_slug":"kept"}`)
	follow(t, http.MethodGet, l.ShortURL, firefox, http.StatusFound, "https://example.com/")
	api.awaitClicks(l.ID, 1, 0, 0)
	pool, err := pgxpool.New(t.Context(), p.Database)
	if err != nil {
		t.Fatal(err)
	}
	_, err = pool.Exec(t.Context(), `UPDATE projections.generation SET version = 0`)
	pool.Close()
	if err != nil {
		t.Fatal(err)
	}
	_ = p.end(syscall.SIGKILL)
	p, api = dev(t, data)
	follow(t, http.MethodGet, p.Redirect+"/kept", firefox, http.StatusFound, "https://example.com/")
	api.create(`{"url":"https://example.com/","custom_slug":"new"}`)
	api.awaitClicks(l.ID, 2, 0, 0)
	o := operated{T: t, p: p, api: api}
	for range 100 {
		var status struct {
			Generations []struct {
				Schema, Use string
				Version     int
			}
		}
		o.must(&status, "status")
		live := map[string]int{}
		for _, g := range status.Generations {
			if g.Use == "live" {
				live[g.Schema] = g.Version
			}
		}
		if live["links_2"] > 0 && live["clicks_2"] > 0 {
			var v verifiedAnswer
			o.must(&v, "verify")
			return
		}
	}
	t.Error("nothing was rebuilt")
}
