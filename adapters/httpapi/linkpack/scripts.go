package linkpack

import (
	"fmt"

	"github.com/linklog/linklog/adapters/httpapi"
	"github.com/linklog/linklog/domain"
)

// retargeting is the field of the scripts.
const retargeting = "retargeting_scripts"

// script is a retargeting script in answers.
type script struct {
	ID        string `json:"id"`
	Placement string `json:"placement"`
	Content   string `json:"content"`
}

func shownScripts(scripts []domain.Script) []script {
	all := make([]script, len(scripts))
	for i, s := range scripts {
		all[i] = script{s.ID, "head", s.Content}
		if s.InBody {
			all[i].Placement = "body"
		}
	}
	return all
}

// readScripts is the list of scripts; null is none.
func readScripts(f httpapi.Fields) (scripts []domain.Script, err error) {
	var parts []httpapi.Fields
	if err := f.Value(retargeting, &parts, "a list of scripts: {id, placement, content}"); err != nil {
		return nil, err
	}
	ids := idsOf(parts)
	for i, part := range parts {
		s, err := readScript(part, ids)
		if err != nil {
			return nil, httpapi.InPart(fmt.Sprintf("%s[%d]", retargeting, i), err)
		}
		scripts = append(scripts, s)
	}
	return scripts, nil
}

func readScript(part httpapi.Fields, ids ids) (s domain.Script, err error) {
	if s.ID, err = ids.of(part); err != nil {
		return s, err
	}
	placement := "head"
	if part.Has("placement") {
		if placement, err = part.Text("placement"); err != nil {
			return s, err
		}
	}
	if placement != "head" && placement != "body" {
		return s, domain.Errorf(domain.Validation, "placement", `placement must be "head" or "body"`)
	}
	s.InBody = placement == "body"
	if !part.Has("content") {
		return s, domain.Errorf(domain.Validation, "content", "content is required")
	}
	s.Content, err = part.Text("content")
	return s, err
}
