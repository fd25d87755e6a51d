package clicks

// cache remembers what it was asked for lately, in bounded memory. It keeps two generations:
// what is asked for again moves to the young one, and when that is full the old one is
// forgotten. That is nearly least-recently-used, at the price of a map look-up.
type cache[K comparable, V any] struct {
	young, old map[K]V
	limit      int // entries per generation
}

func newCache[K comparable, V any](limit int) *cache[K, V] {
	return &cache[K, V]{young: make(map[K]V), limit: limit}
}

// get returns what put stored, if it isn't forgotten.
func (c *cache[K, V]) get(k K) (V, bool) {
	v, ok := c.young[k]
	if ok {
		return v, true
	}
	if v, ok = c.old[k]; ok {
		c.put(k, v)
	}
	return v, ok
}

func (c *cache[K, V]) put(k K, v V) {
	if len(c.young) >= c.limit {
		c.young, c.old = c.old, c.young
		clear(c.young)
		if c.young == nil {
			c.young = make(map[K]V, c.limit)
		}
	}
	c.young[k] = v
}
