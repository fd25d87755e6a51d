package smartlinks_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
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

func dialect(s *httpapi.Server) httpapi.Dialect {
	return smartlinks.New(s, smartlinks.Options{
		Secret: []byte("secret"), Clock: func() time.Time { return time.Date(2026, 2, 1, 10, 0, 0, 0, time.UTC) },
	})
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
	logo := `{"linkId":"` + link.ID + `","style":{"logo":"data:image/png;base64,` + base64.StdEncoding.EncodeToString(noise(t, 60)) + `"}}`
	if rec := do(t, s, "POST", "/smartlinks/v1/qr-codes", "", logo); rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), "style.logo") {
		t.Errorf("a logo too long for an address: %d %s", rec.Code, rec.Body)
	}
	if rec := do(t, s, "POST", "/smartlinks/v1/qr-codes", "image/png", logo); rec.Code != http.StatusCreated || scanned(t, rec.Body.Bytes()) != want {
		t.Errorf("with a logo: %d %s", rec.Code, rec.Body)
	}
	if rec := do(t, s, "DELETE", "/smartlinks/v1/links/"+link.ID, "", ""); rec.Code != http.StatusNoContent {
		t.Fatal(rec.Code)
	}
	if rec := do(t, s, "GET", code.URL, "", ""); rec.Code != http.StatusNotFound {
		t.Errorf("the picture of a deleted link answered %d", rec.Code)
	}
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
