// Package web exists so that people can manage links, look at clicks and run an account in a
// browser: the dashboard.
package web
