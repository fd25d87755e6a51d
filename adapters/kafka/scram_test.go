package kafka

import (
	"strings"
	"testing"
)

// The conversation of RFC 7677, section 3.
func TestScramSaysWhatTheStandardSays(t *testing.T) {
	t.Parallel()
	s := newScram("SCRAM-SHA-256")
	if err := s.Begin("user", "pencil", ""); err != nil {
		t.Fatal(err)
	}
	s.nonce, s.firstBare = "rOprNGfwEbeRWgbNEkqO", "n=user,r=rOprNGfwEbeRWgbNEkqO"
	for _, step := range [][2]string{
		{"", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"},
		{
			"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
			"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
		},
		{"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", ""},
	} {
		if got, err := s.Step(step[0]); err != nil || got != step[1] {
			t.Fatalf("to %q we say %q, %v; want %q", step[0], got, err, step[1])
		}
	}
	if !s.Done() {
		t.Fatal("not done")
	}
}

func FuzzScram(f *testing.F) {
	f.Add("r=x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
	f.Add("e=other-error", "")
	f.Fuzz(func(t *testing.T, challenge, proof string) {
		s := newScram("SCRAM-SHA-512")
		if err := s.Begin("user", "pencil", ""); err != nil {
			t.Fatal(err)
		}
		_, _ = s.Step("")
		if strings.Contains(challenge, "i=1") && len(challenge) > 64 {
			t.Skip("rounds take their time")
		}
		_, _ = s.Step(strings.Replace(challenge, "r=", "r="+s.nonce, 1))
		if _, err := s.Step(proof); err == nil {
			t.Fatal("a server without the password was believed")
		}
	})
}
