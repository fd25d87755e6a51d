package schemas

import (
	"strconv"
	"time"

	"github.com/linklog/linklog/domain"
)

// ClickJSON is a click as subscribers read it outside of Kafka: in JSON (the command line,
// server-sent events, exported files) and as a row of Parquet. Names and meanings are part of
// the public contract (asyncapi.yaml) and stay for ever; fields may be added. Of what is
// unknown JSON says nothing, and Parquet has an empty text.
type ClickJSON struct {
	ID           string    `json:"id" parquet:"id"` // node-epoch-sequence, as in the header ce_id
	Time         time.Time `json:"time" parquet:"time,timestamp(nanosecond)"`
	LinkID       string    `json:"link_id" parquet:"link_id,dict"`
	LinkVersion  uint64    `json:"link_version" parquet:"link_version"`
	Account      string    `json:"account" parquet:"account,dict"`
	Host         string    `json:"host" parquet:"host,dict"`
	Slug         string    `json:"slug" parquet:"slug,dict"`
	Method       string    `json:"method" parquet:"method,dict"`   // GET or HEAD
	Trigger      string    `json:"trigger" parquet:"trigger,dict"` // link or qr
	Rule         string    `json:"rule,omitempty" parquet:"rule,dict"`
	Country      string    `json:"country,omitempty" parquet:"country,dict"`
	Region       string    `json:"region,omitempty" parquet:"region,dict"`
	City         string    `json:"city,omitempty" parquet:"city,dict"`
	ReferrerHost string    `json:"referrer_host,omitempty" parquet:"referrer_host,dict"`
	ReferrerPath string    `json:"referrer_path,omitempty" parquet:"referrer_path,dict"`
	UserAgent    string    `json:"user_agent,omitempty" parquet:"user_agent,dict"`
	Language     string    `json:"language,omitempty" parquet:"language,dict"`
	UTMSource    string    `json:"utm_source,omitempty" parquet:"utm_source,dict"`
	UTMMedium    string    `json:"utm_medium,omitempty" parquet:"utm_medium,dict"`
	UTMCampaign  string    `json:"utm_campaign,omitempty" parquet:"utm_campaign,dict"`
	UTMTerm      string    `json:"utm_term,omitempty" parquet:"utm_term,dict"`
	UTMContent   string    `json:"utm_content,omitempty" parquet:"utm_content,dict"`
	Visitor      string    `json:"visitor,omitempty" parquet:"visitor"`        // 16 hexadecimal digits
	Imported     string    `json:"imported,omitempty" parquet:"imported,dict"` // the shortener that recorded it
}

// NewClickJSON is c in that form. Its texts are c's.
func NewClickJSON(c domain.Click) ClickJSON {
	return ClickJSON{
		ID: clickID(c.ID), Time: c.At.UTC(), LinkID: c.Link.String(), LinkVersion: c.LinkVersion,
		Account: string(c.Account), Host: string(c.Host), Slug: string(c.Slug),
		Method: methodText(c.Method), Trigger: triggerText(c.Trigger), Rule: c.Rule,
		Country: c.Country, Region: c.Region, City: c.City, ReferrerHost: c.ReferrerHost, ReferrerPath: c.ReferrerPath,
		UserAgent: c.UserAgent, Language: c.Language,
		UTMSource: c.UTM.Source, UTMMedium: c.UTM.Medium, UTMCampaign: c.UTM.Campaign, UTMTerm: c.UTM.Term, UTMContent: c.UTM.Content,
		Visitor: visitorText(c.Visitor), Imported: c.Imported,
	}
}

func methodText(m domain.Method) string {
	if m == domain.Head {
		return "HEAD"
	}
	return "GET"
}

func triggerText(t domain.Trigger) string {
	if t == domain.TriggerQR {
		return "qr"
	}
	return "link"
}

// visitorText is the hash with all its digits: as a number most readers of JSON would round it.
func visitorText(v uint64) string {
	if v == 0 {
		return ""
	}
	const digits = 16
	s := strconv.FormatUint(v, 16)
	return "0000000000000000"[:digits-len(s)] + s
}
