package kafka

import (
	"context"
	"net"
	"sync"

	"github.com/IBM/sarama"
)

// line is a connection to a broker that can be cut in the middle of a request. Sarama's own
// Close waits for the answer first, which may be a second away, or as far as the timeout.
type line struct {
	broker *sarama.Broker
	dialer net.Dialer
	mu     sync.Mutex
	conn   net.Conn // nil before the broker is connected
	cut    bool
}

// connect begins to connect; whether that works shows in the first request.
func connect(addr string, conf *sarama.Config) *line {
	l := &line{broker: sarama.NewBroker(addr), dialer: net.Dialer{Timeout: conf.Net.DialTimeout, KeepAlive: conf.Net.KeepAlive}}
	own := *conf
	own.Net.Proxy.Enable, own.Net.Proxy.Dialer = true, l // the one way to get hold of the connection
	_ = l.broker.Open(&own)                              // fails only over a configuration that no client would have taken
	return l
}

// Dial implements the dialer that sarama asks for.
func (l *line) Dial(network, addr string) (net.Conn, error) {
	conn, err := l.dialer.Dial(network, addr)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	l.conn = conn
	return conn, nil
}

// sever ends the connection at once; a request in the middle of it fails.
func (l *line) sever() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

// close ends the connection and waits for what sarama has running on it.
func (l *line) close() {
	l.sever()
	_ = l.broker.Close() // tells only that the connection was severed
}

// exchange makes a request; if ctx ends meanwhile, the line is cut.
func exchange[R any](ctx context.Context, l *line, request func(*sarama.Broker) (R, error)) (R, error) {
	severed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(severed)
		l.sever()
	})
	response, err := request(l.broker)
	if !stop() {
		<-severed
	}
	return response, err
}
