package schemas_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/linklog/linklog/schemas"
)

var record = flag.Bool("record", false, "record the samples that have no file yet; never rewrites one")

const recordings = "testdata/v1"

// recording is a message as a file holds it.
type recording struct {
	AccountKey string   `json:"account_key,omitempty"` // hexadecimal; what seals the value
	Key        []byte   `json:"key"`                   // base64, like the value
	Headers    []string `json:"headers"`               // as in "ce_id: 7"
	Value      []byte   `json:"value"`
}

func (r recording) message() schemas.Message {
	m := schemas.Message{Key: r.Key, Value: r.Value}
	for _, h := range r.Headers {
		name, value, _ := strings.Cut(h, ": ")
		m.Headers = append(m.Headers, schemas.Header{Key: name, Value: value})
	}
	return m
}

// TestRecorded holds the promise that whatever was written once is read for ever.
func TestRecorded(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			path := filepath.Join(recordings, s.name+".json")
			if *record {
				recordSample(t, path, s.value)
			}
			got, err := decode(s.value, readRecording(t, path).message())
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, s.value) {
				t.Errorf("the recorded message now means\n%+v\nand meant\n%+v", got, s.value)
			}
		})
	}
}

// recordSample adds the file if there is none.
func recordSample(t *testing.T, path string, value any) {
	t.Helper()
	m, err := encode(value)
	if err != nil {
		t.Fatal(err)
	}
	r := recording{Key: m.Key, Value: m.Value}
	if _, sealed := m.Get("ce_account"); sealed {
		r.AccountKey = hex.EncodeToString(testKey)
	}
	for _, h := range m.Headers {
		r.Headers = append(r.Headers, h.Key+": "+h.Value)
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func readRecording(t *testing.T, path string) recording {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read recording (add it with -record): %v", err)
	}
	var r recording
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestEveryRecordingIsRead fails when a sample is dropped but its file is not.
func TestEveryRecordingIsRead(t *testing.T) {
	names := map[string]bool{}
	for _, s := range samples() {
		names[s.name] = true
	}
	files, err := os.ReadDir(recordings)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !names[strings.TrimSuffix(f.Name(), ".json")] {
			t.Errorf("no test reads %s", f.Name())
		}
	}
}

// TestEveryTypeIsRecorded fails when a message type has no recording.
func TestEveryTypeIsRecorded(t *testing.T) {
	recorded := map[string]bool{}
	for _, s := range samples() {
		kind, _ := readRecording(t, filepath.Join(recordings, s.name+".json")).message().Get("ce_type")
		recorded[kind] = true
	}
	for _, kind := range schemas.Types() {
		if !recorded[kind] {
			t.Errorf("no recording of %s", kind)
		}
	}
}
