package kafka

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
)

// scram is the client's side of one SCRAM conversation (RFC 5802, without channel binding).
type scram struct {
	hash      func() hash.Hash
	password  string
	firstBare string
	nonce     string
	signature []byte // what the server must prove with
	steps     int
}

// maxRounds is more than any broker asks for, and less than keeps us busy for long.
const maxRounds = 1 << 17

func newScram(mechanism string) *scram {
	if mechanism == "SCRAM-SHA-512" {
		return &scram{hash: sha512.New}
	}
	return &scram{hash: sha256.New}
}

// Begin implements sarama.SCRAMClient.
func (s *scram) Begin(user, password, _ string) error {
	s.password, s.nonce = password, rand.Text()
	s.firstBare = "n=" + strings.NewReplacer("=", "=3D", ",", "=2C").Replace(user) + ",r=" + s.nonce
	return nil
}

// Step implements sarama.SCRAMClient.
func (s *scram) Step(challenge string) (string, error) {
	s.steps++
	switch s.steps {
	case 1:
		return "n,," + s.firstBare, nil
	case 2:
		return s.prove(challenge)
	case 3:
		return "", s.verify(challenge)
	}
	return "", errors.New("scram: the server asks for more than there is")
}

// Done implements sarama.SCRAMClient.
func (s *scram) Done() bool { return s.steps >= 3 }

func (s *scram) prove(challenge string) (string, error) {
	f := scramFields(challenge)
	salt, err := base64.StdEncoding.DecodeString(f["s"])
	rounds, err2 := strconv.Atoi(f["i"])
	if err != nil || err2 != nil || rounds < 1 || rounds > maxRounds || !strings.HasPrefix(f["r"], s.nonce) {
		return "", errors.New("scram: the server's challenge is malformed")
	}
	salted, err := pbkdf2.Key(s.hash, s.password, salt, rounds, s.hash().Size())
	if err != nil {
		return "", fmt.Errorf("scram: derive key: %w", err)
	}
	final := "c=biws,r=" + f["r"]
	message := s.firstBare + "," + challenge + "," + final
	key := s.mac(salted, "Client Key")
	h := s.hash()
	h.Write(key)
	proof := s.mac(h.Sum(nil), message)
	for i := range proof {
		proof[i] ^= key[i]
	}
	s.signature = s.mac(s.mac(salted, "Server Key"), message)
	return final + ",p=" + base64.StdEncoding.EncodeToString(proof), nil
}

func (s *scram) verify(challenge string) error {
	got, err := base64.StdEncoding.DecodeString(scramFields(challenge)["v"])
	if err != nil || s.signature == nil || !hmac.Equal(got, s.signature) {
		return errors.New("scram: the server doesn't know the password")
	}
	return nil
}

func (s *scram) mac(key []byte, text string) []byte {
	m := hmac.New(s.hash, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

func scramFields(message string) map[string]string {
	fields := map[string]string{}
	for f := range strings.SplitSeq(message, ",") {
		name, value, _ := strings.Cut(f, "=")
		fields[name] = value
	}
	return fields
}
