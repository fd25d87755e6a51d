package domain

import "time"

// State is what decisions see: the part of the world that the commands at hand concern.
// A key that is present with a zero value is known to be absent.
type State struct {
	Domains  map[Host]Domain
	Links    map[LinkNumber]Link
	Claims   map[SlugKey]Claim
	Outcomes map[CommandID]Outcome
	Usage    map[UsageKey]uint64
	External map[ExternalKey]LinkNumber // 0: free
	Blocks   map[Block]bool
	Sealed   map[SlugDigest]Claim // slugs of which only the digest can be read
	Counter  uint64               // links numbered so far in this partition
	Now      time.Time            // newest event time seen in this partition

	below *State // what this state was forked from: it answers for keys that are not above
}

// Outcome is what became of a command. Rejection is nil if it was accepted.
type Outcome struct {
	Fingerprint Fingerprint
	Link        LinkNumber
	Version     uint64
	Items       []ItemResult // of a batch
	Offset      int64        // of the command in links.commands
	At          time.Time
	Rejection   *Error
	Until       time.Time // a rejection is remembered until then
}

// NewState is an empty state, ready to Apply.
func NewState() *State {
	return &State{
		Domains: map[Host]Domain{}, Links: map[LinkNumber]Link{},
		Claims: map[SlugKey]Claim{}, Outcomes: map[CommandID]Outcome{}, Usage: map[UsageKey]uint64{},
		External: map[ExternalKey]LinkNumber{}, Blocks: map[Block]bool{}, Sealed: map[SlugDigest]Claim{},
	}
}

// fork is a state on which events can be tried: s stays as it is.
func (s *State) fork() *State {
	f := NewState()
	f.Sealed, f.Counter, f.Now, f.below = s.Sealed, s.Counter, s.Now, s
	return f
}

func (s *State) domain(h Host) (d Domain, known bool) {
	if d, known = s.Domains[h]; !known && s.below != nil {
		return s.below.domain(h)
	}
	return d, known
}

func (s *State) link(n LinkNumber) (l Link, known bool) {
	if l, known = s.Links[n]; !known && s.below != nil {
		return s.below.link(n)
	}
	return l, known
}

func (s *State) claim(k SlugKey) (c Claim, known bool) {
	if c, known = s.Claims[k]; !known && s.below != nil {
		return s.below.claim(k)
	}
	return c, known
}

func (s *State) usage(k UsageKey) (n uint64, known bool) {
	if n, known = s.Usage[k]; !known && s.below != nil {
		return s.below.usage(k)
	}
	return n, known
}

func (s *State) external(k ExternalKey) (l LinkNumber, known bool) {
	if l, known = s.External[k]; !known && s.below != nil {
		return s.below.external(k)
	}
	return l, known
}

func (s *State) blocked(b Block) bool {
	on, known := s.Blocks[b]
	if !known && s.below != nil {
		return s.below.blocked(b)
	}
	return on
}

// Open reports whether account may claim the slug at now.
func (s *State) Open(key SlugKey, account AccountID, now time.Time) bool {
	if len(s.Sealed) > 0 { // hardly ever: digests cost time
		if c, sealed := s.Sealed[key.Digest()]; sealed && !c.Open(account, now) {
			return false
		}
	}
	c, _ := s.claim(key)
	return c.Open(account, now)
}

// Remember notes a refusal, so that a retry of the command hears the same until its deadline.
func (s *State) Remember(c Command, offset int64, refusal *Error) {
	if refusal.Code == KeyReused || refusal == s.Outcomes[c.ID].Rejection {
		return // the outcome under this id belongs to another request, or was only repeated
	}
	s.Outcomes[c.ID] = Outcome{
		Fingerprint: c.Fingerprint, Offset: offset, Rejection: refusal, Until: c.Deadline.Add(Skew),
	}
}
