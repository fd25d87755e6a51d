package clicks_test

import (
	"testing"

	"github.com/linklog/linklog/adapters/embedded/embeddedtest"
)

func TestMain(m *testing.M) { embeddedtest.Main(m) }
