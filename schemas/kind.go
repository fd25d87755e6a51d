package schemas

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linklog/linklog/domain"
)

// revision is the newest meaning of linklog.v1 that this code reads. It is raised when a
// message may say something an older reader must not overlook.
const revision = 1

// The types of messages, as ce_type says them.
const (
	typePrefix = "io.linklog."

	typeDomainRegister = typePrefix + "domain.register.v1"
	typeLinkCreate     = typePrefix + "link.create.v1"
	typeLinkUpdate     = typePrefix + "link.update.v1"
	typeLinkDelete     = typePrefix + "link.delete.v1"

	typeDomainRegistered   = typePrefix + "domain.registered.v1"
	typeLinkCreated        = typePrefix + "link.created.v1"
	typeDestinationChanged = typePrefix + "link.destination_changed.v1"
	typeSlugChanged        = typePrefix + "link.slug_changed.v1"
	typeExpiryChanged      = typePrefix + "link.expiry_changed.v1"
	typeLinkDeleted        = typePrefix + "link.deleted.v1"
	typeNothingChanged     = typePrefix + "nothing.changed.v1"

	typeAccepted = typePrefix + "command.accepted.v1"
	typeRejected = typePrefix + "command.rejected.v1"

	typeClick      = typePrefix + "link.clicked.v1"
	typeDeadLetter = typePrefix + "record.set_aside.v1"
	typeHandled    = typePrefix + "record.handled.v1"
)

// kind is what one topic carries.
type kind int

const (
	commandKind kind = iota
	eventKind
	replyKind
	clickKind
	deadLetterKind
	handledKind
)

// kinds holds the types of every kind, in the order of the constants.
var kinds = [...][]string{
	{typeDomainRegister, typeLinkCreate, typeLinkUpdate, typeLinkDelete},
	{
		typeDomainRegistered, typeLinkCreated, typeDestinationChanged, typeSlugChanged,
		typeExpiryChanged, typeLinkDeleted, typeNothingChanged,
	},
	{typeAccepted, typeRejected},
	{typeClick},
	{typeDeadLetter},
	{typeHandled},
}

// needs is the revision a reader of a message of this type must know.
func needs(string) int { return 1 }

// admit says whether m is a message of this kind that this code understands.
func admit(m Message, k kind) error {
	version, _ := m.Get(ceSpecVersion)
	name, _ := m.Get(ceType)
	switch {
	case version == "":
		return unusable("it is not a CloudEvent")
	case version != specVersion:
		return unknown("CloudEvents %q", version)
	case slices.Contains(kinds[k], name):
		return admitRevision(m)
	case !strings.HasPrefix(name, typePrefix):
		return unusable("its type %q is not one of ours", name)
	}
	for _, types := range kinds {
		if slices.Contains(types, name) {
			return unusable("its type %q belongs to another topic", name)
		}
	}
	return unknown("type %q", name)
}

const schemaPrefix = "urn:linklog:v1:"

func schemaOf(revision int) string {
	if revision == 1 {
		return ""
	}
	return schemaPrefix + strconv.Itoa(revision)
}

func admitRevision(m Message) error {
	schema, ok := m.Get(ceDataSchema)
	if !ok {
		return nil
	}
	digits, ours := strings.CutPrefix(schema, schemaPrefix)
	written, err := strconv.ParseUint(digits, 10, 31)
	switch {
	case !ours || err != nil || written == 0:
		return unusable("its schema %q is not one of ours", schema)
	case written > revision:
		return unknown("schema %q", schema)
	}
	return nil
}

func unusable(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnusable, fmt.Sprintf(format, args...))
}

func unknown(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnknown, fmt.Sprintf(format, args...))
}

func commandType(b domain.CommandBody) string {
	switch b.(type) {
	case domain.RegisterDomain:
		return typeDomainRegister
	case domain.CreateLink:
		return typeLinkCreate
	case domain.UpdateLink:
		return typeLinkUpdate
	case domain.DeleteLink:
		return typeLinkDelete
	}
	return ""
}

func eventType(b domain.EventBody) string {
	switch b.(type) {
	case domain.DomainRegistered:
		return typeDomainRegistered
	case domain.LinkCreated:
		return typeLinkCreated
	case domain.DestinationChanged:
		return typeDestinationChanged
	case domain.SlugChanged:
		return typeSlugChanged
	case domain.ExpiryChanged:
		return typeExpiryChanged
	case domain.LinkDeleted:
		return typeLinkDeleted
	case domain.NothingChanged:
		return typeNothingChanged
	}
	return ""
}

func replyType(r domain.Reply) string {
	if r.Rejection != nil {
		return typeRejected
	}
	return typeAccepted
}
