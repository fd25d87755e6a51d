package projections

import (
	"fmt"
	"strconv"
	"strings"
)

// channel carries what changed, from whoever changed it to every [Watch] on the database.
const (
	channel   = "projections"
	notifySQL = `SELECT pg_notify('` + channel + `', $1)`
)

// advanced tells that a checkpoint moved.
type advanced struct {
	schema    string
	partition int32
	next      int64
	mark      int64
}

func (a advanced) payload() string {
	return fmt.Sprintf("advanced %s %d %d %d", a.schema, a.partition, a.next, a.mark)
}

// swapped tells which generation of a model is live. Of two, the one with more swaps is true.
type swapped struct {
	model  string
	schema string
	swaps  int64
}

func (s swapped) payload() string {
	return fmt.Sprintf("swapped %s %s %d", s.model, s.schema, s.swaps)
}

// parseNews reads a payload: an advanced, a swapped, or nil for what a newer program may send.
func parseNews(payload string) any {
	words := strings.Split(payload, " ")
	switch {
	case words[0] == "advanced" && len(words) == 5:
		partition, err1 := strconv.ParseInt(words[2], 10, 32)
		next, err2 := strconv.ParseInt(words[3], 10, 64)
		mark, err3 := strconv.ParseInt(words[4], 10, 64)
		if err1 == nil && err2 == nil && err3 == nil {
			return advanced{words[1], int32(partition), next, mark}
		}
	case words[0] == "swapped" && len(words) == 4:
		if swaps, err := strconv.ParseInt(words[3], 10, 64); err == nil {
			return swapped{words[1], words[2], swaps}
		}
	}
	return nil
}
