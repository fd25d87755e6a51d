package kafka

import "github.com/rcrowley/go-metrics"

// silence takes the place of sarama's metrics. Real meters are ticked by a goroutine that
// nobody can end, and cost time in every request.
type silence struct{}

var _ metrics.Registry = silence{}

// GetOrRegister answers with a metric of the wanted kind that does nothing.
func (silence) GetOrRegister(_ string, metric any) any {
	switch metric.(type) {
	case func() metrics.Counter:
		return metrics.NilCounter{}
	case func() metrics.Histogram:
		return metrics.NilHistogram{}
	case func() metrics.Meter:
		return metrics.NilMeter{}
	}
	return metric
}

func (silence) Each(func(string, any))            {}
func (silence) Get(string) any                    { return nil }
func (silence) GetAll() map[string]map[string]any { return nil }
func (silence) Register(string, any) error        { return nil }
func (silence) RunHealthchecks()                  {}
func (silence) Unregister(string)                 {}
func (silence) UnregisterAll()                    {}
