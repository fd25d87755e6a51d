// Command generate writes the parts of the SDKs that follow from the native API's document, so that a
// client has every operation, type and error of the server beside it, and none that it doesn't have.
//
// It reads schemas/openapi/native.yaml and executes one template per file. What can't be generated —
// sending, waiting, trying again, reading streams — is written by hand once per language, in about two
// hundred lines (core.ts, core.py, core.rb) that generated operations stand on.
//
// Rules that turn the document into methods:
//   - an operationId is a method; an answer with one member beside success is that member;
//   - an answer with next_cursor is a page, and a second method iterates over the items of all pages;
//   - an operation that can answer text/csv has a second method for it;
//   - lines of JSON and server-sent events are streams of x-itemSchema;
//   - an object inside another that has no name gets the name of both;
//   - a code of Problem is a class of errors.
//
// # Decisions
//
// Generators at hand make a file per model and bring a runtime of their own: hundreds of files a language
// for a document of this size, other names in each, and OpenAPI 3.1 (types with null, const) in part.
// Four templates make three files that can be read, need no Java and no network, and run in a second.
//
// A type is JSON as it comes (an interface, a TypedDict, a record of RBS), not a class with a parser: a
// member that is left out and one that is null are different things here, and a new one breaks nobody.
package main
