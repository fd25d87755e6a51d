package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"

	"github.com/alecthomas/kong"
)

// cli is the command line. Every flag can also come from LINKLOG_<FLAG> in the environment
// or from the JSON file named by --config; a flag beats the environment, which beats the file.
type cli struct {
	Config   kong.ConfigFlag `help:"Read settings from this JSON file." placeholder:"FILE"`
	LogLevel slog.Level      `help:"Least level to log: debug, info, warn or error." default:"info"`
	LogJSON  bool            `help:"Log as JSON lines instead of text."`

	Dev         devCmd         `cmd:"" help:"Run everything in one process, with its own Kafka and Postgres. The place to start."`
	Env         envCmd         `cmd:"" help:"Print what a shell needs to find the linklog dev that is running."`
	Guide       guideCmd       `cmd:"" help:"Show a five-minute guide: links, analytics or clicks."`
	Serve       serveCmd       `cmd:"" help:"Run one role (or all) against your Kafka and Postgres."`
	Account     accountCmd     `cmd:"" help:"Create, list and erase accounts."`
	Keys        keysCmd        `cmd:"" help:"Create, rotate and revoke API keys."`
	Block       blockCmd       `cmd:"" help:"Put sites, accounts and links out of use."`
	Domain      domainCmd      `cmd:"" help:"Look after the installation's own short domain."`
	Status      statusCmd      `cmd:"" help:"Show how far every reader of the log is, which tables there are, and what was set aside."`
	Rebuild     rebuildCmd     `cmd:"" help:"Make the tables of a read model anew from the log, and swap."`
	Verify      verifyCmd      `cmd:"" help:"Compute the read models from the log again and compare."`
	Clicks      clicksCmd      `cmd:"" help:"Follow clicks, or copy those of some time."`
	DeadLetters deadLettersCmd `cmd:"" help:"Look after records that could not be used."`
	Maintenance maintenanceCmd `cmd:"" help:"Refuse what changes links through the Spotify dialect, or allow it again."`
	Version     versionCmd     `cmd:"" help:"Print the version."`

	Login         loginCmd         `cmd:"" help:"Keep the address and the key of an API for the commands below."`
	Logout        logoutCmd        `cmd:"" help:"Forget them."`
	Links         linksCmd         `cmd:"" help:"Create, list, change and delete links through an API."`
	Domains       domainsCmd       `cmd:"" help:"Look after your short domains, through an API."`
	Analytics     analyticsCmd     `cmd:"" help:"Show who clicked, through an API."`
	QR            qrCmd            `cmd:"" name:"qr" help:"Draw the QR code of a link, through an API."`
	Import        importCmd        `cmd:"" help:"Bring links and their history from another shortener, through an API."`
	Export        exportCmd        `cmd:"" help:"Write links and clicks to a file, through an API."`
	Completion    completionCmd    `cmd:"" help:"Print a script with which bash, zsh or fish completes commands."`
	CompleteWords completeWordsCmd `cmd:"" hidden:""`
}

const description = `Linklog: short links, smart redirects and click analytics, where the log is the truth.

  linklog dev                                   everything in one process, data in ./linklog-data
  linklog serve api --kafka-brokers K:9092 --database-url postgres://…
  linklog account create --email you@example.com --plan pro --json
  linklog login --api https://api.example.com   then links, analytics and qr
  linklog guide links                           five minutes each: links, analytics, clicks
  linklog help links                            the same as linklog links --help`

// terminal is where a command writes: out for what was asked, err for everything else.
type terminal struct {
	out, err io.Writer
}

// Main runs one command line and returns the process's exit status: 0 done, 1 failed, 2 misused;
// those of commands against a remote API are in remote.go.
func Main(ctx context.Context, args []string, out, errs io.Writer) int {
	var c cli
	exited, status := false, 0
	parser, err := kong.New(&c, kong.Name("linklog"), kong.Description(description),
		kong.DefaultEnvars("LINKLOG"), kong.Configuration(kong.JSON), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Writers(out, errs),
		kong.Exit(func(code int) { exited, status = true, code }))
	if err != nil {
		panic(err) // the struct above is wrong
	}
	if len(args) > 0 && args[0] == "help" { // as people type it
		args = append(slices.Clone(args[1:]), "--help")
	}
	run, err := parser.Parse(args)
	if exited {
		return status
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "linklog: %v\n", err)
		return 2
	}
	run.BindTo(ctx, (*context.Context)(nil))
	run.Bind(&terminal{out: out, err: errs}, c.logger(errs))
	if err := run.Run(); err != nil {
		_, _ = fmt.Fprintf(errs, "linklog: %v\n", err)
		return exitStatus(err)
	}
	return 0
}

func (c *cli) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// hostname is this process's name in logs, consumer groups and click ids.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return name
}
