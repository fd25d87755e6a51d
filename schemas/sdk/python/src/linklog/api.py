# Code generated from schemas/openapi/native.yaml. DO NOT EDIT.
"""The operations, types and errors of the native API."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from .core import Core, Event, LinklogError, quote

if TYPE_CHECKING:
    from typing_extensions import NotRequired, Unpack

__all__ = [
    "Linklog",
    "InvalidUrlError",
    "UnauthorizedError",
    "ForbiddenError",
    "NotFoundError",
    "SlugTakenError",
    "ExternalIdTakenError",
    "InUseError",
    "ValidationError",
    "IdempotencyKeyReusedError",
    "VersionConflictError",
    "MethodNotAllowedError",
    "PayloadTooLargeError",
    "RateLimitedError",
    "InternalError",
    "UnavailableError",
    "Link",
    "NewLink",
    "LinkPatch",
    "Rule",
    "NewRule",
    "Condition",
    "Script",
    "NewScript",
    "LinksAnswer",
    "RevertRequest",
    "BulkRequest",
    "Operation",
    "BulkAnswer",
    "Result",
    "Refusal",
    "ImportSource",
    "ImportCheck",
    "ImportCheckLinks",
    "ImportState",
    "ClickImport",
    "ImportedHistory",
    "ImportedClick",
    "PositionsRequest",
    "HistoryAnswer",
    "Change",
    "Author",
    "Difference",
    "Period",
    "Range",
    "Analytics",
    "Previous",
    "Overview",
    "DateCount",
    "DateVisitors",
    "CountryCount",
    "DeviceCount",
    "ReferrerCount",
    "NameCount",
    "ValueCount",
    "Breakdown",
    "BreakdownPage",
    "ClicksAnswer",
    "Click",
    "ClickEvent",
    "DayRow",
    "TagCount",
    "Account",
    "Limits",
    "Usage",
    "NewDomain",
    "VerifyRequest",
    "Case",
    "Domain",
    "WebhookEvent",
    "NewWebhook",
    "WebhookChange",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookDeliveriesAnswer",
    "DNSRecord",
    "DomainSettings",
]


class Link(TypedDict):
    id: str
    short_url: str
    long_url: str
    slug: str
    clicks: int
    """Visits of people."""
    created_at: str
    expires_at: str | None
    domain: NotRequired[str]
    """The host of the slug; shown if it is not the installation's own."""
    status: NotRequired[Literal["active", "disabled", "archived", "expired", "scheduled"]]
    version: NotRequired[int]
    updated_at: NotRequired[str]
    enabled: NotRequired[bool]
    """False: visitors are told that there is no such link."""
    archived: NotRequired[bool]
    """The same, and lists leave it out."""
    title: NotRequired[str | None]
    note: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    metadata: NotRequired[dict[str, Any] | None]
    """Any JSON object up to 10 KB."""
    external_id: NotRequired[str | None]
    """Your own id for the link, unique on its short domain."""
    valid_from: NotRequired[str | None]
    """Before this time there is no such link."""
    expired_url: NotRequired[str | None]
    """Where visitors go once the link has ended; null: 410."""
    password: NotRequired[bool]
    """Whether there is one."""
    click_limit: NotRequired[int | None]
    """Human clicks after which the link has ended."""
    redirect_status: NotRequired[int | None]
    """301, 302, 303, 307 or 308; null: the domain's."""
    forward_query: NotRequired[bool | None]
    """Visitors' query parameters go along."""
    forward_path: NotRequired[bool | None]
    """What follows the slug goes along."""
    utm_source: NotRequired[str | None]
    utm_medium: NotRequired[str | None]
    utm_campaign: NotRequired[str | None]
    utm_term: NotRequired[str | None]
    utm_content: NotRequired[str | None]
    rules: NotRequired[list[Rule] | None]
    """The first whose conditions all hold decides where a visitor goes."""
    scripts: NotRequired[list[Script] | None]
    """Run in the visitor's browser on the way."""
    preview_title: NotRequired[str | None]
    """What networks show of the link."""
    preview_description: NotRequired[str | None]
    preview_image: NotRequired[str | None]
    indexed: NotRequired[bool | None]
    """Search engines may list the short link."""


class NewLink(TypedDict):
    url: str
    """The destination, with its protocol."""
    custom_slug: NotRequired[str | None]
    """A random one if left out."""
    domain: NotRequired[str | None]
    """Host of the slug: the installation's, one of your own, or a subdomain of either."""
    expires_at: NotRequired[str | None]
    """ISO 8601; null: never."""
    enabled: NotRequired[bool | None]
    """False: visitors are told that there is no such link."""
    archived: NotRequired[bool | None]
    """The same, and lists leave it out."""
    title: NotRequired[str | None]
    note: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    metadata: NotRequired[dict[str, Any] | None]
    """Any JSON object up to 10 KB."""
    external_id: NotRequired[str | None]
    """Your own id for the link, unique on its short domain."""
    valid_from: NotRequired[str | None]
    """Before this time there is no such link."""
    expired_url: NotRequired[str | None]
    """Where visitors go once the link has ended; null: 410."""
    password: NotRequired[str | None]
    """What visitors have to enter. Kept as a hash."""
    click_limit: NotRequired[int | None]
    """Human clicks after which the link has ended."""
    redirect_status: NotRequired[int | None]
    """301, 302, 303, 307 or 308; null: the domain's."""
    forward_query: NotRequired[bool | None]
    """Visitors' query parameters go along."""
    forward_path: NotRequired[bool | None]
    """What follows the slug goes along."""
    utm_source: NotRequired[str | None]
    utm_medium: NotRequired[str | None]
    utm_campaign: NotRequired[str | None]
    utm_term: NotRequired[str | None]
    utm_content: NotRequired[str | None]
    rules: NotRequired[list[NewRule] | None]
    """The first whose conditions all hold decides where a visitor goes."""
    scripts: NotRequired[list[NewScript] | None]
    """Run in the visitor's browser on the way."""
    preview_title: NotRequired[str | None]
    """What networks show of the link."""
    preview_description: NotRequired[str | None]
    preview_image: NotRequired[str | None]
    indexed: NotRequired[bool | None]
    """Search engines may list the short link."""


class LinkPatch(TypedDict):
    """Null takes a value away."""

    url: NotRequired[str]
    """The destination, with its protocol."""
    custom_slug: NotRequired[str | None]
    """Another slug; also called slug."""
    domain: NotRequired[str | None]
    """Another host of the same short domain."""
    expires_at: NotRequired[str | None]
    """ISO 8601; null: never."""
    slug: NotRequired[str | None]
    """Another name of custom_slug."""
    enabled: NotRequired[bool | None]
    """False: visitors are told that there is no such link."""
    archived: NotRequired[bool | None]
    """The same, and lists leave it out."""
    title: NotRequired[str | None]
    note: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    metadata: NotRequired[dict[str, Any] | None]
    """Any JSON object up to 10 KB."""
    external_id: NotRequired[str | None]
    """Your own id for the link, unique on its short domain."""
    valid_from: NotRequired[str | None]
    """Before this time there is no such link."""
    expired_url: NotRequired[str | None]
    """Where visitors go once the link has ended; null: 410."""
    password: NotRequired[str | None]
    """What visitors have to enter. Kept as a hash."""
    click_limit: NotRequired[int | None]
    """Human clicks after which the link has ended."""
    redirect_status: NotRequired[int | None]
    """301, 302, 303, 307 or 308; null: the domain's."""
    forward_query: NotRequired[bool | None]
    """Visitors' query parameters go along."""
    forward_path: NotRequired[bool | None]
    """What follows the slug goes along."""
    utm_source: NotRequired[str | None]
    utm_medium: NotRequired[str | None]
    utm_campaign: NotRequired[str | None]
    utm_term: NotRequired[str | None]
    utm_content: NotRequired[str | None]
    rules: NotRequired[list[NewRule] | None]
    """The first whose conditions all hold decides where a visitor goes."""
    scripts: NotRequired[list[NewScript] | None]
    """Run in the visitor's browser on the way."""
    preview_title: NotRequired[str | None]
    """What networks show of the link."""
    preview_description: NotRequired[str | None]
    preview_image: NotRequired[str | None]
    indexed: NotRequired[bool | None]
    """Search engines may list the short link."""


class Rule(TypedDict):
    id: str
    """Analytics tell by it which rule chose."""
    url: str
    percentage: NotRequired[int]
    """Of the visitors; all rules together at most 100."""
    conditions: list[Condition]
    """All must hold."""


class NewRule(TypedDict):
    id: NotRequired[str]
    """The lowest free number if left out."""
    url: str
    percentage: NotRequired[int]
    conditions: NotRequired[list[Condition]]

Condition = TypedDict(
    "Condition",
    {
        "kind": 'Literal["country", "city", "device", "os", "browser", "language", "referrer", "time", "date", "weekday", "query"]',
        "not": 'NotRequired[bool]',
        "values": 'NotRequired[list[str]]',
        "name": 'NotRequired[str]',
        "from": 'NotRequired[str]',
        "to": 'NotRequired[str]',
        "weekdays": 'NotRequired[list[Literal["sun", "mon", "tue", "wed", "thu", "fri", "sat"]]]',
        "zone": 'NotRequired[str]',
        "starts": 'NotRequired[str]',
        "ends": 'NotRequired[str]',
    },
)


class Script(TypedDict):
    id: str
    placement: Literal["head", "body"]
    content: str
    """A script tag, the URL of a script, or JavaScript."""


class NewScript(TypedDict):
    id: NotRequired[str]
    placement: NotRequired[Literal["head", "body"]]
    content: str


class LinksAnswer(TypedDict):
    success: Literal[True]
    links: list[Link]
    next_cursor: str | None
    search: NotRequired[Literal["partial"]]
    """Links may be missing that have the text in the middle of their slug or destination: see the parameter
    search.
    """


class RevertRequest(TypedDict):
    version: int


class BulkRequest(TypedDict):
    atomic: NotRequired[bool]
    """All or nothing."""
    operations: list[Operation]

Operation = dict[str, Any]
"""Besides these, the fields of the request that does the same alone."""


class BulkAnswer(TypedDict):
    success: Literal[True]
    succeeded: int
    failed: int
    results: list[Result]


class Result(TypedDict):
    op: str
    success: bool
    status: int
    """Of the request that does the same alone."""
    id: NotRequired[str]
    link: NotRequired[Link]
    """As all operations left it."""
    error: NotRequired[Refusal]


class Refusal(TypedDict):
    code: str
    """As in the error of the request that does the same alone."""
    message: str
    field: NotRequired[str]
    """The one that is wrong, from operations on."""

ImportSource = str
"""The shortener that things come from."""


class ImportCheck(TypedDict):
    links: list[ImportCheckLinks]


class ImportCheckLinks(TypedDict):
    domain: NotRequired[str]
    """Left out: the installation's own."""
    slug: NotRequired[str]
    external_id: NotRequired[str]


class ImportState(TypedDict):
    state: Literal["new", "imported", "yours", "taken", "refused"]
    """imported: you have a link with this external id; yours: you have one with this slug; taken: somebody else
    has, or had until lately; refused: it can't be made.
    """
    id: NotRequired[str]
    """Of the link that is yours."""
    long_url: NotRequired[str]
    rests_until: NotRequired[str]
    """When a slug that is taken but nobody's any more may be had again."""
    error: NotRequired[Refusal]


class ClickImport(TypedDict):
    source: ImportSource
    links: list[ImportedHistory]


class ImportedHistory(TypedDict):
    id: str
    position: NotRequired[int]
    """How many of the source's clicks of this link come before these. At most as many as are counted."""
    clicks: list[ImportedClick]


class ImportedClick(TypedDict):
    """Left out is unknown."""

    time: str
    count: NotRequired[int]
    """So many alike."""
    method: NotRequired[Literal["GET", "HEAD"]]
    trigger: NotRequired[Literal["link", "qr"]]
    rule: NotRequired[str]
    country: NotRequired[str]
    region: NotRequired[str]
    city: NotRequired[str]
    referrer: NotRequired[str]
    """An address; its query is dropped."""
    user_agent: NotRequired[str]
    """Without one it counts as a person's."""
    language: NotRequired[str]
    utm_source: NotRequired[str]
    utm_medium: NotRequired[str]
    utm_campaign: NotRequired[str]
    utm_term: NotRequired[str]
    utm_content: NotRequired[str]


class PositionsRequest(TypedDict):
    source: ImportSource
    links: list[str]


class HistoryAnswer(TypedDict):
    success: Literal[True]
    history: list[Change]
    next_cursor: str | None


class Change(TypedDict):
    version: int
    """The link's after it."""
    at: str
    event: Literal["created", "destination", "slug", "expiry", "changed", "unreadable", "deleted"]
    by: Author
    via: str
    """api, or the name of another dialect or tool."""
    changes: dict[str, Difference]
    """By the name of the link's member; of a password only that there is one."""


class Author(TypedDict):
    account: str
    key: str

Difference = TypedDict(
    "Difference",
    {
        "from": 'Any',
        "to": 'Any',
    },
)

Period = TypedDict(
    "Period",
    {
        "from": 'str',
        "to": 'str',
    },
)

Range = TypedDict(
    "Range",
    {
        "from": 'str',
        "to": 'str',
        "exact_to": 'str',
    },
)
"""What is covered, exactly."""


class Analytics(TypedDict):
    link_id: NotRequired[str]
    total_clicks: int
    period: Period
    timeseries: list[DateCount]
    breakdown: NotRequired[Overview]
    bot_clicks: int
    head_requests: int
    unique_visitors: int | None
    """The sum of the UTC days'; null under a filter."""
    daily_visitors: NotRequired[list[DateVisitors]]
    granularity: str
    traffic: str
    timezone: str
    domain: NotRequired[str]
    tag: NotRequired[str]
    links: NotRequired[int]
    """How many are summed up."""
    filter: NotRequired[str]
    unsure_clicks: NotRequired[int]
    range: Range
    breakdown_range: Range
    breakdowns: NotRequired[list[Breakdown]]
    previous: NotRequired[Previous]


class Previous(TypedDict):
    period: Period
    total_clicks: int
    bot_clicks: int
    head_requests: int
    unique_visitors: int | None
    change: float | None
    """0.5 is half as many more."""


class Overview(TypedDict):
    countries: list[CountryCount]
    devices: list[DeviceCount]
    referrers: list[ReferrerCount]
    browsers: list[NameCount]
    os: list[NameCount]
    platforms: list[NameCount]


class DateCount(TypedDict):
    date: str
    clicks: int


class DateVisitors(TypedDict):
    date: str
    visitors: int


class CountryCount(TypedDict):
    code: str
    name: str
    clicks: int


class DeviceCount(TypedDict):
    type: str
    clicks: int


class ReferrerCount(TypedDict):
    domain: str
    clicks: int


class NameCount(TypedDict):
    name: str
    clicks: int


class ValueCount(TypedDict):
    value: str
    clicks: int


class Breakdown(TypedDict):
    dimension: str
    total: int
    values: int
    """Different ones."""
    rows: list[ValueCount]
    before: NotRequired[int]
    """Clicks on the pages before."""
    rest: int
    """Clicks of the rows that follow."""
    without: int
    """Clicks without a value."""
    over: int
    """Clicks of values beyond what is kept."""
    lost: NotRequired[int]
    """Under a filter: by how much a row may be wrong."""


class BreakdownPage(TypedDict):
    link_id: NotRequired[str]
    dimension: str
    total: int
    values: int
    """Different ones."""
    rows: list[ValueCount]
    before: NotRequired[int]
    """Clicks on the pages before."""
    rest: int
    """Clicks of the rows that follow."""
    without: int
    """Clicks without a value."""
    over: int
    """Clicks of values beyond what is kept."""
    lost: NotRequired[int]
    """Under a filter: by how much a row may be wrong."""
    traffic: str
    domain: NotRequired[str]
    tag: NotRequired[str]
    filter: NotRequired[str]
    range: Range
    next_cursor: str | None


class ClicksAnswer(TypedDict):
    success: Literal[True]
    clicks: list[Click]
    next_cursor: str | None


class Click(TypedDict):
    """What is left out it didn't say."""

    number: int
    """Of the link's clicks, in the order they were counted."""
    at: str
    traffic: Literal["human", "bot", "head"]
    trigger: str
    """link, qr and so on."""
    country: NotRequired[str]
    region: NotRequired[str]
    city: NotRequired[str]
    device: NotRequired[str]
    browser: NotRequired[str]
    os: NotRequired[str]
    platform: NotRequired[str]
    referrer: NotRequired[str]
    referrer_page: NotRequired[str]
    language: NotRequired[str]
    utm_source: NotRequired[str]
    utm_medium: NotRequired[str]
    utm_campaign: NotRequired[str]
    utm_term: NotRequired[str]
    utm_content: NotRequired[str]
    rule: NotRequired[str]
    bot_reason: NotRequired[str]
    host: NotRequired[str]
    slug: NotRequired[str]
    version: NotRequired[str]


class ClickEvent(TypedDict):
    """A click as it happens. What is left out it didn't say."""

    id: str
    """Of the click, everywhere."""
    time: str
    link_id: str
    link_version: int
    account: str
    host: str
    slug: str
    method: Literal["GET", "HEAD"]
    trigger: Literal["link", "qr"]
    rule: NotRequired[str]
    country: NotRequired[str]
    region: NotRequired[str]
    city: NotRequired[str]
    referrer_host: NotRequired[str]
    referrer_path: NotRequired[str]
    user_agent: NotRequired[str]
    language: NotRequired[str]
    utm_source: NotRequired[str]
    utm_medium: NotRequired[str]
    utm_campaign: NotRequired[str]
    utm_term: NotRequired[str]
    utm_content: NotRequired[str]
    visitor: NotRequired[str]
    """A hash that is another one every day."""
    imported: NotRequired[str]
    """The shortener that recorded it; left out if that is Linklog."""


class DayRow(TypedDict):
    """The clicks of a link on a UTC day, of a value of the dimension if one was asked for."""

    link_id: str
    date: str
    dimension: NotRequired[str]
    value: NotRequired[str]
    human: int
    bot: int
    head: int
    unique_visitors: NotRequired[int]
    """Without a dimension."""


class TagCount(TypedDict):
    tag: str
    links: int


class Account(TypedDict):
    id: str
    key: str
    plan: Literal["free", "pro", "enterprise"]
    limits: Limits
    usage: Usage


class Limits(TypedDict):
    """Null is none."""

    requests_per_hour: int | None
    """Of each key: what was agreed with the account, or else the plan's."""
    links_per_domain: int | None
    bulk_operations: int
    domains: int | None
    edit_destinations: bool


class Usage(TypedDict):
    links: int
    """On all domains together."""
    domains: int


class NewDomain(TypedDict):
    host: str
    case: NotRequired[Case]


class VerifyRequest(TypedDict):
    case: NotRequired[Case]

Case = Literal["keep", "ignore"]
"""Whether Sale and sale are two slugs. Fixed with the first link."""


class Domain(TypedDict):
    host: str
    case: Case
    verified: bool
    version: int
    """0: not registered yet."""
    verification: DNSRecord
    settings: DomainSettings | None

WebhookEvent = Literal["link.created", "link.updated", "link.deleted", "click"]


class NewWebhook(TypedDict):
    url: str
    """A public http or https address."""
    description: NotRequired[str]
    events: NotRequired[list[WebhookEvent] | None]
    """Left out: all of them."""


class WebhookChange(TypedDict):
    url: NotRequired[str | None]
    description: NotRequired[str | None]
    events: NotRequired[list[WebhookEvent] | None]
    enabled: NotRequired[bool | None]


class Webhook(TypedDict):
    id: str
    url: str
    description: str
    events: list[WebhookEvent]
    enabled: bool
    disabled_reason: str | None
    """Why it was paused or disabled, unless you did that."""
    failing_since: str | None
    """Null: the last attempt succeeded."""
    created_at: str
    previous_secret_expires_at: str | None
    """Until then the secret before signs too."""
    secret: NotRequired[str]
    """As whsec_…; only in answers that have just made it."""


class WebhookAttempt(TypedDict):
    number: int
    at: str
    took_ms: int
    status: int | None
    """Null: there was no answer."""
    answer: str
    """Its first kilobyte."""
    error: str | None
    """Null: it succeeded."""


class WebhookDelivery(TypedDict):
    id: str
    webhook_id: str
    message_id: str
    """What webhook-id says, the same in every attempt."""
    event: Literal["link.created", "link.updated", "link.deleted", "click", "test"]
    state: Literal["pending", "delivered", "dead"]
    attempts_begun: int
    created_at: str
    next_attempt_at: str | None
    """Null: there will be none."""
    last_attempt: WebhookAttempt | None
    attempts: NotRequired[list[WebhookAttempt]]
    """Oldest first; only of a delivery that is read alone."""
    payload: NotRequired[dict[str, Any]]
    """What is sent; only of a delivery that is read alone."""


class WebhookDeliveriesAnswer(TypedDict):
    success: Literal[True]
    deliveries: list[WebhookDelivery]
    next_cursor: str | None


class DNSRecord(TypedDict):
    """It proves whose the domain is."""

    type: Literal["TXT"]
    name: str
    value: str


class DomainSettings(TypedDict):
    """Null is ours."""

    redirect_status: NotRequired[Literal[301, 302, 303, 307, 308] | None]
    """Of links that don't choose."""
    root_url: NotRequired[str | None]
    """Where visitors without a slug go."""
    not_found_url: NotRequired[str | None]
    """Where visitors of unknown slugs go."""
    robots_txt: NotRequired[str | None]
    favicon_url: NotRequired[str | None]
    apple_app_site_association: NotRequired[dict[str, Any] | None]
    assetlinks: NotRequired[list[dict[str, Any]] | None]


class InvalidUrlError(LinklogError):
    """The API's INVALID_URL."""


class UnauthorizedError(LinklogError):
    """The API's UNAUTHORIZED."""


class ForbiddenError(LinklogError):
    """The API's FORBIDDEN."""


class NotFoundError(LinklogError):
    """The API's NOT_FOUND."""


class SlugTakenError(LinklogError):
    """The API's SLUG_TAKEN."""


class ExternalIdTakenError(LinklogError):
    """The API's EXTERNAL_ID_TAKEN."""


class InUseError(LinklogError):
    """The API's IN_USE."""


class ValidationError(LinklogError):
    """The API's VALIDATION_ERROR."""


class IdempotencyKeyReusedError(LinklogError):
    """The API's IDEMPOTENCY_KEY_REUSED."""


class VersionConflictError(LinklogError):
    """The API's VERSION_CONFLICT."""


class MethodNotAllowedError(LinklogError):
    """The API's METHOD_NOT_ALLOWED."""


class PayloadTooLargeError(LinklogError):
    """The API's PAYLOAD_TOO_LARGE."""


class RateLimitedError(LinklogError):
    """The API's RATE_LIMITED."""


class InternalError(LinklogError):
    """The API's INTERNAL_ERROR."""


class UnavailableError(LinklogError):
    """The API's UNAVAILABLE."""


class Linklog(Core):
    """A Linklog's native API."""

    _errors = {
        "INVALID_URL": InvalidUrlError,
        "UNAUTHORIZED": UnauthorizedError,
        "FORBIDDEN": ForbiddenError,
        "NOT_FOUND": NotFoundError,
        "SLUG_TAKEN": SlugTakenError,
        "EXTERNAL_ID_TAKEN": ExternalIdTakenError,
        "IN_USE": InUseError,
        "VALIDATION_ERROR": ValidationError,
        "IDEMPOTENCY_KEY_REUSED": IdempotencyKeyReusedError,
        "VERSION_CONFLICT": VersionConflictError,
        "METHOD_NOT_ALLOWED": MethodNotAllowedError,
        "PAYLOAD_TOO_LARGE": PayloadTooLargeError,
        "RATE_LIMITED": RateLimitedError,
        "INTERNAL_ERROR": InternalError,
        "UNAVAILABLE": UnavailableError,
    }

    def list_links(
        self,
        *,
        tag: str | None = None,
        domain: str | None = None,
        status: Literal["active", "disabled", "archived", "expired", "scheduled", "any"] | None = None,
        search: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        metadata: dict[str, str] | None = None,
        external_id: str | None = None,
        url: str | None = None,
        sort: Literal["created_at", "updated_at", "slug", "title", "destination"] | None = None,
        order: Literal["asc", "desc"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        fields: Literal["all"] | None = None,
    ) -> LinksAnswer:
        """List links, newest first.

        tag: Only links with this tag.
        domain: Only links on this host.
        status: Left out: all that are not archived.
        search: Part of slug, destination or title, in any case; or words, in any order, each of which begins
        a word of these. (A word is what lies between characters of ASCII that are neither letters nor digits;
        of a destination the first 500 characters behind `://` are taken apart, of a title the first 200, and
        of the text the first eight words count.) In an account of more than 3,000 links letters in the middle
        of a word are found in titles of all links, if they are three or more, but in slugs and destinations
        of the 3,000 newest links only that aren't archived. The list then says "search": "partial"; its words
        were looked for in all links all the same, and a count counts what the list has.
        from_: Created at this time or later.
        to: Created before this time; a date includes that day.
        metadata: metadata[key]=value: links whose metadata has that value, or with metadata[key] alone the
        key.
        external_id: Your own id for the link.
        url: Links that lead exactly there.
        sort: What to order by.
        order: Which way.
        limit: How many.
        cursor: next_cursor of the page before, which had the same sort and order. It stays good whatever
        becomes of the links on that page.
        fields: all shows members that are not set as well.
        """
        return self._json("GET", "/v1/links", {"tag": tag, "domain": domain, "status": status, "search": search, "from": from_, "to": to, "metadata": metadata, "external_id": external_id, "url": url, "sort": sort, "order": order, "limit": limit, "cursor": cursor, "fields": fields})

    def iterate_links(
        self,
        *,
        tag: str | None = None,
        domain: str | None = None,
        status: Literal["active", "disabled", "archived", "expired", "scheduled", "any"] | None = None,
        search: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        metadata: dict[str, str] | None = None,
        external_id: str | None = None,
        url: str | None = None,
        sort: Literal["created_at", "updated_at", "slug", "title", "destination"] | None = None,
        order: Literal["asc", "desc"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        fields: Literal["all"] | None = None,
    ) -> Generator[Link, None, None]:
        """All items of list_links, page after page."""
        return self._items("/v1/links", {"tag": tag, "domain": domain, "status": status, "search": search, "from": from_, "to": to, "metadata": metadata, "external_id": external_id, "url": url, "sort": sort, "order": order, "limit": limit, "cursor": cursor, "fields": fields}, "links")

    def create_link(
        self,
        *,
        fields: Literal["all"] | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[NewLink],
    ) -> Link:
        """Create a link.

        fields: all shows members that are not set as well.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        """
        return self._json("POST", "/v1/links", {"fields": fields, "idempotency_key": idempotency_key}, body, take="link")

    def count_links(
        self,
        *,
        tag: str | None = None,
        domain: str | None = None,
        status: Literal["active", "disabled", "archived", "expired", "scheduled", "any"] | None = None,
        search: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        metadata: dict[str, str] | None = None,
        external_id: str | None = None,
        url: str | None = None,
    ) -> int:
        """Count the links of a list on all pages.

        tag: Only links with this tag.
        domain: Only links on this host.
        status: Left out: all that are not archived.
        search: Part of slug, destination or title, in any case; or words, in any order, each of which begins
        a word of these. (A word is what lies between characters of ASCII that are neither letters nor digits;
        of a destination the first 500 characters behind `://` are taken apart, of a title the first 200, and
        of the text the first eight words count.) In an account of more than 3,000 links letters in the middle
        of a word are found in titles of all links, if they are three or more, but in slugs and destinations
        of the 3,000 newest links only that aren't archived. The list then says "search": "partial"; its words
        were looked for in all links all the same, and a count counts what the list has.
        from_: Created at this time or later.
        to: Created before this time; a date includes that day.
        metadata: metadata[key]=value: links whose metadata has that value, or with metadata[key] alone the
        key.
        external_id: Your own id for the link.
        url: Links that lead exactly there.
        """
        return self._json("GET", "/v1/links/count", {"tag": tag, "domain": domain, "status": status, "search": search, "from": from_, "to": to, "metadata": metadata, "external_id": external_id, "url": url}, take="count")

    def change_links(
        self,
        *,
        fields: Literal["all"] | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[BulkRequest],
    ) -> BulkAnswer:
        """Create, update, upsert and delete many links.

        Up to 1,000 operations, fewer on smaller plans. Each is done for itself unless the request is atomic:
        then all are done or none, and the first refusal is the answer. Atomic requests concern one short
        domain. What would take more than 900 KB in the log is refused before anything is done.

        fields: all shows members that are not set as well.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        """
        return self._json("POST", "/v1/links/bulk", {"fields": fields, "idempotency_key": idempotency_key}, body)

    def get_link_by_slug(
        self,
        slug: str,
        /,
        *,
        domain: str | None = None,
        fields: Literal["all"] | None = None,
    ) -> Link:
        """Find a link by its slug.

        slug: The slug.
        domain: The host, if it isn't the installation's own.
        fields: all shows members that are not set as well.
        """
        return self._json("GET", f"/v1/links/by-slug/{quote(slug)}", {"domain": domain, "fields": fields}, take="link")

    def get_link_by_external_id(
        self,
        external_id: str,
        /,
        *,
        domain: str | None = None,
        fields: Literal["all"] | None = None,
    ) -> Link:
        """Find a link by your own id for it.

        external_id: Your own id for the link.
        domain: The host, if it isn't the installation's own.
        fields: all shows members that are not set as well.
        """
        return self._json("GET", f"/v1/links/by-external-id/{quote(external_id)}", {"domain": domain, "fields": fields}, take="link")

    def upsert_link(
        self,
        external_id: str,
        /,
        *,
        fields: Literal["all"] | None = None,
        idempotency_key: str | None = None,
        **body: Unpack[NewLink],
    ) -> Link:
        """Create a link, or change the one with this id.

        The link that has the id gets this destination, and of the rest what the request names: everything
        else stays as it is. null takes a value away.

        external_id: Your own id for the link.
        fields: all shows members that are not set as well.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        """
        return self._json("PUT", f"/v1/links/by-external-id/{quote(external_id)}", {"fields": fields, "idempotency_key": idempotency_key}, body, take="link")

    def get_link(
        self,
        id: str,
        /,
        *,
        as_of: str | None = None,
        version: int | None = None,
        fields: Literal["all"] | None = None,
    ) -> Link:
        """Read a link, as it is or as it was.

        id: The link, as lnk_7f3k9x.
        as_of: The link as it was at this time.
        version: The link as it was at this version.
        fields: all shows members that are not set as well.
        """
        return self._json("GET", f"/v1/links/{quote(id)}", {"as_of": as_of, "version": version, "fields": fields}, take="link")

    def update_link(
        self,
        id: str,
        /,
        *,
        fields: Literal["all"] | None = None,
        idempotency_key: str | None = None,
        if_match: int | None = None,
        **body: Unpack[LinkPatch],
    ) -> Link:
        """Change what is named, and nothing else.

        id: The link, as lnk_7f3k9x.
        fields: all shows members that are not set as well.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        if_match: The version that the change is for. Another one is a conflict.
        """
        return self._json("PATCH", f"/v1/links/{quote(id)}", {"fields": fields, "idempotency_key": idempotency_key, "if_match": if_match}, body, take="link")

    def delete_link(
        self,
        id: str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: int | None = None,
    ) -> None:
        """Delete a link and its analytics, for good.

        id: The link, as lnk_7f3k9x.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        if_match: The version that the change is for. Another one is a conflict.
        """
        self._json("DELETE", f"/v1/links/{quote(id)}", {"idempotency_key": idempotency_key, "if_match": if_match})

    def archive_link(
        self,
        id: str,
        /,
        *,
        fields: Literal["all"] | None = None,
        idempotency_key: str | None = None,
        if_match: int | None = None,
    ) -> Link:
        """Put a link away; visitors get 404 until it is restored.

        id: The link, as lnk_7f3k9x.
        fields: all shows members that are not set as well.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        if_match: The version that the change is for. Another one is a conflict.
        """
        return self._json("POST", f"/v1/links/{quote(id)}/archive", {"fields": fields, "idempotency_key": idempotency_key, "if_match": if_match}, take="link")

    def restore_link(
        self,
        id: str,
        /,
        *,
        fields: Literal["all"] | None = None,
        idempotency_key: str | None = None,
        if_match: int | None = None,
    ) -> Link:
        """Take a link back out of the archive.

        id: The link, as lnk_7f3k9x.
        fields: all shows members that are not set as well.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        if_match: The version that the change is for. Another one is a conflict.
        """
        return self._json("POST", f"/v1/links/{quote(id)}/restore", {"fields": fields, "idempotency_key": idempotency_key, "if_match": if_match}, take="link")

    def get_qr_code(
        self,
        id: str,
        /,
        *,
        format: Literal["png", "svg"] | None = None,
        size: int | None = None,
        margin: int | None = None,
        level: Literal["L", "M", "Q", "H"] | None = None,
        color: str | None = None,
        background: str | None = None,
        logo: str | None = None,
    ) -> bytes:
        """Draw the QR code of a link.

        id: The link, as lnk_7f3k9x.
        format: The kind of picture.
        size: Width and height in pixels.
        margin: Empty space around the code, in modules.
        level: Error correction; M, and H with a logo, if left out.
        color: Of the dots.
        background: A color or transparent.
        logo: For the middle: a public address or a percent-encoded data URL of a PNG, JPEG, GIF or WebP.
        """
        return self._bytes("GET", f"/v1/links/{quote(id)}/qr", {"format": format, "size": size, "margin": margin, "level": level, "color": color, "background": background, "logo": logo})

    def get_history(
        self,
        id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> HistoryAnswer:
        """List who changed what, when and through what, newest first.

        id: The link, as lnk_7f3k9x.
        limit: How many.
        cursor: next_cursor of the page before.
        """
        return self._json("GET", f"/v1/links/{quote(id)}/history", {"limit": limit, "cursor": cursor})

    def iterate_history(
        self,
        id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Generator[Change, None, None]:
        """All items of get_history, page after page."""
        return self._items(f"/v1/links/{quote(id)}/history", {"limit": limit, "cursor": cursor}, "history")

    def revert_link(
        self,
        id: str,
        /,
        *,
        fields: Literal["all"] | None = None,
        idempotency_key: str | None = None,
        if_match: int | None = None,
        **body: Unpack[RevertRequest],
    ) -> Link:
        """Make a link like it was at a version; itself a change.

        If it had an end that has passed meanwhile, it has ended again.

        id: The link, as lnk_7f3k9x.
        fields: all shows members that are not set as well.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        if_match: The version that the change is for. Another one is a conflict.
        """
        return self._json("POST", f"/v1/links/{quote(id)}/revert", {"fields": fields, "idempotency_key": idempotency_key, "if_match": if_match}, body, take="link")

    def get_link_analytics(
        self,
        id: str,
        /,
        *,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        breakdowns: str | None = None,
        top: int | None = None,
        compare: Literal["none", "previous"] | None = None,
    ) -> Analytics:
        """Analyse the clicks of a link.

        id: The link, as lnk_7f3k9x.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        granularity: Length of a bucket.
        timezone: IANA name of the time zone that days are of.
        traffic: Whose clicks.
        filter: Only clicks with a value, as country:DE, or without, as !country:DE.
        breakdowns: Dimensions by name with commas between them, or all.
        top: Most rows of a breakdown.
        compare: previous adds the period before.
        """
        return self._json("GET", f"/v1/links/{quote(id)}/analytics", {"from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "breakdowns": breakdowns, "top": top, "compare": compare})

    def get_link_analytics_csv(
        self,
        id: str,
        /,
        *,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        breakdowns: str | None = None,
        top: int | None = None,
        compare: Literal["none", "previous"] | None = None,
    ) -> str:
        """Analyse the clicks of a link.

        As a table in CSV.

        id: The link, as lnk_7f3k9x.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        granularity: Length of a bucket.
        timezone: IANA name of the time zone that days are of.
        traffic: Whose clicks.
        filter: Only clicks with a value, as country:DE, or without, as !country:DE.
        breakdowns: Dimensions by name with commas between them, or all.
        top: Most rows of a breakdown.
        compare: previous adds the period before.
        """
        return self._text("GET", f"/v1/links/{quote(id)}/analytics?format=csv", {"from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "breakdowns": breakdowns, "top": top, "compare": compare})

    def get_link_breakdown(
        self,
        id: str,
        dimension: str,
        /,
        *,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> BreakdownPage:
        """Break the clicks of a link down, a page at a time.

        id: The link, as lnk_7f3k9x.
        dimension: What to break down by: country, device, browser, referrer, rule and so on.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        granularity: Length of a bucket.
        timezone: IANA name of the time zone that days are of.
        traffic: Whose clicks.
        filter: Only clicks with a value, as country:DE, or without, as !country:DE.
        limit: How many.
        cursor: next_cursor of the page before.
        """
        return self._json("GET", f"/v1/links/{quote(id)}/analytics/{quote(dimension)}", {"from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "limit": limit, "cursor": cursor})

    def iterate_link_breakdown(
        self,
        id: str,
        dimension: str,
        /,
        *,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Generator[ValueCount, None, None]:
        """All items of get_link_breakdown, page after page."""
        return self._items(f"/v1/links/{quote(id)}/analytics/{quote(dimension)}", {"from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "limit": limit, "cursor": cursor}, "rows")

    def get_link_breakdown_csv(
        self,
        id: str,
        dimension: str,
        /,
        *,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> str:
        """Break the clicks of a link down, a page at a time.

        As a table in CSV.

        id: The link, as lnk_7f3k9x.
        dimension: What to break down by: country, device, browser, referrer, rule and so on.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        granularity: Length of a bucket.
        timezone: IANA name of the time zone that days are of.
        traffic: Whose clicks.
        filter: Only clicks with a value, as country:DE, or without, as !country:DE.
        limit: How many.
        cursor: next_cursor of the page before.
        """
        return self._text("GET", f"/v1/links/{quote(id)}/analytics/{quote(dimension)}?format=csv", {"from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "limit": limit, "cursor": cursor})

    def get_analytics(
        self,
        *,
        domain: str | None = None,
        tag: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        breakdowns: str | None = None,
        top: int | None = None,
        compare: Literal["none", "previous"] | None = None,
    ) -> Analytics:
        """Analyse the clicks of all links, of a domain or of a tag.

        domain: Only links on this domain or below it.
        tag: Only links with this tag.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        granularity: Length of a bucket.
        timezone: IANA name of the time zone that days are of.
        traffic: Whose clicks.
        filter: Only clicks with a value, as country:DE, or without, as !country:DE.
        breakdowns: Dimensions by name with commas between them, or all.
        top: Most rows of a breakdown.
        compare: previous adds the period before.
        """
        return self._json("GET", "/v1/analytics", {"domain": domain, "tag": tag, "from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "breakdowns": breakdowns, "top": top, "compare": compare})

    def get_analytics_csv(
        self,
        *,
        domain: str | None = None,
        tag: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        breakdowns: str | None = None,
        top: int | None = None,
        compare: Literal["none", "previous"] | None = None,
    ) -> str:
        """Analyse the clicks of all links, of a domain or of a tag.

        As a table in CSV.

        domain: Only links on this domain or below it.
        tag: Only links with this tag.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        granularity: Length of a bucket.
        timezone: IANA name of the time zone that days are of.
        traffic: Whose clicks.
        filter: Only clicks with a value, as country:DE, or without, as !country:DE.
        breakdowns: Dimensions by name with commas between them, or all.
        top: Most rows of a breakdown.
        compare: previous adds the period before.
        """
        return self._text("GET", "/v1/analytics?format=csv", {"domain": domain, "tag": tag, "from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "breakdowns": breakdowns, "top": top, "compare": compare})

    def export_analytics(
        self,
        *,
        domain: str | None = None,
        tag: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        dimension: str | None = None,
    ) -> Generator[DayRow, None, None]:
        """Export a row for each link and UTC day.

        domain: Only links on this domain or below it.
        tag: Only links with this tag.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        dimension: A row for each value of this as well.
        """
        return self._rows("GET", "/v1/analytics/export", {"domain": domain, "tag": tag, "from": from_, "to": to, "dimension": dimension})

    def export_analytics_csv(
        self,
        *,
        domain: str | None = None,
        tag: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        dimension: str | None = None,
    ) -> str:
        """Export a row for each link and UTC day.

        As a table in CSV.

        domain: Only links on this domain or below it.
        tag: Only links with this tag.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        dimension: A row for each value of this as well.
        """
        return self._text("GET", "/v1/analytics/export?format=csv", {"domain": domain, "tag": tag, "from": from_, "to": to, "dimension": dimension})

    def get_breakdown(
        self,
        dimension: str,
        /,
        *,
        domain: str | None = None,
        tag: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> BreakdownPage:
        """Break clicks down, a page at a time.

        dimension: What to break down by: country, device, browser, referrer, rule and so on.
        domain: Only links on this domain or below it.
        tag: Only links with this tag.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        granularity: Length of a bucket.
        timezone: IANA name of the time zone that days are of.
        traffic: Whose clicks.
        filter: Only clicks with a value, as country:DE, or without, as !country:DE.
        limit: How many.
        cursor: next_cursor of the page before.
        """
        return self._json("GET", f"/v1/analytics/{quote(dimension)}", {"domain": domain, "tag": tag, "from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "limit": limit, "cursor": cursor})

    def iterate_breakdown(
        self,
        dimension: str,
        /,
        *,
        domain: str | None = None,
        tag: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Generator[ValueCount, None, None]:
        """All items of get_breakdown, page after page."""
        return self._items(f"/v1/analytics/{quote(dimension)}", {"domain": domain, "tag": tag, "from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "limit": limit, "cursor": cursor}, "rows")

    def get_breakdown_csv(
        self,
        dimension: str,
        /,
        *,
        domain: str | None = None,
        tag: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        granularity: Literal["15min", "hour", "day", "week", "month"] | None = None,
        timezone: str | None = None,
        traffic: Literal["human", "bot", "all", "head"] | None = None,
        filter: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> str:
        """Break clicks down, a page at a time.

        As a table in CSV.

        dimension: What to break down by: country, device, browser, referrer, rule and so on.
        domain: Only links on this domain or below it.
        tag: Only links with this tag.
        from_: Date or datetime; 30 days before the end if left out.
        to: Date (that day included) or datetime; now if left out.
        granularity: Length of a bucket.
        timezone: IANA name of the time zone that days are of.
        traffic: Whose clicks.
        filter: Only clicks with a value, as country:DE, or without, as !country:DE.
        limit: How many.
        cursor: next_cursor of the page before.
        """
        return self._text("GET", f"/v1/analytics/{quote(dimension)}?format=csv", {"domain": domain, "tag": tag, "from": from_, "to": to, "granularity": granularity, "timezone": timezone, "traffic": traffic, "filter": filter, "limit": limit, "cursor": cursor})

    def list_clicks(
        self,
        id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> ClicksAnswer:
        """List the last single clicks of a link, newest first.

        id: The link, as lnk_7f3k9x.
        limit: How many.
        cursor: next_cursor of the page before, which had the same sort and order. It stays good whatever
        becomes of the links on that page.
        """
        return self._json("GET", f"/v1/links/{quote(id)}/clicks", {"limit": limit, "cursor": cursor})

    def iterate_clicks(
        self,
        id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Generator[Click, None, None]:
        """All items of list_clicks, page after page."""
        return self._items(f"/v1/links/{quote(id)}/clicks", {"limit": limit, "cursor": cursor}, "clicks")

    def list_clicks_csv(
        self,
        id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> str:
        """List the last single clicks of a link, newest first.

        As a table in CSV.

        id: The link, as lnk_7f3k9x.
        limit: How many.
        cursor: next_cursor of the page before, which had the same sort and order. It stays good whatever
        becomes of the links on that page.
        """
        return self._text("GET", f"/v1/links/{quote(id)}/clicks?format=csv", {"limit": limit, "cursor": cursor})

    def stream_clicks(
        self,
        *,
        link: str | None = None,
        last_event_id: str | None = None,
    ) -> Generator[Event[ClickEvent], None, None]:
        """Follow clicks as they happen.

        link: Only clicks of this link.
        last_event_id: Go on after this event and miss nothing.
        """
        return self._events("GET", "/v1/clicks/stream", {"link": link, "last_event_id": last_event_id})

    def export_clicks(
        self,
        *,
        link: str | None = None,
    ) -> Generator[ClickEvent, None, None]:
        """Export every click that the log has.

        Those of links that aren't deleted. The whole log is read, so it takes one of the places that streams
        have. An answer that breaks off is not complete.

        link: Only clicks of this link.
        """
        return self._rows("GET", "/v1/clicks/export", {"link": link})

    def check_import(
        self,
        **body: Unpack[ImportCheck],
    ) -> list[ImportState]:
        """Ask what would become of links that are brought from elsewhere.

        Nothing is changed, and nothing promised: a slug that is free may be taken meanwhile.
        """
        return self._json("POST", "/v1/imports/check", {}, body, take="results")

    def import_clicks(
        self,
        **body: Unpack[ClickImport],
    ) -> int:
        """Bring clicks that another shortener recorded.

        At most 10,000 in 4 MB, of at most 1,000 links. A click is known by its link, its source and its place
        among the source's clicks of the link, so what is sent again is not counted again; the places must
        always be given to the same clicks, the oldest first. The answer comes when all are counted. It takes
        the scopes analytics and write.
        """
        return self._json("POST", "/v1/imports/clicks", {}, body, take="clicks")

    def import_positions(
        self,
        **body: Unpack[PositionsRequest],
    ) -> dict[str, int]:
        """Ask how many clicks of a source are counted, to go on from there."""
        return self._json("POST", "/v1/imports/clicks/positions", {}, body, take="positions")

    def list_tags(
        self,
    ) -> list[TagCount]:
        """List tags with how many links have them."""
        return self._json("GET", "/v1/tags", {}, take="tags")

    def get_account(
        self,
    ) -> Account:
        """Show the plan, its limits and what is used."""
        return self._json("GET", "/v1/account", {}, take="account")

    def list_domains(
        self,
    ) -> list[Domain]:
        """List your short domains."""
        return self._json("GET", "/v1/domains", {}, take="domains")

    def add_domain(
        self,
        **body: Unpack[NewDomain],
    ) -> Domain:
        """Ask for the DNS record that proves whose a domain is.

        Nothing is kept: whatever is only claimed must not stand in anybody's way.
        """
        return self._json("POST", "/v1/domains", {}, body, take="domain")

    def get_domain(
        self,
        host: str,
        /,
    ) -> Domain:
        """Read a short domain.

        host: The domain, as go.example.com.
        """
        return self._json("GET", f"/v1/domains/{quote(host)}", {}, take="domain")

    def change_domain(
        self,
        host: str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: int | None = None,
        **body: Unpack[DomainSettings],
    ) -> Domain:
        """Change the settings that are named.

        host: The domain, as go.example.com.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        if_match: The version that the change is for. Another one is a conflict.
        """
        return self._json("PATCH", f"/v1/domains/{quote(host)}", {"idempotency_key": idempotency_key, "if_match": if_match}, body, take="domain")

    def release_domain(
        self,
        host: str,
        /,
        *,
        idempotency_key: str | None = None,
        if_match: int | None = None,
    ) -> None:
        """Give a domain up.

        It must hold no links that aren't deleted. Afterwards visitors find nothing there, and anybody may
        register the domain who proves that it is theirs. Slugs of deleted links stay closed to other accounts
        for thirty days all the same, and the case policy of a domain that had links stays.

        host: The domain, as go.example.com.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        if_match: The version that the change is for. Another one is a conflict.
        """
        self._json("DELETE", f"/v1/domains/{quote(host)}", {"idempotency_key": idempotency_key, "if_match": if_match})

    def verify_domain(
        self,
        host: str,
        /,
        *,
        idempotency_key: str | None = None,
        **body: Unpack[VerifyRequest],
    ) -> Domain:
        """Register a domain whose DNS record is set.

        Said again it changes the case policy, as long as there are no links on the domain.

        host: The domain, as go.example.com.
        idempotency_key: 1 to 255 printable ASCII characters. The same request under the same key is done
        once.
        """
        return self._json("POST", f"/v1/domains/{quote(host)}/verify", {"idempotency_key": idempotency_key}, body, take="domain")

    def list_webhooks(
        self,
    ) -> list[Webhook]:
        """List your webhooks."""
        return self._json("GET", "/v1/webhooks", {}, take="webhooks")

    def create_webhook(
        self,
        **body: Unpack[NewWebhook],
    ) -> Webhook:
        """Have an address told what happens.

        The answer has the secret that signs what is sent; it is not shown again. A request that is repeated
        makes another webhook: there is no Idempotency-Key here. At most 20 in an account.
        """
        return self._json("POST", "/v1/webhooks", {}, body, take="webhook")

    def get_webhook(
        self,
        webhook_id: str,
        /,
    ) -> Webhook:
        """Read a webhook.

        webhook_id: The webhook, as whk_….
        """
        return self._json("GET", f"/v1/webhooks/{quote(webhook_id)}", {}, take="webhook")

    def change_webhook(
        self,
        webhook_id: str,
        /,
        **body: Unpack[WebhookChange],
    ) -> Webhook:
        """Change what is named.

        Enabled again, a webhook is told what happens from then on, and gets what was still pending.

        webhook_id: The webhook, as whk_….
        """
        return self._json("PATCH", f"/v1/webhooks/{quote(webhook_id)}", {}, body, take="webhook")

    def delete_webhook(
        self,
        webhook_id: str,
        /,
    ) -> None:
        """End a webhook and forget its deliveries.

        webhook_id: The webhook, as whk_….
        """
        self._json("DELETE", f"/v1/webhooks/{quote(webhook_id)}", {})

    def rotate_webhook(
        self,
        webhook_id: str,
        /,
    ) -> Webhook:
        """Replace the secret.

        For 24 hours what is sent carries two signatures, of the new secret and of the one before.

        webhook_id: The webhook, as whk_….
        """
        return self._json("POST", f"/v1/webhooks/{quote(webhook_id)}/rotate", {}, take="webhook")

    def test_webhook(
        self,
        webhook_id: str,
        /,
    ) -> WebhookDelivery:
        """Have a sample sent.

        It is of the type test and tells of nothing that happened.

        webhook_id: The webhook, as whk_….
        """
        return self._json("POST", f"/v1/webhooks/{quote(webhook_id)}/test", {}, take="delivery")

    def list_webhook_deliveries(
        self,
        webhook_id: str,
        /,
        *,
        state: Literal["pending", "delivered", "dead"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> WebhookDeliveriesAnswer:
        """List what a webhook was sent.

        Newest first. They are kept for 7 days, dead ones for 30.

        webhook_id: The webhook, as whk_….
        state: Only deliveries in this state.
        limit: How many.
        cursor: next_cursor of the page before.
        """
        return self._json("GET", f"/v1/webhooks/{quote(webhook_id)}/deliveries", {"state": state, "limit": limit, "cursor": cursor})

    def iterate_webhook_deliveries(
        self,
        webhook_id: str,
        /,
        *,
        state: Literal["pending", "delivered", "dead"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Generator[WebhookDelivery, None, None]:
        """All items of list_webhook_deliveries, page after page."""
        return self._items(f"/v1/webhooks/{quote(webhook_id)}/deliveries", {"state": state, "limit": limit, "cursor": cursor}, "deliveries")

    def get_webhook_delivery(
        self,
        webhook_id: str,
        delivery_id: str,
        /,
    ) -> WebhookDelivery:
        """Read a delivery with its payload and all attempts.

        webhook_id: The webhook, as whk_….
        delivery_id: The delivery, as dlv_42.
        """
        return self._json("GET", f"/v1/webhooks/{quote(webhook_id)}/deliveries/{quote(delivery_id)}", {}, take="delivery")

    def redeliver_webhook_delivery(
        self,
        webhook_id: str,
        delivery_id: str,
        /,
    ) -> WebhookDelivery:
        """Have a delivery sent again.

        Whatever became of it; the message id stays. If that fails, it is retried like a new one.

        webhook_id: The webhook, as whk_….
        delivery_id: The delivery, as dlv_42.
        """
        return self._json("POST", f"/v1/webhooks/{quote(webhook_id)}/deliveries/{quote(delivery_id)}/redeliver", {}, take="delivery")

