package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
)

type devCmd struct {
	Data string `help:"Folder that keeps everything; made if missing." default:"linklog-data" type:"path"`
	JSON bool   `help:"Print one JSON line with addresses and the demo key when ready, and nothing else."`
	kafkaSettings
	databaseSettings
	siteSettings
	listenSettings
}

// Help shows an example.
func (*devCmd) Help() string {
	return `Kafka runs inside the process; Postgres is the one installed here, or is fetched.
Both keep their data in --data, so it survives restarts and crashes. Give --kafka-brokers or
--database-url to use your own instead. The first start makes a demo account.

  linklog dev --data ./linklog-data`
}

// Run serves every role until ctx ends.
func (c *devCmd) Run(ctx context.Context, t *terminal, log *slog.Logger) error {
	listeners, err := c.listen(ctx, allRoles)
	if err != nil {
		return err
	}
	defer listeners.close()
	line := listeners.line()
	if c.PublicURL == "" {
		c.PublicURL = line.Redirect
	}
	if c.Spool == "" {
		c.Spool = filepath.Join(c.Data, "spool")
	}
	c.develop(line.Admin)
	if _, err := c.domain(); err != nil {
		return err
	}
	var own ownParts
	defer func() { own.stop(log) }()
	if err := own.start(ctx, c, log); err != nil {
		return err
	}
	p, err := connect(ctx, "dev", log, c.kafkaSettings, c.databaseSettings, c.siteSettings)
	if err != nil {
		return err
	}
	defer p.close()
	line.Kafka, line.Database = strings.Join(c.KafkaBrokers, ","), c.DatabaseURL
	demo, err := openDemo(ctx, p.pool, c.Data)
	if err != nil {
		return err
	}
	line.APIKey, line.Dashboard, line.Email, line.Password = demo.key, line.API+"/", demoEmail, demo.password
	s := newStack(log)
	defer s.stop()
	s.start("postgres", own.watch)
	ready, err := p.start(s, allRoles, listeners, c.Pprof)
	if err != nil {
		return err
	}
	forget := func() {}
	defer func() { forget() }()
	return s.serve(ctx, ready, func() (err error) {
		if forget, err = keepRunning(c.Data, line); err != nil {
			return err
		}
		return c.greet(t.out, line)
	})
}

// greet tells a program or a person where everything is.
func (c *devCmd) greet(out io.Writer, line readyLine) error {
	if c.JSON {
		return json.NewEncoder(out).Encode(line)
	}
	_, err := fmt.Fprintf(out, `
Linklog is running.

  Dashboard  %[8]s
  API        %[1]s
  Links      %[2]s
  Admin      %[3]s  (/readyz, /metrics)
  Kafka      %[4]s
  Postgres   %[5]s
  Data       %[6]s  (survives restarts; delete it to start afresh)

  Demo account's API key: %[7]s
  To sign in:             %[9]s, password %[10]s

Make a link, follow it, read its clicks:

  curl %[1]s/v1/links -H "Authorization: Bearer %[7]s" \
    -H "Content-Type: application/json" -d '{"url":"https://example.com","custom_slug":"hello"}'
  curl -i -A "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" %[2]s/hello
  curl %[1]s/v1/links -H "Authorization: Bearer %[7]s"

Ctrl-C stops it.
`, line.API, line.Redirect, line.Admin, line.Kafka, line.Database, c.Data, line.APIKey, line.Dashboard, line.Email, line.Password)
	return err
}
