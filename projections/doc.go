// Package projections exists to turn a topic into tables exactly once.
package projections
