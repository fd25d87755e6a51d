package main_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

// A logo that was sent along is in the picture at its address, for everybody and after a restart.
func TestLogosAreKept(t *testing.T) {
	data := embeddedtest.DataDir(t)
	p, api := dev(t, data, "--public-url=http://go.example")
	noise := image.NewNRGBA(image.Rect(0, 0, 160, 160))
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise.Pix)
	var logo bytes.Buffer
	if err := png.Encode(&logo, noise); err != nil {
		t.Fatal(err)
	}
	var link, code struct{ ID, URL string }
	if status, _ := api.do("POST", "/smartlinks/v1/links", `{"url":"https://example.com"}`, &link); status != http.StatusCreated {
		t.Fatalf("create: %d", status)
	}
	body := `{"linkId":"` + link.ID + `","style":{"logo":"data:image/png;base64,` + base64.StdEncoding.EncodeToString(logo.Bytes()) + `"}}`
	if status, _ := api.do("POST", "/smartlinks/v1/qr-codes", body, &code); status != http.StatusCreated || len(body) < 100_000 || len(code.URL) > 400 {
		t.Fatalf("a logo of %d bytes: %d, at %s", len(body), status, code.URL)
	}
	first := picture(t, code.URL)
	if err := p.end(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	again, _ := dev(t, data, "--public-url=http://go.example")
	if second := picture(t, strings.Replace(code.URL, p.API, again.API, 1)); !bytes.Equal(first, second) || len(first) < 10_000 {
		t.Errorf("a picture of %d bytes became one of %d", len(first), len(second))
	}
}

// picture is what anybody gets at an address.
func picture(t *testing.T, address string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := direct.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "image/png" {
		t.Fatalf("%s: %d %v, %v", address, resp.StatusCode, resp.Header, err)
	}
	return body
}
