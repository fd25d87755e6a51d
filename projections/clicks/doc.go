// Package clicks exists so that a link's clicks can be counted once and asked about in any
// way.
package clicks
