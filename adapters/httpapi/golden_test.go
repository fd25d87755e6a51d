package httpapi_test

import (
	"testing"

	"github.com/linklog/linklog/adapters/httpapi/httpapitest"
)

func TestGolden(t *testing.T) { httpapitest.Golden(t) }
