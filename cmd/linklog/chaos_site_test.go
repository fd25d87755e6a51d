package main_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/linklog/linklog/adapters/embedded"
	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// victim is something that is killed, and comes back with the arguments and the data it had.
type victim struct {
	name  string
	kill  func()
	start func()
	door  func() string // where it answers visitors; nil if it doesn't
}

// targets are the running parts of an installation.
type targets struct {
	victims  []*victim // those that others need come first
	kafka    func() string
	database func() string
	api      func() caller
	plan     func(*rand.Rand) [][]*victim // who is killed, one after the other and together
}

// role is a process that is one victim.
type role struct {
	*program

	begin func() *program
}

func (r *role) victim(name string) *victim {
	return &victim{
		name: name, kill: func() { _ = r.end(syscall.SIGKILL) }, start: func() { r.program = r.begin() },
	}
}

func (r *role) visited() string { return r.Redirect }

// listening are the addresses of a process for which any port will do.
func listening() []string {
	return []string{"--listen-api=127.0.0.1:0", "--listen-redirect=127.0.0.1:0", "--listen-admin=127.0.0.1:0"}
}

// aroundDev is an installation in three processes: one with Kafka, Postgres and every role,
// beside it a redirector and a projector of their own. It ends with the test, its data doesn't.
func aroundDev(tb testing.TB) func(*testing.T) *targets {
	data, spool := embeddedtest.DataDir(tb), tb.TempDir()
	return func(t *testing.T) *targets {
		all := &role{begin: func() *program { p, _ := dev(t, data); return p }}
		all.program = all.begin()
		apart := func(args ...string) *role {
			args = append(append(args, listening()...), "--kafka-brokers="+all.Kafka, "--database-url="+all.Database, "--public-url=http://go.example.com")
			r := &role{begin: func() *program { return run(t, append([]string{"serve"}, args...)...) }}
			r.program = r.begin()
			return r
		}
		redirector := apart("redirector", "--spool="+spool)
		everything, beside := all.victim("everything"), redirector.victim("redirector")
		everything.door, beside.door = all.visited, redirector.visited
		database := all.victim("postgres") // dev ends with it
		database.kill = func() {
			killPostgres(t, filepath.Join(data, "postgres"))
			await(t, "dev to end with its database", all.exited)
		}
		victims := []*victim{everything, beside, apart("projector").victim("projector"), database}
		return &targets{
			victims:  victims[:3],
			kafka:    func() string { return all.Kafka },
			database: func() string { return all.Database },
			api:      func() caller { return caller{t, all.API, all.APIKey} },
			plan: func(random *rand.Rand) (plan [][]*victim) {
				for _, i := range random.Perm(len(victims))[:3] {
					plan = append(plan, []*victim{victims[i]})
				}
				return plan
			},
		}
	}
}

// killPostgres kills the server that runs on a data directory, but not its children.
func killPostgres(tb testing.TB, data string) {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(data, "postgres", "postmaster.pid"))
	if err != nil {
		tb.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil {
		tb.Fatal(err)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// aroundKafka is an installation with a process for each role, of some of them two, an Apache
// Kafka and a Postgres, which outlive the histories. Everything is killed, one or two at a
// time, and again.
func aroundKafka(tb testing.TB) func(*testing.T) *targets {
	broker := embeddedtest.StartApache(tb)
	database := &postgresVictim{tb: tb, data: embeddedtest.DataDir(tb)}
	database.start()
	tb.Cleanup(func() { _ = database.Stop() })
	s := site{tb, append([]string{"--kafka-brokers=" + broker.Addr, "--public-url=http://go.example.com", "--database-url=" + database.URL()}, listening()...)}
	spools := []string{tb.TempDir(), tb.TempDir()}
	key := ""
	return func(t *testing.T) *targets {
		begin := func(args ...string) *role {
			args = append([]string{"serve"}, append(args, "--json")...)
			return &role{program: launch(t, args...), begin: func() *program {
				p := launch(t, args...)
				p.await(t)
				return p
			}}
		}
		victims := []*victim{
			{name: "kafka", kill: broker.Kill, start: broker.Start},
			{name: "postgres", kill: database.kill, start: database.start},
		}
		roles := map[string]*role{}
		for _, name := range []string{"projector", "second projector", "decider", "api", "redirector", "second redirector"} {
			kind := strings.TrimPrefix(name, "second ")
			spool := spools[0]
			if kind != name {
				spool = spools[1]
			}
			r := begin(append([]string{kind, "--spool=" + spool}, s.args...)...)
			v := r.victim(name)
			if kind == "redirector" {
				v.door = r.visited
			}
			roles[name], victims = r, append(victims, v)
		}
		for _, r := range roles {
			r.await(t)
		}
		t.Cleanup(func() { // all at once; whoever started them waits for each
			for _, r := range roles {
				_ = r.cmd.Process.Signal(syscall.SIGTERM)
			}
		})
		if key == "" {
			s.tb = t
			key = s.account("enterprise")
		}
		return &targets{
			victims:  victims,
			kafka:    func() string { return broker.Addr },
			database: database.URL,
			api:      func() caller { return caller{t, roles["api"].API, key} },
			plan:     func(random *rand.Rand) [][]*victim { return oneOrTwo(random, victims) },
		}
	}
}

// oneOrTwo chooses three to five times one victim, or two that differ, in the order in which
// they come back.
func oneOrTwo(random *rand.Rand, victims []*victim) (plan [][]*victim) {
	for range 3 + random.IntN(3) {
		chosen := random.Perm(len(victims))[:1+random.IntN(2)]
		var together []*victim
		for i, v := range victims {
			if i == chosen[0] || i == chosen[len(chosen)-1] {
				together = append(together, v)
			}
		}
		plan = append(plan, together)
	}
	return plan
}

// postgresVictim is a Postgres of the test's own.
type postgresVictim struct {
	*embedded.Postgres

	tb   testing.TB
	data string
}

func (p *postgresVictim) start() {
	server, err := embedded.StartPostgres(p.tb.Context(), embedded.PostgresOptions{DataDir: p.data})
	if err != nil {
		p.tb.Fatalf("start Postgres again: %v", err)
	}
	if p.Postgres != nil && p.URL() != server.URL() {
		p.tb.Fatalf("Postgres came back as %s, it was %s", server.URL(), p.URL())
	}
	p.Postgres = server
}

func (p *postgresVictim) kill() {
	killPostgres(p.tb, p.data)
	<-p.Done()
	_ = p.Stop() // frees the directory
}
