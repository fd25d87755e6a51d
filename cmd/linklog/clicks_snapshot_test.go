package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/IBM/sarama"

	"github.com/linklog/linklog/projections"
)

// TestSnapshotSurvivesRetention: when the topic has forgotten clicks, a rebuild refuses to make
// less of them, and with a snapshot it makes the same.
func TestSnapshotSurvivesRetention(t *testing.T) {
	t.Parallel()
	o := operate(t)
	o.history(3, 20, 1_500)
	o.settled()
	snapshot := filepath.Join(t.TempDir(), "clicks.snapshot")
	database := "--database-url=" + o.p.Database
	if out, stderr, status := output(t, "clicks", "snapshot", "--to-file", snapshot, database); status != 0 || !strings.Contains(out, "clicks_1") {
		t.Fatalf("snapshot: exit %d, %s%s", status, out, stderr)
	}
	o.history(4, 10, 500)
	o.settled()
	o.forgetClicks(o.checkpointsIn(snapshot))
	live := func() string {
		t.Helper()
		g, err := projections.Live(t.Context(), o.pool, "clicks")
		if err != nil {
			t.Fatal(err)
		}
		digest, err := projections.Digest(t.Context(), o.pool, g)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(digest)
	}
	want := live()
	if _, stderr, status := o.tool("rebuild", "clicks"); status != 1 || !strings.Contains(stderr, "linklog clicks restore") || !strings.Contains(stderr, "0 is needed") {
		t.Errorf("rebuild without a snapshot: exit %d, %s", status, stderr)
	}
	if out, stderr, status := output(t, "clicks", "restore", "--from-file", snapshot, database); status != 0 || !strings.Contains(out, "now rebuild") {
		t.Fatalf("restore: exit %d, %s%s", status, out, stderr)
	}
	var r rebuiltAnswer
	o.must(&r, "rebuild", "clicks")
	if got := live(); !r.Done || got != want {
		t.Errorf("%+v: the tables were %s, are %s", r, want, got)
	}
	if _, stderr, status := output(t, "clicks", "restore", "--from-file", os.DevNull, database); status != 1 || !strings.Contains(stderr, "snapshot") {
		t.Errorf("restore from nothing: exit %d, %s", status, stderr)
	}
}

// checkpointsIn restores a snapshot for a moment to see how far it was, and deletes what that
// made.
func (o operated) checkpointsIn(snapshot string) map[int32]int64 {
	o.Helper()
	if _, stderr, status := output(o, "clicks", "restore", "--from-file", snapshot, "--database-url="+o.p.Database); status != 0 {
		o.Fatal(stderr)
	}
	all, err := projections.Generations(o.Context(), o.pool)
	if err != nil {
		o.Fatal(err)
	}
	next := map[int32]int64{}
	for _, g := range all {
		if g.Use != "next" {
			continue
		}
		for partition, at := range g.Checkpoints {
			if partition >= 0 {
				next[partition] = at.Next
			}
		}
		if _, err := o.pool.Exec(o.Context(), `DROP SCHEMA `+g.Schema+` CASCADE`); err != nil {
			o.Fatal(err)
		}
		if _, err := o.pool.Exec(o.Context(), `DELETE FROM projections.generation WHERE schema = $1`, g.Schema); err != nil {
			o.Fatal(err)
		}
	}
	return next
}

// forgetClicks has the topic delete what is before some offsets.
func (o operated) forgetClicks(before map[int32]int64) {
	o.Helper()
	config := sarama.NewConfig()
	config.Version = sarama.V3_6_0_0
	admin, err := sarama.NewClusterAdmin([]string{o.p.Kafka}, config)
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = admin.Close() }()
	if err := admin.DeleteRecords("clicks", before); err != nil {
		o.Fatal(err)
	}
}
