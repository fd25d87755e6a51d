// Package commands exists so that one writer per short domain decides what happens.
package commands
