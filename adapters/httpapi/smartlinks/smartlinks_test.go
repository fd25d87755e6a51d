package smartlinks_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
	"github.com/linklog/linklog/adapters/httpapi/smartlinks"
	"github.com/linklog/linklog/domain"
)

func dialect(s *httpapi.Server) httpapi.Dialect { return over(httpapitest.New())(s) }

// over makes the dialect with the logos of a world.
func over(w *httpapitest.World) func(*httpapi.Server) httpapi.Dialect {
	return func(s *httpapi.Server) httpapi.Dialect {
		return smartlinks.New(s, smartlinks.Options{
			Secret: []byte("secret"), Logos: w, Clock: func() time.Time { return time.Date(2026, 2, 1, 10, 0, 0, 0, time.UTC) },
		})
	}
}

func TestGolden(t *testing.T) { httpapitest.Golden(t, dialect) }

// named is what tests take from answers.
type named struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// do sends a request of ann's.
func do(t *testing.T, h http.Handler, method, target, accept, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer ann")
	r.Header.Set("Accept", accept)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// scanned is what a phone reads in a picture.
func scanned(t *testing.T, picture []byte) string {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found.GetText()
}

// Both ways to a picture lead to one that says where the link is, and that it was scanned. The
// address works without a key, and nobody can change what it says.
func TestPictures(t *testing.T) {
	const want = "https://pocolink.com/custom-code?qr=1"
	s := httpapitest.New().Server(t, dialect)
	var link, code named
	made := do(t, s, "POST", "/smartlinks/v1/links", "", `{"url":"https://example.com","shortCode":"custom-code"}`)
	if err := json.Unmarshal(made.Body.Bytes(), &link); err != nil {
		t.Fatal(err)
	}
	body := `{"linkId":"` + link.ID + `","size":300,"style":{"dotsColor":"#003366"}}`
	direct := do(t, s, "POST", "/smartlinks/v1/qr-codes", "image/png", body)
	if got := scanned(t, direct.Body.Bytes()); got != want || direct.Header().Get("Content-Type") != "image/png" {
		t.Errorf("the picture says %q", got)
	}
	if err := json.Unmarshal(do(t, s, "POST", "/smartlinks/v1/qr-codes", "application/json", body).Body.Bytes(), &code); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, code.URL, http.NoBody)
	rec := httptest.NewRecorder()
	if s.ServeHTTP(rec, r); rec.Code != http.StatusOK || scanned(t, rec.Body.Bytes()) != want {
		t.Errorf("the picture at its address: %d", rec.Code)
	}
	forged := strings.Replace(code.URL, "eyJ", "eyK", 1)
	if rec := do(t, s, "GET", forged, "", ""); rec.Code != http.StatusNotFound {
		t.Errorf("a forged address answered %d", rec.Code)
	}
	if rec := do(t, s, "DELETE", "/smartlinks/v1/links/"+link.ID, "", ""); rec.Code != http.StatusNoContent {
		t.Fatal(rec.Code)
	}
	if rec := do(t, s, "GET", code.URL, "", ""); rec.Code != http.StatusNotFound {
		t.Errorf("the picture of a deleted link answered %d", rec.Code)
	}
}

// A logo of 100 KB that came in a data URL is in the picture at its address as well, for everybody.
func TestPictureWithALargeLogo(t *testing.T) {
	w := httpapitest.New()
	s := w.Server(t, over(w))
	var link, code named
	made := do(t, s, "POST", "/smartlinks/v1/links", "", `{"url":"https://example.com","shortCode":"custom-code"}`)
	if err := json.Unmarshal(made.Body.Bytes(), &link); err != nil {
		t.Fatal(err)
	}
	logo := "data:image/png;base64," + base64.StdEncoding.EncodeToString(noise(t, 160))
	if len(logo) < 100_000 {
		t.Fatalf("%d bytes are no large logo", len(logo))
	}
	body := `{"linkId":"` + link.ID + `","style":{"logo":"` + logo + `"}}`
	direct := do(t, s, "POST", "/smartlinks/v1/qr-codes", "image/png", body)
	answer := do(t, s, "POST", "/smartlinks/v1/qr-codes", "", body)
	if err := json.Unmarshal(answer.Body.Bytes(), &code); err != nil || answer.Code != http.StatusCreated || len(code.URL) > 400 {
		t.Fatalf("%d, %v, an address of %d bytes", answer.Code, err, len(code.URL))
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, code.URL, http.NoBody))
	if rec.Code != http.StatusOK || scanned(t, rec.Body.Bytes()) != "https://pocolink.com/custom-code?qr=1" {
		t.Fatalf("the picture at its address: %d", rec.Code)
	}
	if !bytes.Equal(rec.Body.Bytes(), direct.Body.Bytes()) || !colourful(t, rec.Body.Bytes()) {
		t.Error("the logo is not in the picture")
	}
	other := httptest.NewRecorder() // where nobody kept it
	w.Server(t, over(httpapitest.New())).ServeHTTP(other, httptest.NewRequestWithContext(t.Context(), http.MethodGet, code.URL, http.NoBody))
	if other.Code != http.StatusNotFound {
		t.Errorf("a logo that is gone: %d", other.Code)
	}
	if rec := do(t, s, "POST", "/smartlinks/v1/qr-codes", "", `{"linkId":"`+link.ID+`","style":{"logo":"kept:`+strings.Repeat("A", 43)+`"}}`); rec.Code != http.StatusBadRequest {
		t.Errorf("somebody named a kept logo: %d %s", rec.Code, rec.Body)
	}
}

// colourful tells whether the middle of a picture has more colours than codes have.
func colourful(t *testing.T, picture []byte) bool {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	seen, middle := map[color.Color]bool{}, img.Bounds().Dx()/2
	for x := -10; x <= 10; x++ {
		for y := -10; y <= 10; y++ {
			seen[img.At(middle+x, middle+y)] = true
		}
	}
	return len(seen) > 100
}

// noise is a picture that doesn't compress.
func noise(t *testing.T, side int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	_, _ = rand.NewChaCha8([32]byte{}).Read(img.Pix)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// At a host of its own the dialect needs no prefix.
func TestOwnHost(t *testing.T) {
	w := httpapitest.New()
	w.DialectHosts = map[domain.Host]string{"api.smartlinks.example": "smartlinks"}
	s := w.Server(t, dialect)
	rec := do(t, s, "POST", "https://api.smartlinks.example/v1/links", "", `{"url":"https://example.com"}`)
	if rec.Code != http.StatusCreated || !strings.Contains(rec.Body.String(), `"id":"link_`) {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	var link named
	if err := json.Unmarshal(rec.Body.Bytes(), &link); err != nil {
		t.Fatal(err)
	}
	rec = do(t, s, "POST", "https://api.smartlinks.example/v1/qr-codes", "", `{"linkId":"`+link.ID+`"}`)
	if err := json.Unmarshal(rec.Body.Bytes(), &link); err != nil || !strings.HasPrefix(link.URL, "https://api.smartlinks.example/v1/qr-codes/") {
		t.Errorf("%v: %s", err, rec.Body)
	}
	if rec := do(t, s, "GET", link.URL, "", ""); rec.Code != http.StatusOK {
		t.Errorf("the picture answered %d", rec.Code)
	}
	if rec := do(t, s, "GET", "https://api.example/v1/links", "", ""); !strings.Contains(rec.Body.String(), `"success":true`) {
		t.Errorf("another host is not native: %s", rec.Body)
	}
}
