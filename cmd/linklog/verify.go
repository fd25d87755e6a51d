package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/linklog/linklog/projections"
)

type verifyCmd struct {
	Model string `arg:"" optional:"" help:"links or clicks; left out: both." enum:"links,clicks," default:""`
	Show  int    `help:"How many differing rows of a model to show." default:"20"`
	JSON  bool   `help:"Print progress and outcome as JSON lines."`
	kafkaSettings
	databaseSettings
}

// Help says what is compared.
func (*verifyCmd) Help() string {
	return `Computes every row of the read models from the log again and compares it with the live
tables, as they are now and however busy the system is. Exit status 0: all rows are equal;
1: some are not (they are printed), or it could not be told.`
}

// errDifferent ends a verification that found differences.
var errDifferent = errors.New("the live tables are not what the log says")

// Run verifies one read model or all.
func (c *verifyCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	p, err := openParts(ctx, "verify", log, c.kafkaSettings, c.databaseSettings)
	if err != nil {
		return err
	}
	defer p.close()
	roomy()
	different := false
	for _, m := range p.readModels() {
		if c.Model != "" && c.Model != m.Name {
			continue
		}
		g := newGauge(t, c.JSON)
		v, err := projections.Verify(ctx, p.pool, m.Model, m.feeds, c.Show, g.show)
		g.end()
		if ctx.Err() != nil {
			return errors.New("interrupted; nothing is left behind")
		}
		if err != nil {
			return err
		}
		different = different || v.Different > 0
		if err := c.tell(t, v); err != nil {
			return err
		}
	}
	if different {
		return errDifferent
	}
	return nil
}

// verifiedLine is the outcome for programs.
type verifiedLine struct {
	Model       string           `json:"model"`
	Generation  string           `json:"generation"`
	Next        map[int32]int64  `json:"next_offsets"`
	Rows        int64            `json:"rows"`
	Different   int64            `json:"different"`
	Differences []differenceLine `json:"differences"`
}

type differenceLine struct {
	Table string         `json:"table"`
	Key   string         `json:"key"`
	Live  map[string]any `json:"live"`
	Log   map[string]any `json:"log"`
}

func (c *verifyCmd) tell(t *terminal, v projections.Verification) error {
	if c.JSON {
		line := verifiedLine{v.Live.Model, v.Live.Schema, map[int32]int64{}, v.Rows, v.Different, []differenceLine{}}
		for partition, at := range v.Checkpoints {
			line.Next[partition] = at.Next
		}
		for _, d := range v.Differences {
			line.Differences = append(line.Differences, differenceLine(d))
		}
		return json.NewEncoder(t.out).Encode(line)
	}
	if v.Different == 0 {
		_, err := fmt.Fprintf(t.out, "%s: %d rows equal\n", v.Live.Schema, v.Rows)
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d of %d rows differ from the log\n", v.Live.Schema, v.Different, v.Rows)
	for _, d := range v.Differences {
		fmt.Fprintf(&b, "  %s %s\n    live  %s\n    log   %s\n", d.Table, d.Key, columns(d.Live), columns(d.Log))
	}
	if rest := v.Different - int64(len(v.Differences)); rest > 0 {
		fmt.Fprintf(&b, "  and %d more\n", rest)
	}
	_, err := fmt.Fprint(t.out, b.String())
	return err
}

// columns is a row in one line; long values are cut.
func columns(row map[string]any) string {
	if row == nil {
		return "no such row"
	}
	const longest = 60
	var words []string
	for _, name := range slices.Sorted(maps.Keys(row)) {
		value := fmt.Sprint(row[name])
		if len(value) > longest {
			value = fmt.Sprintf("%s… (%d characters)", value[:longest], len(value))
		}
		words = append(words, name+"="+value)
	}
	return strings.Join(words, " ")
}
