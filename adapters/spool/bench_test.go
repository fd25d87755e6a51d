package spool_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/linklog/linklog/adapters/spool"
	"github.com/linklog/linklog/domain"
	"github.com/linklog/linklog/schemas"
)

var agent = strings.Repeat("Mozilla/5.0 ", 10)

func click() *domain.Click {
	return &domain.Click{
		Account: "acc_0123456789", Link: 123456, LinkVersion: 3, Host: "go.example.com", Slug: "summer", At: time.Unix(1_700_000_000, 0),
		Country: "DE", UserAgent: agent, ReferrerHost: "news.example.com", ReferrerPath: "/a/b", Language: "de", Visitor: 1 << 60,
	}
}

func encode(dst []byte, c *domain.Click) []byte { return schemas.AppendClick(dst, *c) }

// BenchmarkRecord is what a redirect pays, with the shipper beside it; encoding alone is the first figure.
func BenchmarkRecord(b *testing.B) {
	b.Run("encode", func(b *testing.B) {
		var room [1024]byte
		for c := click(); b.Loop(); {
			encode(room[:0], c)
		}
	})
	for _, fsync := range []spool.Fsync{spool.FsyncNone, spool.FsyncInterval, spool.FsyncBatch} {
		for _, goroutines := range []int{1, 2, 16, 256} {
			b.Run(fmt.Sprintf("%s/%d", fsync, goroutines), func(b *testing.B) {
				o := options(func(context.Context, []spool.Record) error { return nil })
				o.SegmentSize, o.Cap, o.Fsync, o.Encode, o.Linger = 8<<20, 4<<30, fsync, encode, 0
				s, err := spool.Open(b.TempDir(), o)
				if err != nil {
					b.Fatal(err)
				}
				parallel(b, goroutines, func(c *domain.Click) { s.Record(c) })
				b.StopTimer()
				if err := s.Close(context.Background()); err != nil {
					b.Error(err)
				}
				b.ReportMetric(float64(s.Stats().Dropped.Total())/float64(b.N), "dropped/op")
			})
		}
	}
}

// BenchmarkWrite is the plain way: a system call for every click.
func BenchmarkWrite(b *testing.B) {
	for _, goroutines := range []int{1, 2, 16, 256} {
		b.Run(fmt.Sprint(goroutines), func(b *testing.B) {
			f, err := os.OpenFile(filepath.Join(b.TempDir(), "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
			if err != nil {
				b.Fatal(err)
			}
			parallel(b, goroutines, func(c *domain.Click) {
				var room [1024]byte
				if _, err := f.Write(encode(room[:0], c)); err != nil {
					b.Error(err)
				}
			})
			_ = f.Close()
		})
	}
}

// parallel shares b.N among goroutines.
func parallel(b *testing.B, goroutines int, do func(*domain.Click)) {
	b.ReportAllocs()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	done := make(chan struct{})
	for range goroutines {
		go func() {
			for c := click(); left.Add(-1) >= 0; {
				do(c)
			}
			done <- struct{}{}
		}()
	}
	for range goroutines {
		<-done
	}
}
