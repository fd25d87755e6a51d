package schemas_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

// source draws values that the product could have made.
type source struct{ *rand.Rand }

func newSource(seed uint64) source { return source{rand.New(rand.NewPCG(seed, 1))} }

func (r source) coin() bool { return r.IntN(2) == 0 }

func (r source) time() time.Time {
	return time.Unix(r.Int64N(4e9)+1, r.Int64N(1e9)).UTC()
}

func (r source) maybeTime() time.Time {
	if r.coin() {
		return time.Time{}
	}
	return r.time()
}

func (r source) number() domain.LinkNumber {
	return domain.LinkNumber(1<<43 + r.Uint64N(1<<53-1<<43))
}

func (r source) slug() domain.Slug { return domain.DrawSlug(domain.KeepCase, r.IntN) }

func (r source) host() domain.Host {
	return domain.Host(fmt.Sprintf("h%d.example", r.IntN(1000)))
}

func (r source) key() domain.SlugKey { return domain.IgnoreCase.Key(r.host(), r.slug()) }

func (r source) destination() domain.Destination {
	d, err := domain.ParseDestination(fmt.Sprintf("https://t%d.example:%d/%s?q=%d#ü", r.IntN(99), 1+r.IntN(65535), r.slug(), r.IntN(9)))
	if err != nil {
		panic(err)
	}
	return d
}

// text is anything that can be stored, of up to n bytes.
func (r source) text(n int) string {
	const runes = "abcXYZ019 /.;()-_ßé漢\U0001F600\x01\n\"\\"
	all := []rune(runes)
	var s string
	for range r.IntN(n / 4) {
		s += string(all[r.IntN(len(all))])
	}
	return s
}

func (r source) fingerprint() (f domain.Fingerprint) {
	for i := range f {
		f[i] = byte(r.IntN(256))
	}
	return f
}

func (r source) cases() domain.CasePolicy { return domain.CasePolicy(r.IntN(2)) }

func (r source) command() domain.Command {
	return domain.Command{
		ID: domain.CommandID(fmt.Sprintf("cmd_%d", r.Uint64())), Account: domain.AccountID(fmt.Sprintf("acc_%d", r.IntN(9))),
		By: domain.KeyID(r.text(40)), Via: r.via(), Domain: r.host(), Deadline: r.time(), IfVersion: r.Uint64N(5), Limits: r.limits(),
		Body: r.commandBody(),
	}
}

func (r source) via() string { return []string{"", "linkpack", "cli"}[r.IntN(3)] }

func (r source) commandBody() domain.CommandBody {
	switch r.IntN(9) {
	case 0:
		return domain.RegisterDomain{Cases: r.cases()}
	case 1:
		return domain.VerifyDomain{}
	case 2:
		return domain.ChangeDomain{To: r.settings()}
	case 3:
		return domain.SetBlock{Block: r.block(), On: r.coin(), Reason: r.maybeLabel(40)}
	case 4:
		return domain.Batch{Atomic: r.coin(), Items: some(r, 5, r.item)}
	case 5:
		return domain.ReleaseDomain{}
	}
	return r.item()
}

// item is what a batch may hold.
func (r source) item() domain.CommandBody {
	switch r.IntN(3) {
	case 0:
		return domain.CreateLink{
			Host: r.host(), Slug: maybe(r, r.slug), Foreign: r.coin(), Destination: r.destination(), Expires: r.maybeTime(), Traits: r.traits(), Upsert: r.coin(),
			Set: maybe(r, r.fields), SetEnd: r.coin(),
		}
	case 1:
		return r.update()
	}
	return domain.DeleteLink{Link: r.number()}
}

func (r source) update() domain.UpdateLink {
	b := domain.UpdateLink{Link: r.number(), Patch: r.patch(), Revert: r.coin()}
	if r.coin() {
		b.Destination = new(r.destination())
	}
	if r.coin() {
		b.Host = new(r.host())
	}
	if r.coin() {
		b.Slug = new(r.slug())
	}
	if r.coin() {
		b.Expires = new(r.maybeTime())
	}
	return b
}

func (r source) event() domain.Event {
	e := domain.Event{
		Command: domain.CommandID(fmt.Sprintf("cmd_%d", r.Uint64())), CommandOffset: r.Int64(), Fingerprint: r.fingerprint(),
		Index: r.IntN(1000), More: r.coin(), Account: domain.AccountID(fmt.Sprintf("acc_%d", r.IntN(9))), By: domain.KeyID(r.text(40)),
		Via: r.via(), Domain: r.host(), Version: r.Uint64N(1000), At: r.time(),
	}
	if e.Body = r.linkFact(); r.IntN(3) == 0 {
		e.Body = r.domainFact()
	} else {
		e.Link = r.number()
	}
	return e
}

func (r source) domainFact() domain.EventBody {
	switch r.IntN(7) {
	case 0:
		return domain.DomainRegistered{Cases: r.cases()}
	case 1:
		return domain.DomainVerified{}
	case 2:
		return domain.DomainChanged{From: r.settings(), To: r.settings()}
	case 3:
		return domain.BlockChanged{Block: r.block(), On: r.coin(), Reason: r.text(40)}
	case 4:
		return domain.DomainReleased{}
	case 5:
		return domain.BatchDecided{Items: some(r, 5, r.result)}
	}
	return domain.NothingChanged{}
}

func (r source) linkFact() domain.EventBody {
	switch r.IntN(7) {
	case 0:
		return domain.LinkCreated{
			Host: r.host(), Slug: r.slug(), Key: r.key(), Destination: r.destination(), Expires: r.maybeTime(), Traits: r.traits(),
			Counter: r.Uint64N(1 << 43),
		}
	case 1:
		return domain.DestinationChanged{Key: r.key(), From: r.destination(), To: r.destination()}
	case 2:
		return domain.SlugChanged{From: r.slug(), To: r.slug(), FromKey: r.key(), ToKey: r.key()}
	case 3:
		return domain.ExpiryChanged{Key: r.key(), From: r.maybeTime(), To: r.maybeTime()}
	case 4:
		from, to := r.traits(), r.traits()
		from.Password, to.Password = r.text(40), r.text(40)
		return domain.LinkChanged{Key: r.key(), Set: r.fields(), From: from, To: to}
	case 5:
		return domain.LinkDeleted{Key: r.key(), External: r.maybeLabel(40)}
	}
	return domain.NothingChanged{}
}

func (r source) reply() domain.Reply {
	reply := domain.Reply{
		Command: domain.CommandID(fmt.Sprintf("cmd_%d", r.Uint64())), Account: domain.AccountID(fmt.Sprintf("acc_%d", r.IntN(9))),
		Position: domain.Position{Partition: r.Int32(), Offset: r.Int64()}, Link: r.number(), Version: r.Uint64N(9),
	}
	if r.coin() {
		reply.Fingerprint = r.fingerprint()
	}
	if r.coin() {
		reply.Until, reply.Rejection = r.maybeTime(), r.rejection()
	}
	if r.coin() {
		reply.Items = some(r, 5, r.result)
	}
	return reply
}

func (r source) click() domain.Click {
	return domain.Click{
		ID:      domain.ClickID{Node: r.Uint64(), Epoch: r.Uint64(), Sequence: r.Uint64N(1 << r.IntN(64))},
		Account: domain.AccountID(r.text(30)), Link: r.number(), LinkVersion: r.Uint64N(99), Host: r.host(), Slug: r.slug(),
		At: r.time(), Rule: r.text(30), Method: domain.Method(r.IntN(2)), Trigger: domain.Trigger(r.IntN(2)),
		Country: r.text(8), Region: r.text(30), City: r.text(30), ReferrerHost: r.text(256), ReferrerPath: r.text(256),
		UserAgent: r.text(512), Language: r.text(16), Visitor: r.Uint64N(3) * r.Uint64(),
		UTM:      domain.UTM{Source: r.text(128), Medium: r.text(128), Campaign: r.text(128), Term: r.text(128), Content: r.text(128)},
		Imported: r.text(16),
	}
}

func (r source) deadLetter() schemas.DeadLetter {
	d := schemas.DeadLetter{
		Topic: r.text(40), Position: domain.Position{Partition: r.Int32(), Offset: r.Int64()}, Reason: r.text(99), At: r.time(),
	}
	if r.coin() {
		d.Message.Key = r.bytes()
	}
	if r.coin() {
		d.Message.Value = r.bytes()
	}
	for range r.IntN(4) {
		d.Message.Headers = append(d.Message.Headers, schemas.Header{Key: string(r.bytes()), Value: string(r.bytes())})
	}
	return d
}

func (r source) bytes() []byte {
	b := make([]byte, r.IntN(40))
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return b
}
