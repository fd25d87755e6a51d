# frozen_string_literal: true

# Code generated from schemas/openapi/native.yaml. DO NOT EDIT.

module Linklog
  # The API's INVALID_URL.
  class InvalidUrlError < Error; end

  # The API's UNAUTHORIZED.
  class UnauthorizedError < Error; end

  # The API's FORBIDDEN.
  class ForbiddenError < Error; end

  # The API's NOT_FOUND.
  class NotFoundError < Error; end

  # The API's SLUG_TAKEN.
  class SlugTakenError < Error; end

  # The API's EXTERNAL_ID_TAKEN.
  class ExternalIdTakenError < Error; end

  # The API's IN_USE.
  class InUseError < Error; end

  # The API's VALIDATION_ERROR.
  class ValidationError < Error; end

  # The API's IDEMPOTENCY_KEY_REUSED.
  class IdempotencyKeyReusedError < Error; end

  # The API's VERSION_CONFLICT.
  class VersionConflictError < Error; end

  # The API's METHOD_NOT_ALLOWED.
  class MethodNotAllowedError < Error; end

  # The API's PAYLOAD_TOO_LARGE.
  class PayloadTooLargeError < Error; end

  # The API's RATE_LIMITED.
  class RateLimitedError < Error; end

  # The API's INTERNAL_ERROR.
  class InternalError < Error; end

  # The API's UNAVAILABLE.
  class UnavailableError < Error; end

  # A Linklog's native API.
  class Client < Core
    ERRORS = {
      "INVALID_URL" => InvalidUrlError,
      "UNAUTHORIZED" => UnauthorizedError,
      "FORBIDDEN" => ForbiddenError,
      "NOT_FOUND" => NotFoundError,
      "SLUG_TAKEN" => SlugTakenError,
      "EXTERNAL_ID_TAKEN" => ExternalIdTakenError,
      "IN_USE" => InUseError,
      "VALIDATION_ERROR" => ValidationError,
      "IDEMPOTENCY_KEY_REUSED" => IdempotencyKeyReusedError,
      "VERSION_CONFLICT" => VersionConflictError,
      "METHOD_NOT_ALLOWED" => MethodNotAllowedError,
      "PAYLOAD_TOO_LARGE" => PayloadTooLargeError,
      "RATE_LIMITED" => RateLimitedError,
      "INTERNAL_ERROR" => InternalError,
      "UNAVAILABLE" => UnavailableError,
    }.freeze
    private_constant :ERRORS

    # List links, newest first.
    #
    # tag: Only links with this tag.
    # domain: Only links on this host.
    # status: Left out: all that are not archived.
    # search: Part of slug, destination or title, in any case; or words, in any order, each of which begins a
    # word of these. (A word is what lies between characters of ASCII that are neither letters nor digits; of
    # a destination the first 500 characters behind `://` are taken apart, of a title the first 200, and of
    # the text the first eight words count.) In an account of more than 3,000 links letters in the middle of a
    # word are found in titles of all links, if they are three or more, but in slugs and destinations of the
    # 3,000 newest links only that aren't archived. The list then says "search": "partial"; its words were
    # looked for in all links all the same, and a count counts what the list has.
    # from: Created at this time or later.
    # to: Created before this time; a date includes that day.
    # metadata: metadata[key]=value: links whose metadata has that value, or with metadata[key] alone the key.
    # external_id: Your own id for the link.
    # url: Links that lead exactly there.
    # sort: What to order by.
    # order: Which way.
    # limit: How many.
    # cursor: next_cursor of the page before, which had the same sort and order. It stays good whatever
    # becomes of the links on that page.
    # fields: all shows members that are not set as well.
    def list_links(tag: nil, domain: nil, status: nil, search: nil, from: nil, to: nil, metadata: nil, external_id: nil, url: nil, sort: nil, order: nil, limit: nil, cursor: nil, fields: nil)
      json("GET", "/v1/links", { tag: tag, domain: domain, status: status, search: search, from: from, to: to, metadata: metadata, external_id: external_id, url: url, sort: sort, order: order, limit: limit, cursor: cursor, fields: fields })
    end

    # All items of list_links, page after page.
    def iterate_links(tag: nil, domain: nil, status: nil, search: nil, from: nil, to: nil, metadata: nil, external_id: nil, url: nil, sort: nil, order: nil, limit: nil, cursor: nil, fields: nil, &block)
      items("/v1/links", { tag: tag, domain: domain, status: status, search: search, from: from, to: to, metadata: metadata, external_id: external_id, url: url, sort: sort, order: order, limit: limit, cursor: cursor, fields: fields }, :links, &block)
    end

    # Create a link.
    #
    # fields: all shows members that are not set as well.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    def create_link(fields: nil, idempotency_key: nil, **body)
      json("POST", "/v1/links", { fields: fields, idempotency_key: idempotency_key }, body, take: :link)
    end

    # Count the links of a list on all pages.
    #
    # tag: Only links with this tag.
    # domain: Only links on this host.
    # status: Left out: all that are not archived.
    # search: Part of slug, destination or title, in any case; or words, in any order, each of which begins a
    # word of these. (A word is what lies between characters of ASCII that are neither letters nor digits; of
    # a destination the first 500 characters behind `://` are taken apart, of a title the first 200, and of
    # the text the first eight words count.) In an account of more than 3,000 links letters in the middle of a
    # word are found in titles of all links, if they are three or more, but in slugs and destinations of the
    # 3,000 newest links only that aren't archived. The list then says "search": "partial"; its words were
    # looked for in all links all the same, and a count counts what the list has.
    # from: Created at this time or later.
    # to: Created before this time; a date includes that day.
    # metadata: metadata[key]=value: links whose metadata has that value, or with metadata[key] alone the key.
    # external_id: Your own id for the link.
    # url: Links that lead exactly there.
    def count_links(tag: nil, domain: nil, status: nil, search: nil, from: nil, to: nil, metadata: nil, external_id: nil, url: nil)
      json("GET", "/v1/links/count", { tag: tag, domain: domain, status: status, search: search, from: from, to: to, metadata: metadata, external_id: external_id, url: url }, take: :count)
    end

    # Create, update, upsert and delete many links.
    #
    # Up to 1,000 operations, fewer on smaller plans. Each is done for itself unless the request is atomic:
    # then all are done or none, and the first refusal is the answer. Atomic requests concern one short
    # domain. What would take more than 900 KB in the log is refused before anything is done.
    #
    # fields: all shows members that are not set as well.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    def change_links(fields: nil, idempotency_key: nil, **body)
      json("POST", "/v1/links/bulk", { fields: fields, idempotency_key: idempotency_key }, body)
    end

    # Find a link by its slug.
    #
    # slug: The slug.
    # domain: The host, if it isn't the installation's own.
    # fields: all shows members that are not set as well.
    def get_link_by_slug(slug, domain: nil, fields: nil)
      json("GET", "/v1/links/by-slug/#{escape(slug)}", { domain: domain, fields: fields }, take: :link)
    end

    # Find a link by your own id for it.
    #
    # external_id: Your own id for the link.
    # domain: The host, if it isn't the installation's own.
    # fields: all shows members that are not set as well.
    def get_link_by_external_id(external_id, domain: nil, fields: nil)
      json("GET", "/v1/links/by-external-id/#{escape(external_id)}", { domain: domain, fields: fields }, take: :link)
    end

    # Create a link, or change the one with this id.
    #
    # The link that has the id gets this destination, and of the rest what the request names: everything else
    # stays as it is. null takes a value away.
    #
    # external_id: Your own id for the link.
    # fields: all shows members that are not set as well.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    def upsert_link(external_id, fields: nil, idempotency_key: nil, **body)
      json("PUT", "/v1/links/by-external-id/#{escape(external_id)}", { fields: fields, idempotency_key: idempotency_key }, body, take: :link)
    end

    # Read a link, as it is or as it was.
    #
    # id: The link, as lnk_7f3k9x.
    # as_of: The link as it was at this time.
    # version: The link as it was at this version.
    # fields: all shows members that are not set as well.
    def get_link(id, as_of: nil, version: nil, fields: nil)
      json("GET", "/v1/links/#{escape(id)}", { as_of: as_of, version: version, fields: fields }, take: :link)
    end

    # Change what is named, and nothing else.
    #
    # id: The link, as lnk_7f3k9x.
    # fields: all shows members that are not set as well.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    # if_match: The version that the change is for. Another one is a conflict.
    def update_link(id, fields: nil, idempotency_key: nil, if_match: nil, **body)
      json("PATCH", "/v1/links/#{escape(id)}", { fields: fields, idempotency_key: idempotency_key, if_match: if_match }, body, take: :link)
    end

    # Delete a link and its analytics, for good.
    #
    # id: The link, as lnk_7f3k9x.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    # if_match: The version that the change is for. Another one is a conflict.
    def delete_link(id, idempotency_key: nil, if_match: nil)
      json("DELETE", "/v1/links/#{escape(id)}", { idempotency_key: idempotency_key, if_match: if_match })
    end

    # Put a link away; visitors get 404 until it is restored.
    #
    # id: The link, as lnk_7f3k9x.
    # fields: all shows members that are not set as well.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    # if_match: The version that the change is for. Another one is a conflict.
    def archive_link(id, fields: nil, idempotency_key: nil, if_match: nil)
      json("POST", "/v1/links/#{escape(id)}/archive", { fields: fields, idempotency_key: idempotency_key, if_match: if_match }, take: :link)
    end

    # Take a link back out of the archive.
    #
    # id: The link, as lnk_7f3k9x.
    # fields: all shows members that are not set as well.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    # if_match: The version that the change is for. Another one is a conflict.
    def restore_link(id, fields: nil, idempotency_key: nil, if_match: nil)
      json("POST", "/v1/links/#{escape(id)}/restore", { fields: fields, idempotency_key: idempotency_key, if_match: if_match }, take: :link)
    end

    # Draw the QR code of a link.
    #
    # id: The link, as lnk_7f3k9x.
    # format: The kind of picture.
    # size: Width and height in pixels.
    # margin: Empty space around the code, in modules.
    # level: Error correction; M, and H with a logo, if left out.
    # color: Of the dots.
    # background: A color or transparent.
    # logo: For the middle: a public address or a percent-encoded data URL of a PNG, JPEG, GIF or WebP.
    def get_qr_code(id, format: nil, size: nil, margin: nil, level: nil, color: nil, background: nil, logo: nil)
      bytes("GET", "/v1/links/#{escape(id)}/qr", { format: format, size: size, margin: margin, level: level, color: color, background: background, logo: logo })
    end

    # List who changed what, when and through what, newest first.
    #
    # id: The link, as lnk_7f3k9x.
    # limit: How many.
    # cursor: next_cursor of the page before.
    def get_history(id, limit: nil, cursor: nil)
      json("GET", "/v1/links/#{escape(id)}/history", { limit: limit, cursor: cursor })
    end

    # All items of get_history, page after page.
    def iterate_history(id, limit: nil, cursor: nil, &block)
      items("/v1/links/#{escape(id)}/history", { limit: limit, cursor: cursor }, :history, &block)
    end

    # Make a link like it was at a version; itself a change.
    #
    # If it had an end that has passed meanwhile, it has ended again.
    #
    # id: The link, as lnk_7f3k9x.
    # fields: all shows members that are not set as well.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    # if_match: The version that the change is for. Another one is a conflict.
    def revert_link(id, fields: nil, idempotency_key: nil, if_match: nil, **body)
      json("POST", "/v1/links/#{escape(id)}/revert", { fields: fields, idempotency_key: idempotency_key, if_match: if_match }, body, take: :link)
    end

    # Analyse the clicks of a link.
    #
    # id: The link, as lnk_7f3k9x.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # granularity: Length of a bucket.
    # timezone: IANA name of the time zone that days are of.
    # traffic: Whose clicks.
    # filter: Only clicks with a value, as country:DE, or without, as !country:DE.
    # breakdowns: Dimensions by name with commas between them, or all.
    # top: Most rows of a breakdown.
    # compare: previous adds the period before.
    def get_link_analytics(id, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, breakdowns: nil, top: nil, compare: nil)
      json("GET", "/v1/links/#{escape(id)}/analytics", { from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, breakdowns: breakdowns, top: top, compare: compare })
    end

    # Analyse the clicks of a link.
    #
    # As a table in CSV.
    #
    # id: The link, as lnk_7f3k9x.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # granularity: Length of a bucket.
    # timezone: IANA name of the time zone that days are of.
    # traffic: Whose clicks.
    # filter: Only clicks with a value, as country:DE, or without, as !country:DE.
    # breakdowns: Dimensions by name with commas between them, or all.
    # top: Most rows of a breakdown.
    # compare: previous adds the period before.
    def get_link_analytics_csv(id, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, breakdowns: nil, top: nil, compare: nil)
      text("GET", "/v1/links/#{escape(id)}/analytics?format=csv", { from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, breakdowns: breakdowns, top: top, compare: compare })
    end

    # Break the clicks of a link down, a page at a time.
    #
    # id: The link, as lnk_7f3k9x.
    # dimension: What to break down by: country, device, browser, referrer, rule and so on.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # granularity: Length of a bucket.
    # timezone: IANA name of the time zone that days are of.
    # traffic: Whose clicks.
    # filter: Only clicks with a value, as country:DE, or without, as !country:DE.
    # limit: How many.
    # cursor: next_cursor of the page before.
    def get_link_breakdown(id, dimension, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, limit: nil, cursor: nil)
      json("GET", "/v1/links/#{escape(id)}/analytics/#{escape(dimension)}", { from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, limit: limit, cursor: cursor })
    end

    # All items of get_link_breakdown, page after page.
    def iterate_link_breakdown(id, dimension, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, limit: nil, cursor: nil, &block)
      items("/v1/links/#{escape(id)}/analytics/#{escape(dimension)}", { from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, limit: limit, cursor: cursor }, :rows, &block)
    end

    # Break the clicks of a link down, a page at a time.
    #
    # As a table in CSV.
    #
    # id: The link, as lnk_7f3k9x.
    # dimension: What to break down by: country, device, browser, referrer, rule and so on.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # granularity: Length of a bucket.
    # timezone: IANA name of the time zone that days are of.
    # traffic: Whose clicks.
    # filter: Only clicks with a value, as country:DE, or without, as !country:DE.
    # limit: How many.
    # cursor: next_cursor of the page before.
    def get_link_breakdown_csv(id, dimension, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, limit: nil, cursor: nil)
      text("GET", "/v1/links/#{escape(id)}/analytics/#{escape(dimension)}?format=csv", { from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, limit: limit, cursor: cursor })
    end

    # Analyse the clicks of all links, of a domain or of a tag.
    #
    # domain: Only links on this domain or below it.
    # tag: Only links with this tag.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # granularity: Length of a bucket.
    # timezone: IANA name of the time zone that days are of.
    # traffic: Whose clicks.
    # filter: Only clicks with a value, as country:DE, or without, as !country:DE.
    # breakdowns: Dimensions by name with commas between them, or all.
    # top: Most rows of a breakdown.
    # compare: previous adds the period before.
    def get_analytics(domain: nil, tag: nil, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, breakdowns: nil, top: nil, compare: nil)
      json("GET", "/v1/analytics", { domain: domain, tag: tag, from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, breakdowns: breakdowns, top: top, compare: compare })
    end

    # Analyse the clicks of all links, of a domain or of a tag.
    #
    # As a table in CSV.
    #
    # domain: Only links on this domain or below it.
    # tag: Only links with this tag.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # granularity: Length of a bucket.
    # timezone: IANA name of the time zone that days are of.
    # traffic: Whose clicks.
    # filter: Only clicks with a value, as country:DE, or without, as !country:DE.
    # breakdowns: Dimensions by name with commas between them, or all.
    # top: Most rows of a breakdown.
    # compare: previous adds the period before.
    def get_analytics_csv(domain: nil, tag: nil, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, breakdowns: nil, top: nil, compare: nil)
      text("GET", "/v1/analytics?format=csv", { domain: domain, tag: tag, from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, breakdowns: breakdowns, top: top, compare: compare })
    end

    # Export a row for each link and UTC day.
    #
    # domain: Only links on this domain or below it.
    # tag: Only links with this tag.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # dimension: A row for each value of this as well.
    def export_analytics(domain: nil, tag: nil, from: nil, to: nil, dimension: nil, &block)
      rows("GET", "/v1/analytics/export", { domain: domain, tag: tag, from: from, to: to, dimension: dimension }, &block)
    end

    # Export a row for each link and UTC day.
    #
    # As a table in CSV.
    #
    # domain: Only links on this domain or below it.
    # tag: Only links with this tag.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # dimension: A row for each value of this as well.
    def export_analytics_csv(domain: nil, tag: nil, from: nil, to: nil, dimension: nil)
      text("GET", "/v1/analytics/export?format=csv", { domain: domain, tag: tag, from: from, to: to, dimension: dimension })
    end

    # Break clicks down, a page at a time.
    #
    # dimension: What to break down by: country, device, browser, referrer, rule and so on.
    # domain: Only links on this domain or below it.
    # tag: Only links with this tag.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # granularity: Length of a bucket.
    # timezone: IANA name of the time zone that days are of.
    # traffic: Whose clicks.
    # filter: Only clicks with a value, as country:DE, or without, as !country:DE.
    # limit: How many.
    # cursor: next_cursor of the page before.
    def get_breakdown(dimension, domain: nil, tag: nil, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, limit: nil, cursor: nil)
      json("GET", "/v1/analytics/#{escape(dimension)}", { domain: domain, tag: tag, from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, limit: limit, cursor: cursor })
    end

    # All items of get_breakdown, page after page.
    def iterate_breakdown(dimension, domain: nil, tag: nil, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, limit: nil, cursor: nil, &block)
      items("/v1/analytics/#{escape(dimension)}", { domain: domain, tag: tag, from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, limit: limit, cursor: cursor }, :rows, &block)
    end

    # Break clicks down, a page at a time.
    #
    # As a table in CSV.
    #
    # dimension: What to break down by: country, device, browser, referrer, rule and so on.
    # domain: Only links on this domain or below it.
    # tag: Only links with this tag.
    # from: Date or datetime; 30 days before the end if left out.
    # to: Date (that day included) or datetime; now if left out.
    # granularity: Length of a bucket.
    # timezone: IANA name of the time zone that days are of.
    # traffic: Whose clicks.
    # filter: Only clicks with a value, as country:DE, or without, as !country:DE.
    # limit: How many.
    # cursor: next_cursor of the page before.
    def get_breakdown_csv(dimension, domain: nil, tag: nil, from: nil, to: nil, granularity: nil, timezone: nil, traffic: nil, filter: nil, limit: nil, cursor: nil)
      text("GET", "/v1/analytics/#{escape(dimension)}?format=csv", { domain: domain, tag: tag, from: from, to: to, granularity: granularity, timezone: timezone, traffic: traffic, filter: filter, limit: limit, cursor: cursor })
    end

    # List the last single clicks of a link, newest first.
    #
    # id: The link, as lnk_7f3k9x.
    # limit: How many.
    # cursor: next_cursor of the page before, which had the same sort and order. It stays good whatever
    # becomes of the links on that page.
    def list_clicks(id, limit: nil, cursor: nil)
      json("GET", "/v1/links/#{escape(id)}/clicks", { limit: limit, cursor: cursor })
    end

    # All items of list_clicks, page after page.
    def iterate_clicks(id, limit: nil, cursor: nil, &block)
      items("/v1/links/#{escape(id)}/clicks", { limit: limit, cursor: cursor }, :clicks, &block)
    end

    # List the last single clicks of a link, newest first.
    #
    # As a table in CSV.
    #
    # id: The link, as lnk_7f3k9x.
    # limit: How many.
    # cursor: next_cursor of the page before, which had the same sort and order. It stays good whatever
    # becomes of the links on that page.
    def list_clicks_csv(id, limit: nil, cursor: nil)
      text("GET", "/v1/links/#{escape(id)}/clicks?format=csv", { limit: limit, cursor: cursor })
    end

    # Follow clicks as they happen.
    #
    # link: Only clicks of this link.
    # last_event_id: Go on after this event and miss nothing.
    def stream_clicks(link: nil, last_event_id: nil, &block)
      events("GET", "/v1/clicks/stream", { link: link, last_event_id: last_event_id }, &block)
    end

    # Export every click that the log has.
    #
    # Those of links that aren't deleted. The whole log is read, so it takes one of the places that streams
    # have. An answer that breaks off is not complete.
    #
    # link: Only clicks of this link.
    def export_clicks(link: nil, &block)
      rows("GET", "/v1/clicks/export", { link: link }, &block)
    end

    # Ask what would become of links that are brought from elsewhere.
    #
    # Nothing is changed, and nothing promised: a slug that is free may be taken meanwhile.
    def check_import(**body)
      json("POST", "/v1/imports/check", {}, body, take: :results)
    end

    # Bring clicks that another shortener recorded.
    #
    # At most 10,000 in 4 MB, of at most 1,000 links. A click is known by its link, its source and its place
    # among the source's clicks of the link, so what is sent again is not counted again; the places must
    # always be given to the same clicks, the oldest first. The answer comes when all are counted. It takes
    # the scopes analytics and write.
    def import_clicks(**body)
      json("POST", "/v1/imports/clicks", {}, body, take: :clicks)
    end

    # Ask how many clicks of a source are counted, to go on from there.
    def import_positions(**body)
      json("POST", "/v1/imports/clicks/positions", {}, body, take: :positions)
    end

    # List tags with how many links have them.
    def list_tags
      json("GET", "/v1/tags", {}, take: :tags)
    end

    # Show the plan, its limits and what is used.
    def get_account
      json("GET", "/v1/account", {}, take: :account)
    end

    # List your short domains.
    def list_domains
      json("GET", "/v1/domains", {}, take: :domains)
    end

    # Ask for the DNS record that proves whose a domain is.
    #
    # Nothing is kept: whatever is only claimed must not stand in anybody's way.
    def add_domain(**body)
      json("POST", "/v1/domains", {}, body, take: :domain)
    end

    # Read a short domain.
    #
    # host: The domain, as go.example.com.
    def get_domain(host)
      json("GET", "/v1/domains/#{escape(host)}", {}, take: :domain)
    end

    # Change the settings that are named.
    #
    # host: The domain, as go.example.com.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    # if_match: The version that the change is for. Another one is a conflict.
    def change_domain(host, idempotency_key: nil, if_match: nil, **body)
      json("PATCH", "/v1/domains/#{escape(host)}", { idempotency_key: idempotency_key, if_match: if_match }, body, take: :domain)
    end

    # Give a domain up.
    #
    # It must hold no links that aren't deleted. Afterwards visitors find nothing there, and anybody may
    # register the domain who proves that it is theirs. Slugs of deleted links stay closed to other accounts
    # for thirty days all the same, and the case policy of a domain that had links stays.
    #
    # host: The domain, as go.example.com.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    # if_match: The version that the change is for. Another one is a conflict.
    def release_domain(host, idempotency_key: nil, if_match: nil)
      json("DELETE", "/v1/domains/#{escape(host)}", { idempotency_key: idempotency_key, if_match: if_match })
    end

    # Register a domain whose DNS record is set.
    #
    # Said again it changes the case policy, as long as there are no links on the domain.
    #
    # host: The domain, as go.example.com.
    # idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done once.
    def verify_domain(host, idempotency_key: nil, **body)
      json("POST", "/v1/domains/#{escape(host)}/verify", { idempotency_key: idempotency_key }, body, take: :domain)
    end

    # List your webhooks.
    def list_webhooks
      json("GET", "/v1/webhooks", {}, take: :webhooks)
    end

    # Have an address told what happens.
    #
    # The answer has the secret that signs what is sent; it is not shown again. A request that is repeated
    # makes another webhook: there is no Idempotency-Key here. At most 20 in an account.
    def create_webhook(**body)
      json("POST", "/v1/webhooks", {}, body, take: :webhook)
    end

    # Read a webhook.
    #
    # webhook_id: The webhook, as whk_….
    def get_webhook(webhook_id)
      json("GET", "/v1/webhooks/#{escape(webhook_id)}", {}, take: :webhook)
    end

    # Change what is named.
    #
    # Enabled again, a webhook is told what happens from then on, and gets what was still pending.
    #
    # webhook_id: The webhook, as whk_….
    def change_webhook(webhook_id, **body)
      json("PATCH", "/v1/webhooks/#{escape(webhook_id)}", {}, body, take: :webhook)
    end

    # End a webhook and forget its deliveries.
    #
    # webhook_id: The webhook, as whk_….
    def delete_webhook(webhook_id)
      json("DELETE", "/v1/webhooks/#{escape(webhook_id)}", {})
    end

    # Replace the secret.
    #
    # For 24 hours what is sent carries two signatures, of the new secret and of the one before.
    #
    # webhook_id: The webhook, as whk_….
    def rotate_webhook(webhook_id)
      json("POST", "/v1/webhooks/#{escape(webhook_id)}/rotate", {}, take: :webhook)
    end

    # Have a sample sent.
    #
    # It is of the type test and tells of nothing that happened.
    #
    # webhook_id: The webhook, as whk_….
    def test_webhook(webhook_id)
      json("POST", "/v1/webhooks/#{escape(webhook_id)}/test", {}, take: :delivery)
    end

    # List what a webhook was sent.
    #
    # Newest first. They are kept for 7 days, dead ones for 30.
    #
    # webhook_id: The webhook, as whk_….
    # state: Only deliveries in this state.
    # limit: How many.
    # cursor: next_cursor of the page before.
    def list_webhook_deliveries(webhook_id, state: nil, limit: nil, cursor: nil)
      json("GET", "/v1/webhooks/#{escape(webhook_id)}/deliveries", { state: state, limit: limit, cursor: cursor })
    end

    # All items of list_webhook_deliveries, page after page.
    def iterate_webhook_deliveries(webhook_id, state: nil, limit: nil, cursor: nil, &block)
      items("/v1/webhooks/#{escape(webhook_id)}/deliveries", { state: state, limit: limit, cursor: cursor }, :deliveries, &block)
    end

    # Read a delivery with its payload and all attempts.
    #
    # webhook_id: The webhook, as whk_….
    # delivery_id: The delivery, as dlv_42.
    def get_webhook_delivery(webhook_id, delivery_id)
      json("GET", "/v1/webhooks/#{escape(webhook_id)}/deliveries/#{escape(delivery_id)}", {}, take: :delivery)
    end

    # Have a delivery sent again.
    #
    # Whatever became of it; the message id stays. If that fails, it is retried like a new one.
    #
    # webhook_id: The webhook, as whk_….
    # delivery_id: The delivery, as dlv_42.
    def redeliver_webhook_delivery(webhook_id, delivery_id)
      json("POST", "/v1/webhooks/#{escape(webhook_id)}/deliveries/#{escape(delivery_id)}/redeliver", {}, take: :delivery)
    end

    private

    def errors = ERRORS
  end
end
