package web

import (
	"testing"

	"github.com/linklog/linklog/domain/identity"
)

func TestLiveReadsTheAccountsStream(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.link("spring")
	from := func(s *shown) string {
		for n := range s.tree.Descendants() {
			if attr(n, "id") == "live" {
				return attr(n, "data-from")
			}
		}
		return ""
	}
	s := d.get("/live").want(200, "Waiting for a click", "Pause", "The last 200 stay")
	if from(s) != "/v1/clicks/stream" {
		t.Errorf("it reads %q", from(s))
	}
	s = d.get("/live?link="+id).want(200, "pocolink.com/spring", "Those of all links")
	if from(s) != "/v1/clicks/stream?link="+id {
		t.Errorf("of a link it reads %q", from(s))
	}
	d.get("/live?link=lnk_zzz").want(404)
	d.house.accounts["acc_ann"].members["usr_ann"] = identity.Viewer
	d.get("/live").want(200, "Waiting")
	newDoor(t).get("/live").want(200, "Sign in")
}
