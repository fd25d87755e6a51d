package webhooks

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/linklog/linklog/domain/identity"
)

// headers are those of an attempt at a time: the signatures are of the message, the time and the
// payload, one for each secret that holds.
func headers(e identity.Errand, at time.Time) (http.Header, error) {
	var signatures []string
	for _, secret := range [][]byte{e.Secret, e.OldSecret} {
		if len(secret) == 0 {
			continue
		}
		signer, err := standard.NewWebhookRaw(secret)
		if err != nil {
			return nil, fmt.Errorf("read secret: %w", err)
		}
		signature, err := signer.Sign(e.Message, at, e.Payload)
		if err != nil {
			return nil, fmt.Errorf("sign notice: %w", err)
		}
		signatures = append(signatures, signature)
	}
	return http.Header{
		"Content-Type":      {"application/json"},
		"Webhook-Id":        {e.Message},
		"Webhook-Timestamp": {strconv.FormatInt(at.Unix(), 10)},
		"Webhook-Signature": {strings.Join(signatures, " ")},
	}, nil
}
