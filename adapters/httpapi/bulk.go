package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// Limits of bulk requests.
const (
	MaxBulkBody = 4 << 20   // bytes of the request
	MaxCommand  = 900 << 10 // bytes of a command in the log
)

// The operations of bulk requests.
const (
	opCreate = "create"
	opUpdate = "update"
	opUpsert = "upsert"
	opDelete = "delete"
	opImport = "import" // create, with a slug that another shortener gave out
)

// operation is one of a bulk request's, and what becomes of it.
type operation struct {
	op   string
	link domain.LinkNumber // to be changed
	wish wish

	on     domain.Host // the short domain that it concerns
	body   domain.CommandBody
	result domain.ItemResult
}

// refuse ends an operation with an error that its caller can do something about; any other is
// returned.
func (o *operation) refuse(err error) error {
	refusal, ok := errors.AsType[*domain.Error](err)
	if !ok {
		return err
	}
	o.result.Rejection = refusal
	return nil
}

func (o *operation) refused() bool { return o.result.Rejection != nil }

// changeLinks is POST /v1/links/bulk.
func (s *Server) changeLinks(c echo.Context) error {
	f, err := readFieldsUpTo(c, MaxBulkBody)
	if err != nil {
		return err
	}
	var atomic bool
	if f.Has("atomic") {
		if err := f.Value("atomic", &atomic, "true or false"); err != nil {
			return err
		}
	}
	all, err := s.readOperations(c, f)
	if err != nil {
		return err
	}
	if err := s.prepare(c, all); err != nil {
		return err
	}
	if atomic {
		err = s.doAtomic(c, all)
	} else {
		err = s.doEach(c, all)
	}
	if err != nil {
		return err
	}
	return s.showResults(c, all)
}

func (s *Server) readOperations(c echo.Context, f Fields) ([]*operation, error) {
	var raw []json.RawMessage
	limit := s.planOf(caller(c)).Bulk
	if err := f.Value("operations", &raw, "a list of operations"); err != nil {
		return nil, err
	}
	if len(raw) == 0 || len(raw) > limit {
		return nil, domain.Errorf(domain.Validation, "operations", "operations must be 1 to %d on this plan", limit)
	}
	all := make([]*operation, len(raw))
	for i, text := range raw {
		all[i] = &operation{}
		if err := all[i].refuse(all[i].read(text)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// read reads {"op": "create", …}: besides op and, of a link that is there, id it has the fields of
// the request that does the same alone.
func (o *operation) read(raw []byte) error {
	f, err := parseFields(raw)
	if err != nil {
		return domain.Errorf(domain.Validation, "operations", "an operation must be a JSON object")
	}
	if o.op, err = f.Text("op"); err != nil {
		return err
	}
	switch o.op {
	case opCreate, opUpsert, opImport:
	case opUpdate, opDelete:
		id, err := f.Text("id")
		if err != nil {
			return err
		}
		if o.link, err = domain.ParseLinkNumber(id); err != nil {
			return err
		}
	default:
		return domain.Errorf(domain.Validation, "op", "op must be create, update, upsert, delete or import")
	}
	if o.op == opDelete {
		return nil
	}
	read := f.wish
	if o.op == opImport {
		read = f.foreignWish
	}
	if o.wish, err = read("custom_slug", "slug"); err != nil {
		return err
	}
	if o.op == opUpsert && o.wish.patch.To.External == "" {
		return domain.Errorf(domain.Validation, "external_id", "external_id is required")
	}
	return nil
}

// prepare makes a command of every operation that isn't refused.
func (s *Server) prepare(c echo.Context, all []*operation) error {
	var wishes []*wish
	var numbers []domain.LinkNumber
	for _, o := range all {
		if o.refused() {
			continue
		}
		wishes = append(wishes, &o.wish)
		if o.link != 0 {
			numbers = append(numbers, o.link)
		}
	}
	if err := s.hashPasswords(c, wishes...); err != nil {
		return err
	}
	known, err := s.links.Many(c.Request().Context(), numbers)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.refused() {
			continue
		}
		if err := o.refuse(s.prepareOne(c, o, known[o.link])); err != nil {
			return err
		}
	}
	return nil
}

// prepareOne makes the command of an operation on a link, if it is on one. That a link is deleted
// is left to the decider: it may be this very request's doing.
func (s *Server) prepareOne(c echo.Context, o *operation, l domain.Link) error {
	if o.op == opCreate || o.op == opUpsert || o.op == opImport {
		body, on, err := s.creation(c.Request().Context(), &o.wish)
		if o.op == opUpsert {
			o.wish.upsert(&body)
		}
		body.Foreign = o.op == opImport
		o.body, o.on = body, on
		return err
	}
	if l.Number == 0 || l.Account != caller(c).Account {
		return domain.Errorf(domain.NotFound, "id", "no link has the id %q", o.link)
	}
	o.on, o.body = l.Domain, domain.DeleteLink{Link: o.link}
	if o.op == opUpdate {
		body := o.wish.update()
		body.Link = o.link
		o.body = body
	}
	return nil
}

// doAtomic does all operations or none.
func (s *Server) doAtomic(c echo.Context, all []*operation) error {
	for i, o := range all {
		if e := o.result.Rejection; e != nil {
			return &domain.Error{Code: e.Code, Field: e.Field, Message: fmt.Sprintf("item %d: %s", i, e.Message)}
		}
		if o.on != all[0].on {
			return domain.Errorf(domain.Validation, "atomic", "atomic must be false for links on several short domains: item %d is on %s, those before on %s", i, o.on, all[0].on)
		}
	}
	batches, err := s.batches(c, all, true)
	if err != nil {
		return err
	}
	return s.doBatch(c, &batches[0])
}

// doEach does what can be done, one short domain after the other.
func (s *Server) doEach(c echo.Context, all []*operation) error {
	batches, err := s.batches(c, slices.DeleteFunc(slices.Clone(all), (*operation).refused), false)
	if err != nil {
		return err
	}
	for i := range batches {
		b := &batches[i]
		err := s.doBatch(c, b)
		if _, refused := errors.AsType[*domain.Error](err); !refused {
			if err != nil {
				return err
			}
			continue
		}
		if domain.CodeOf(err) == domain.KeyReused || domain.CodeOf(err) == domain.Unavailable {
			return err // of the request, not of its operations
		}
		for _, o := range b.operations {
			_ = o.refuse(err) // it is one
		}
	}
	return nil
}

// batch is a command for the operations on one short domain.
type batch struct {
	key        string // the request's
	command    domain.Command
	operations []*operation
}

// batches groups operations by short domain, in the order they come. Nothing is done yet, so that
// what is too large leaves no traces. The request's idempotency key is the first one's, and the
// others' with their domain.
func (s *Server) batches(c echo.Context, all []*operation, atomic bool) ([]batch, error) {
	key, err := idempotencyKey(c)
	if err != nil {
		return nil, err
	}
	var batches []batch
	for _, o := range all {
		i := slices.IndexFunc(batches, func(b batch) bool { return b.command.Domain == o.on })
		if i < 0 {
			own := key
			if i = len(batches); i > 0 {
				own += "\x00" + string(o.on)
			}
			batches = append(batches, batch{key: key, command: s.command(c, own, o.on, nil)})
		}
		batches[i].operations = append(batches[i].operations, o)
	}
	for i := range batches {
		b := &batches[i]
		body := domain.Batch{Atomic: atomic}
		for _, o := range b.operations {
			body.Items = append(body.Items, o.body)
		}
		b.command.Body = body
		if err := s.checkSize(b.command); err != nil {
			return nil, err
		}
	}
	return batches, nil
}

func (s *Server) checkSize(command domain.Command) error {
	if s.size == nil {
		return nil
	}
	size, err := s.size(command)
	if err == nil && size > MaxCommand {
		err = domain.Errorf(domain.TooLarge, "operations", "The operations on %s take %d bytes, of at most %d. Nothing was done: send them in several requests.", command.Domain, size, MaxCommand)
	}
	return err
}

// doBatch has a batch done and notes what became of its operations.
func (s *Server) doBatch(c echo.Context, b *batch) error {
	reply, err := s.do(c, b.key, b.command)
	if err != nil {
		return err
	}
	if len(reply.Items) != len(b.operations) {
		return fmt.Errorf("%d operations have %d results", len(b.operations), len(reply.Items))
	}
	for i, o := range b.operations {
		o.result = reply.Items[i]
	}
	return nil
}
