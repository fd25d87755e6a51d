package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// functions are what templates may call.
var functions = template.FuncMap{
	"ts": typescript.of, "py": python.of, "rbs": ruby.of,
	"snake": snake, "pascal": pascal, "errorName": errorName, "iterate": iterate,
	"comment": comment, "jsdoc": jsdoc, "pyDoc": func(o *operation) string { return doc(o, pyName) }, "rbDoc": func(o *operation) string { return doc(o, snake) }, "quote": quote, "replaceParts": replaceParts,
	"pyClass": pyClass, "pyReserved": pyReserved, "pyMember": pyMember, "pyName": pyName, "docstring": docstring,
	"rbArguments": rbArguments, "rbsArguments": rbsArguments, "streamed": streamed,
}

var wordEnd = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)

// snake is getQRCode as get_qr_code.
func snake(name string) string {
	return strings.ToLower(wordEnd.ReplaceAllString(name, "${1}${3}_${2}${4}"))
}

// pascal is getQRCode as GetQRCode.
func pascal(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// errorName is SLUG_TAKEN as SlugTakenError.
func errorName(code string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(strings.TrimSuffix(code, "_ERROR"), "_") {
		b.WriteString(pascal(strings.ToLower(word)))
	}
	return b.String() + "Error"
}

// iterate is listLinks as iterateLinks, for the method that goes through all pages.
func iterate(name string) string {
	for _, verb := range []string{"list", "get"} {
		if rest, ok := strings.CutPrefix(name, verb); ok {
			return "iterate" + rest
		}
	}
	return "iterate" + pascal(name)
}

// replaceParts writes a path with its parameters between two marks, as in ${id}.
func replaceParts(template, before, after string) string {
	return strings.NewReplacer("{", before, "}", after).Replace(template)
}

func quote(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%q", v)
	}
	return string(text)
}

const lineWidth = 110

// comment lays text out in lines that begin with the prefix.
func comment(prefix, text string) string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := prefix
		for word := range strings.FieldsSeq(paragraph) {
			if line != prefix && utf8.RuneCountInString(line+word) > lineWidth {
				lines, line = append(lines, strings.TrimRight(line, " ")), prefix
			}
			line += word + " "
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// doc is an operation's description, and after it its parameters as the language calls them.
func doc(o *operation, name func(string) string) string {
	text, gap := o.Doc, "\n\n"
	for _, a := range slices.Concat(o.Parts, o.Params) {
		text, gap = text+gap+name(a.Name)+": "+a.Doc, "\n"
	}
	return text
}

// jsdoc is a comment of TypeScript.
func jsdoc(indent, text string) string {
	if !strings.Contains(text, "\n") && len(text) < lineWidth {
		return indent + "/** " + text + " */"
	}
	return indent + "/**\n" + comment(indent+" * ", text) + "\n" + indent + " */"
}
