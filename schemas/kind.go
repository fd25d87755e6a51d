package schemas

import "github.com/linklog/linklog/domain"

// The types of messages, as ce_type says them.
const (
	typePrefix = "io.linklog."

	typeDomainRegister = typePrefix + "domain.register.v1"
	typeDomainVerify   = typePrefix + "domain.verify.v1"
	typeDomainChange   = typePrefix + "domain.change.v1"
	typeDomainRelease  = typePrefix + "domain.release.v1"
	typeBlockSet       = typePrefix + "block.set.v1"
	typeLinkCreate     = typePrefix + "link.create.v1"
	typeLinkUpdate     = typePrefix + "link.update.v1"
	typeLinkDelete     = typePrefix + "link.delete.v1"
	typeBatch          = typePrefix + "batch.decide.v1"

	typeDomainRegistered   = typePrefix + "domain.registered.v1"
	typeDomainVerified     = typePrefix + "domain.verified.v1"
	typeDomainChanged      = typePrefix + "domain.changed.v1"
	typeDomainReleased     = typePrefix + "domain.released.v1"
	typeBlockChanged       = typePrefix + "block.changed.v1"
	typeLinkCreated        = typePrefix + "link.created.v1"
	typeDestinationChanged = typePrefix + "link.destination_changed.v1"
	typeSlugChanged        = typePrefix + "link.slug_changed.v1"
	typeExpiryChanged      = typePrefix + "link.expiry_changed.v1"
	typeLinkChanged        = typePrefix + "link.changed.v1"
	typeLinkDeleted        = typePrefix + "link.deleted.v1"
	typeBatchDecided       = typePrefix + "batch.decided.v1"
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
	{
		typeDomainRegister, typeLinkCreate, typeLinkUpdate, typeLinkDelete,
		typeDomainVerify, typeDomainChange, typeBlockSet, typeBatch, typeDomainRelease,
	},
	{
		typeDomainRegistered, typeLinkCreated, typeDestinationChanged, typeSlugChanged,
		typeExpiryChanged, typeLinkDeleted, typeNothingChanged,
		typeDomainVerified, typeDomainChanged, typeBlockChanged, typeLinkChanged, typeBatchDecided,
		typeDomainReleased,
	},
	{typeAccepted, typeRejected},
	{typeClick},
	{typeDeadLetter},
	{typeHandled},
}

func commandType(b domain.CommandBody) string {
	switch b.(type) {
	case domain.RegisterDomain:
		return typeDomainRegister
	case domain.VerifyDomain:
		return typeDomainVerify
	case domain.ChangeDomain:
		return typeDomainChange
	case domain.ReleaseDomain:
		return typeDomainRelease
	case domain.SetBlock:
		return typeBlockSet
	case domain.CreateLink:
		return typeLinkCreate
	case domain.UpdateLink:
		return typeLinkUpdate
	case domain.DeleteLink:
		return typeLinkDelete
	case domain.Batch:
		return typeBatch
	}
	return ""
}

func eventType(b domain.EventBody) string {
	switch b.(type) {
	case domain.DomainRegistered:
		return typeDomainRegistered
	case domain.DomainVerified:
		return typeDomainVerified
	case domain.DomainChanged:
		return typeDomainChanged
	case domain.DomainReleased:
		return typeDomainReleased
	case domain.BlockChanged:
		return typeBlockChanged
	case domain.LinkCreated:
		return typeLinkCreated
	case domain.DestinationChanged:
		return typeDestinationChanged
	case domain.SlugChanged:
		return typeSlugChanged
	case domain.ExpiryChanged:
		return typeExpiryChanged
	case domain.LinkChanged:
		return typeLinkChanged
	case domain.LinkDeleted:
		return typeLinkDeleted
	case domain.BatchDecided:
		return typeBatchDecided
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
