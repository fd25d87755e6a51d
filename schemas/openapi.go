package schemas

import (
	"embed"
	"io/fs"
)

//go:embed openapi/*.yaml
var openAPI embed.FS

// OpenAPI are the documents of the HTTP APIs: native.yaml, and one of each dialect by its name.
func OpenAPI() fs.FS {
	sub, err := fs.Sub(openAPI, "openapi")
	if err != nil {
		panic(err) // the directory is named above
	}
	return sub
}
