package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linklog/linklog/adapters/kafka"
	"github.com/linklog/linklog/adapters/postgres"
	"github.com/linklog/linklog/domain"
)

// kafkaSettings say where the log is.
type kafkaSettings struct {
	KafkaBrokers    []string `help:"Kafka brokers, host:port." placeholder:"HOST:PORT"`
	KafkaTLS        bool     `help:"Connect to Kafka with TLS." name:"kafka-tls"`
	KafkaCA         string   `help:"Who may have signed the brokers' certificates (PEM); the system's list if left out." name:"kafka-ca" placeholder:"FILE"`
	KafkaSASL       string   `help:"How Kafka is told who we are, if a user is given." name:"kafka-sasl" enum:"PLAIN,SCRAM-SHA-256,SCRAM-SHA-512" default:"SCRAM-SHA-512"`
	KafkaUser       string   `help:"SASL user name."`
	KafkaPassword   string   `help:"SASL password; better given as LINKLOG_KAFKA_PASSWORD."`
	TopicPrefix     string   `help:"Put this before every topic, group and transactional id: several installations can share a Kafka."`
	LinkPartitions  int32    `help:"Partitions of the links.* topics; fixed when they are created." default:"8"`
	ClickPartitions int32    `help:"Partitions of the clicks topic; fixed when it is created." default:"8"`
	Replication     int16    `help:"Replicas of each topic made here; 0 leaves it to the broker's default." default:"0"`
}

// config is the settings as the Kafka adapter wants them.
func (k kafkaSettings) config(application string) (kafka.Config, error) {
	if len(k.KafkaBrokers) == 0 {
		return kafka.Config{}, errors.New("say where Kafka is: --kafka-brokers or LINKLOG_KAFKA_BROKERS")
	}
	c := kafka.Config{
		Brokers: k.KafkaBrokers, Prefix: k.TopicPrefix, ClientID: "linklog-" + application,
		Partitions: k.LinkPartitions, ClickPartitions: k.ClickPartitions, Replicas: k.Replication,
		TLS: kafka.TLS{Enabled: k.KafkaTLS, CAFile: k.KafkaCA},
	}
	if k.KafkaUser != "" {
		c.SASL = kafka.SASL{Mechanism: k.KafkaSASL, User: k.KafkaUser, Password: k.KafkaPassword}
	}
	return c, nil
}

// databaseSettings say where the read models are.
type databaseSettings struct {
	DatabaseURL         string `help:"Postgres, as postgres://user:password@host:port/database." name:"database-url"`
	DatabaseConnections int32  `help:"Most connections to Postgres at a time." default:"24"`
}

// open connects to the database and brings the schema identity up to date.
func (d databaseSettings) open(ctx context.Context, application string) (*pgxpool.Pool, error) {
	if d.DatabaseURL == "" {
		return nil, errors.New("say where Postgres is: --database-url or LINKLOG_DATABASE_URL")
	}
	pool, err := postgres.Open(ctx, d.DatabaseURL, postgres.Options{Application: "linklog " + application, Connections: d.DatabaseConnections})
	if err != nil {
		return nil, err
	}
	if err := postgres.Migrate(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// siteSettings are what visitors and callers see of this installation.
type siteSettings struct {
	redirectSettings
	dashboardSettings
	PublicURL      string         `help:"Where short links live, as https://go.example.com: its host is the default short domain. Left out: the address redirects listen on." name:"public-url"`
	SlugCase       string         `help:"Whether slugs of the default domain differ by case: keep (Sale and sale are two) or ignore. Fixed at the first start." enum:"keep,ignore" default:"keep"`
	TrustedProxies []netip.Prefix `help:"Networks of your own proxies, whose word about a client's address and country is believed." placeholder:"CIDR"`
	CountryHeader  string         `help:"Header in which a trusted proxy names the visitor's country, as CF-IPCountry."`

	DialectHost map[string]string `help:"Host name of the API that speaks one dialect alone, as api.smartlinks.com=smartlinks." placeholder:"HOST=DIALECT"`

	FixedURLPlans      []string `help:"Plans whose links keep the destination they were made with, as free." name:"fixed-url-plans" placeholder:"PLAN"`
	EnterpriseRequests int      `help:"Requests an hour of each key on plan enterprise; 0: any number." default:"0"`
	CORSOrigins        []string `help:"Origins of pages elsewhere that may call the API from a browser with a key, as https://app.example.com; *: all." name:"cors-origins" placeholder:"ORIGIN"`

	DNSServer       string         `help:"Whom to ask for the records that prove whose short domains are, host:port. Left out: the machine's resolver." name:"dns-server" placeholder:"HOST:PORT"`
	TurnstileSecret string         `help:"Secret of the Cloudflare Turnstile widget with whose tokens people without an account make links through the Spotify dialect; better given as LINKLOG_TURNSTILE_SECRET. Left out: they can't."`
	TurnstileURL    string         `help:"Where Turnstile's tokens are verified." name:"turnstile-url" default:"https://challenges.cloudflare.com/turnstile/v0/siteverify"`
	FetchAllow      []netip.Prefix `help:"Networks where logos, short links and tokens may be asked for although they aren't public, for development." placeholder:"CIDR"`
}

// domain is the host of the default short domain.
func (s siteSettings) domain() (domain.Host, error) {
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" {
		return "", fmt.Errorf("--public-url must look like https://go.example.com, not %q", s.PublicURL)
	}
	h, err := domain.ParseHost(u.Host)
	if err != nil {
		return "", fmt.Errorf("read --public-url: %w", err)
	}
	return h, nil
}

// listenSettings are the addresses this process serves on.
type listenSettings struct {
	ListenAPI      string `help:"Where the API listens." name:"listen-api" default:"127.0.0.1:8080"`
	ListenRedirect string `help:"Where short links are answered." default:"127.0.0.1:8081"`
	ListenAdmin    string `help:"Where /livez, /readyz and /metrics are; keep it private." default:"127.0.0.1:9090"`
	Pprof          bool   `help:"Serve profiles on the admin address."`
}
