// Code generated from schemas/openapi/native.yaml. DO NOT EDIT.

import { Core, LinklogError, type RequestOptions, type StreamEvent } from "./core.js";

export interface Link {
  id: string;
  short_url: string;
  long_url: string;
  slug: string;
  /** Visits of people. */
  clicks: number;
  created_at: string;
  expires_at: string | null;
  /** The host of the slug; shown if it is not the installation's own. */
  domain?: string;
  status?: "active" | "disabled" | "archived" | "expired" | "scheduled";
  version?: number;
  updated_at?: string;
  /** False: visitors are told that there is no such link. */
  enabled?: boolean;
  /** The same, and lists leave it out. */
  archived?: boolean;
  title?: string | null;
  note?: string | null;
  tags?: string[] | null;
  /** Any JSON object up to 10 KB. */
  metadata?: Record<string, unknown> | null;
  /** Your own id for the link, unique on its short domain. */
  external_id?: string | null;
  /** Before this time there is no such link. */
  valid_from?: string | null;
  /** Where visitors go once the link has ended; null: 410. */
  expired_url?: string | null;
  /** Whether there is one. */
  password?: boolean;
  /** Human clicks after which the link has ended. */
  click_limit?: number | null;
  /** 301, 302, 303, 307 or 308; null: the domain's. */
  redirect_status?: number | null;
  /** Visitors' query parameters go along. */
  forward_query?: boolean | null;
  /** What follows the slug goes along. */
  forward_path?: boolean | null;
  utm_source?: string | null;
  utm_medium?: string | null;
  utm_campaign?: string | null;
  utm_term?: string | null;
  utm_content?: string | null;
  /** The first whose conditions all hold decides where a visitor goes. */
  rules?: Rule[] | null;
  /** Run in the visitor's browser on the way. */
  scripts?: Script[] | null;
  /** What networks show of the link. */
  preview_title?: string | null;
  preview_description?: string | null;
  preview_image?: string | null;
  /** Search engines may list the short link. */
  indexed?: boolean | null;
}

export interface NewLink {
  /** The destination, with its protocol. */
  url: string;
  /** A random one if left out. */
  custom_slug?: string | null;
  /** Host of the slug: the installation's, one of your own, or a subdomain of either. */
  domain?: string | null;
  /** ISO 8601; null: never. */
  expires_at?: string | null;
  /** False: visitors are told that there is no such link. */
  enabled?: boolean | null;
  /** The same, and lists leave it out. */
  archived?: boolean | null;
  title?: string | null;
  note?: string | null;
  tags?: string[] | null;
  /** Any JSON object up to 10 KB. */
  metadata?: Record<string, unknown> | null;
  /** Your own id for the link, unique on its short domain. */
  external_id?: string | null;
  /** Before this time there is no such link. */
  valid_from?: string | null;
  /** Where visitors go once the link has ended; null: 410. */
  expired_url?: string | null;
  /** What visitors have to enter. Kept as a hash. */
  password?: string | null;
  /** Human clicks after which the link has ended. */
  click_limit?: number | null;
  /** 301, 302, 303, 307 or 308; null: the domain's. */
  redirect_status?: number | null;
  /** Visitors' query parameters go along. */
  forward_query?: boolean | null;
  /** What follows the slug goes along. */
  forward_path?: boolean | null;
  utm_source?: string | null;
  utm_medium?: string | null;
  utm_campaign?: string | null;
  utm_term?: string | null;
  utm_content?: string | null;
  /** The first whose conditions all hold decides where a visitor goes. */
  rules?: NewRule[] | null;
  /** Run in the visitor's browser on the way. */
  scripts?: NewScript[] | null;
  /** What networks show of the link. */
  preview_title?: string | null;
  preview_description?: string | null;
  preview_image?: string | null;
  /** Search engines may list the short link. */
  indexed?: boolean | null;
}

/** Null takes a value away. */
export interface LinkPatch {
  /** The destination, with its protocol. */
  url?: string;
  /** Another slug; also called slug. */
  custom_slug?: string | null;
  /** Another host of the same short domain. */
  domain?: string | null;
  /** ISO 8601; null: never. */
  expires_at?: string | null;
  /** Another name of custom_slug. */
  slug?: string | null;
  /** False: visitors are told that there is no such link. */
  enabled?: boolean | null;
  /** The same, and lists leave it out. */
  archived?: boolean | null;
  title?: string | null;
  note?: string | null;
  tags?: string[] | null;
  /** Any JSON object up to 10 KB. */
  metadata?: Record<string, unknown> | null;
  /** Your own id for the link, unique on its short domain. */
  external_id?: string | null;
  /** Before this time there is no such link. */
  valid_from?: string | null;
  /** Where visitors go once the link has ended; null: 410. */
  expired_url?: string | null;
  /** What visitors have to enter. Kept as a hash. */
  password?: string | null;
  /** Human clicks after which the link has ended. */
  click_limit?: number | null;
  /** 301, 302, 303, 307 or 308; null: the domain's. */
  redirect_status?: number | null;
  /** Visitors' query parameters go along. */
  forward_query?: boolean | null;
  /** What follows the slug goes along. */
  forward_path?: boolean | null;
  utm_source?: string | null;
  utm_medium?: string | null;
  utm_campaign?: string | null;
  utm_term?: string | null;
  utm_content?: string | null;
  /** The first whose conditions all hold decides where a visitor goes. */
  rules?: NewRule[] | null;
  /** Run in the visitor's browser on the way. */
  scripts?: NewScript[] | null;
  /** What networks show of the link. */
  preview_title?: string | null;
  preview_description?: string | null;
  preview_image?: string | null;
  /** Search engines may list the short link. */
  indexed?: boolean | null;
}

export interface Rule {
  /** Analytics tell by it which rule chose. */
  id: string;
  url: string;
  /** Of the visitors; all rules together at most 100. */
  percentage?: number;
  /** All must hold. */
  conditions: Condition[];
}

export interface NewRule {
  /** The lowest free number if left out. */
  id?: string;
  url: string;
  percentage?: number;
  conditions?: Condition[];
}

export interface Condition {
  kind: "country" | "city" | "device" | "os" | "browser" | "language" | "referrer" | "time" | "date" | "weekday" | "query";
  /** The opposite must hold. */
  not?: boolean;
  /**
   * One of them must be it. For country, city, device, os, browser, language, referrer; for query what the
   * parameter may be.
   */
  values?: string[];
  /** Of a query parameter. */
  name?: string;
  /** A time of day, as 22:00. */
  from?: string;
  /** A time of day, outside; before from it is the next day's. */
  to?: string;
  weekdays?: ("sun" | "mon" | "tue" | "wed" | "thu" | "fri" | "sat")[];
  /** IANA name of the time zone of time and weekday; UTC if left out. */
  zone?: string;
  /** Of a date window. */
  starts?: string;
  /** Of a date window, outside. */
  ends?: string;
}

export interface Script {
  id: string;
  placement: "head" | "body";
  /** A script tag, the URL of a script, or JavaScript. */
  content: string;
}

export interface NewScript {
  id?: string;
  placement?: "head" | "body";
  content: string;
}

export interface LinksAnswer {
  success: true;
  links: Link[];
  next_cursor: string | null;
  /** Links may be missing that have the text in the middle of their slug or destination: see the parameter search. */
  search?: "partial";
}

export interface RevertRequest {
  version: number;
}

export interface BulkRequest {
  /** All or nothing. */
  atomic?: boolean;
  operations: Operation[];
}

/** Besides these, the fields of the request that does the same alone. */
export interface Operation {
  /**
   * import is create, with a slug that another shortener gave out: 1 to 100 letters, digits, hyphens and
   * underscores.
   */
  op: "create" | "update" | "upsert" | "delete" | "import";
  /** Of the link to update or delete. */
  id?: string;
  /** Of the link to upsert. */
  external_id?: string;
  [name: string]: unknown;
}

export interface BulkAnswer {
  success: true;
  succeeded: number;
  failed: number;
  results: Result[];
}

export interface Result {
  op: string;
  success: boolean;
  /** Of the request that does the same alone. */
  status: number;
  id?: string;
  /** As all operations left it. */
  link?: Link;
  error?: Refusal;
}

export interface Refusal {
  /** As in the error of the request that does the same alone. */
  code: string;
  message: string;
  /** The one that is wrong, from operations on. */
  field?: string;
}

/** The shortener that things come from. */
export type ImportSource = string;

export interface ImportCheck {
  links: ImportCheckLinks[];
}

export interface ImportCheckLinks {
  /** Left out: the installation's own. */
  domain?: string;
  slug?: string;
  external_id?: string;
}

export interface ImportState {
  /**
   * imported: you have a link with this external id; yours: you have one with this slug; taken: somebody else
   * has, or had until lately; refused: it can't be made.
   */
  state: "new" | "imported" | "yours" | "taken" | "refused";
  /** Of the link that is yours. */
  id?: string;
  long_url?: string;
  /** When a slug that is taken but nobody's any more may be had again. */
  rests_until?: string;
  error?: Refusal;
}

export interface ClickImport {
  source: ImportSource;
  links: ImportedHistory[];
}

export interface ImportedHistory {
  id: string;
  /** How many of the source's clicks of this link come before these. At most as many as are counted. */
  position?: number;
  clicks: ImportedClick[];
}

/** Left out is unknown. */
export interface ImportedClick {
  time: string;
  /** So many alike. */
  count?: number;
  method?: "GET" | "HEAD";
  trigger?: "link" | "qr";
  rule?: string;
  country?: string;
  region?: string;
  city?: string;
  /** An address; its query is dropped. */
  referrer?: string;
  /** Without one it counts as a person's. */
  user_agent?: string;
  language?: string;
  utm_source?: string;
  utm_medium?: string;
  utm_campaign?: string;
  utm_term?: string;
  utm_content?: string;
}

export interface PositionsRequest {
  source: ImportSource;
  links: string[];
}

export interface HistoryAnswer {
  success: true;
  history: Change[];
  next_cursor: string | null;
}

export interface Change {
  /** The link's after it. */
  version: number;
  at: string;
  event: "created" | "destination" | "slug" | "expiry" | "changed" | "unreadable" | "deleted";
  by: Author;
  /** api, or the name of another dialect or tool. */
  via: string;
  /** By the name of the link's member; of a password only that there is one. */
  changes: Record<string, Difference>;
}

export interface Author {
  account: string;
  key: string;
}

export interface Difference {
  from: unknown;
  to: unknown;
}

export interface Period {
  from: string;
  to: string;
}

/** What is covered, exactly. */
export interface Range {
  from: string;
  /** Outside. */
  to: string;
  exact_to: string;
}

export interface Analytics {
  link_id?: string;
  total_clicks: number;
  period: Period;
  timeseries: DateCount[];
  breakdown?: Overview;
  bot_clicks: number;
  head_requests: number;
  /** The sum of the UTC days'; null under a filter. */
  unique_visitors: number | null;
  daily_visitors?: DateVisitors[];
  granularity: string;
  traffic: string;
  timezone: string;
  domain?: string;
  tag?: string;
  /** How many are summed up. */
  links?: number;
  filter?: string;
  unsure_clicks?: number;
  range: Range;
  breakdown_range: Range;
  breakdowns?: Breakdown[];
  previous?: Previous;
}

export interface Previous {
  period: Period;
  total_clicks: number;
  bot_clicks: number;
  head_requests: number;
  unique_visitors: number | null;
  /** 0.5 is half as many more. */
  change: number | null;
}

export interface Overview {
  countries: CountryCount[];
  devices: DeviceCount[];
  referrers: ReferrerCount[];
  browsers: NameCount[];
  os: NameCount[];
  platforms: NameCount[];
}

export interface DateCount {
  date: string;
  clicks: number;
}

export interface DateVisitors {
  date: string;
  visitors: number;
}

export interface CountryCount {
  code: string;
  name: string;
  clicks: number;
}

export interface DeviceCount {
  type: string;
  clicks: number;
}

export interface ReferrerCount {
  domain: string;
  clicks: number;
}

export interface NameCount {
  name: string;
  clicks: number;
}

export interface ValueCount {
  value: string;
  clicks: number;
}

export interface Breakdown {
  dimension: string;
  total: number;
  /** Different ones. */
  values: number;
  rows: ValueCount[];
  /** Clicks on the pages before. */
  before?: number;
  /** Clicks of the rows that follow. */
  rest: number;
  /** Clicks without a value. */
  without: number;
  /** Clicks of values beyond what is kept. */
  over: number;
  /** Under a filter: by how much a row may be wrong. */
  lost?: number;
}

export interface BreakdownPage {
  link_id?: string;
  dimension: string;
  total: number;
  /** Different ones. */
  values: number;
  rows: ValueCount[];
  /** Clicks on the pages before. */
  before?: number;
  /** Clicks of the rows that follow. */
  rest: number;
  /** Clicks without a value. */
  without: number;
  /** Clicks of values beyond what is kept. */
  over: number;
  /** Under a filter: by how much a row may be wrong. */
  lost?: number;
  traffic: string;
  domain?: string;
  tag?: string;
  filter?: string;
  range: Range;
  next_cursor: string | null;
}

export interface ClicksAnswer {
  success: true;
  clicks: Click[];
  next_cursor: string | null;
}

/** What is left out it didn't say. */
export interface Click {
  /** Of the link's clicks, in the order they were counted. */
  number: number;
  at: string;
  traffic: "human" | "bot" | "head";
  /** link, qr and so on. */
  trigger: string;
  country?: string;
  region?: string;
  city?: string;
  device?: string;
  browser?: string;
  os?: string;
  platform?: string;
  referrer?: string;
  referrer_page?: string;
  language?: string;
  utm_source?: string;
  utm_medium?: string;
  utm_campaign?: string;
  utm_term?: string;
  utm_content?: string;
  rule?: string;
  bot_reason?: string;
  host?: string;
  slug?: string;
  version?: string;
}

/** A click as it happens. What is left out it didn't say. */
export interface ClickEvent {
  /** Of the click, everywhere. */
  id: string;
  time: string;
  link_id: string;
  link_version: number;
  account: string;
  host: string;
  slug: string;
  method: "GET" | "HEAD";
  trigger: "link" | "qr";
  rule?: string;
  country?: string;
  region?: string;
  city?: string;
  referrer_host?: string;
  referrer_path?: string;
  user_agent?: string;
  language?: string;
  utm_source?: string;
  utm_medium?: string;
  utm_campaign?: string;
  utm_term?: string;
  utm_content?: string;
  /** A hash that is another one every day. */
  visitor?: string;
  /** The shortener that recorded it; left out if that is Linklog. */
  imported?: string;
}

/** The clicks of a link on a UTC day, of a value of the dimension if one was asked for. */
export interface DayRow {
  link_id: string;
  date: string;
  dimension?: string;
  value?: string;
  human: number;
  bot: number;
  head: number;
  /** Without a dimension. */
  unique_visitors?: number;
}

export interface TagCount {
  tag: string;
  links: number;
}

export interface Account {
  id: string;
  key: string;
  plan: "free" | "pro" | "enterprise";
  limits: Limits;
  usage: Usage;
}

/** Null is none. */
export interface Limits {
  /** Of each key: what was agreed with the account, or else the plan's. */
  requests_per_hour: number | null;
  links_per_domain: number | null;
  bulk_operations: number;
  domains: number | null;
  edit_destinations: boolean;
}

export interface Usage {
  /** On all domains together. */
  links: number;
  domains: number;
}

export interface NewDomain {
  host: string;
  case?: Case;
}

export interface VerifyRequest {
  case?: Case;
}

/** Whether Sale and sale are two slugs. Fixed with the first link. */
export type Case = "keep" | "ignore";

export interface Domain {
  host: string;
  case: Case;
  verified: boolean;
  /** 0: not registered yet. */
  version: number;
  verification: DNSRecord;
  settings: DomainSettings | null;
}

export type WebhookEvent = "link.created" | "link.updated" | "link.deleted" | "click";

export interface NewWebhook {
  /** A public http or https address. */
  url: string;
  description?: string;
  /** Left out: all of them. */
  events?: WebhookEvent[] | null;
}

export interface WebhookChange {
  url?: string | null;
  description?: string | null;
  events?: WebhookEvent[] | null;
  enabled?: boolean | null;
}

export interface Webhook {
  id: string;
  url: string;
  description: string;
  events: WebhookEvent[];
  enabled: boolean;
  /** Why it was paused or disabled, unless you did that. */
  disabled_reason: string | null;
  /** Null: the last attempt succeeded. */
  failing_since: string | null;
  created_at: string;
  /** Until then the secret before signs too. */
  previous_secret_expires_at: string | null;
  /** As whsec_…; only in answers that have just made it. */
  secret?: string;
}

export interface WebhookAttempt {
  number: number;
  at: string;
  took_ms: number;
  /** Null: there was no answer. */
  status: number | null;
  /** Its first kilobyte. */
  answer: string;
  /** Null: it succeeded. */
  error: string | null;
}

export interface WebhookDelivery {
  id: string;
  webhook_id: string;
  /** What webhook-id says, the same in every attempt. */
  message_id: string;
  event: "link.created" | "link.updated" | "link.deleted" | "click" | "test";
  state: "pending" | "delivered" | "dead";
  attempts_begun: number;
  created_at: string;
  /** Null: there will be none. */
  next_attempt_at: string | null;
  last_attempt: WebhookAttempt | null;
  /** Oldest first; only of a delivery that is read alone. */
  attempts?: WebhookAttempt[];
  /** What is sent; only of a delivery that is read alone. */
  payload?: Record<string, unknown>;
}

export interface WebhookDeliveriesAnswer {
  success: true;
  deliveries: WebhookDelivery[];
  next_cursor: string | null;
}

/** It proves whose the domain is. */
export interface DNSRecord {
  type: "TXT";
  name: string;
  value: string;
}

/** Null is ours. */
export interface DomainSettings {
  /** Of links that don't choose. */
  redirect_status?: 301 | 302 | 303 | 307 | 308 | null;
  /** Where visitors without a slug go. */
  root_url?: string | null;
  /** Where visitors of unknown slugs go. */
  not_found_url?: string | null;
  robots_txt?: string | null;
  favicon_url?: string | null;
  apple_app_site_association?: Record<string, unknown> | null;
  assetlinks?: Record<string, unknown>[] | null;
}


/** What listLinks may be told. */
export interface ListLinksParams extends RequestOptions {
  /** Only links with this tag. */
  tag?: string;
  /** Only links on this host. */
  domain?: string;
  /** Left out: all that are not archived. */
  status?: "active" | "disabled" | "archived" | "expired" | "scheduled" | "any";
  /**
   * Part of slug, destination or title, in any case; or words, in any order, each of which begins a word of
   * these. (A word is what lies between characters of ASCII that are neither letters nor digits; of a
   * destination the first 500 characters behind `://` are taken apart, of a title the first 200, and of the
   * text the first eight words count.) In an account of more than 3,000 links letters in the middle of a word
   * are found in titles of all links, if they are three or more, but in slugs and destinations of the 3,000
   * newest links only that aren't archived. The list then says "search": "partial"; its words were looked for
   * in all links all the same, and a count counts what the list has.
   */
  search?: string;
  /** Created at this time or later. */
  from?: string;
  /** Created before this time; a date includes that day. */
  to?: string;
  /** metadata[key]=value: links whose metadata has that value, or with metadata[key] alone the key. */
  metadata?: Record<string, string>;
  /** Your own id for the link. */
  external_id?: string;
  /** Links that lead exactly there. */
  url?: string;
  /** What to order by. */
  sort?: "created_at" | "updated_at" | "slug" | "title" | "destination";
  /** Which way. */
  order?: "asc" | "desc";
  /** How many. */
  limit?: number;
  /**
   * next_cursor of the page before, which had the same sort and order. It stays good whatever becomes of the
   * links on that page.
   */
  cursor?: string;
  /** all shows members that are not set as well. */
  fields?: "all";
}

/** What createLink may be told. */
export interface CreateLinkParams extends RequestOptions {
  /** all shows members that are not set as well. */
  fields?: "all";
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
}

/** What countLinks may be told. */
export interface CountLinksParams extends RequestOptions {
  /** Only links with this tag. */
  tag?: string;
  /** Only links on this host. */
  domain?: string;
  /** Left out: all that are not archived. */
  status?: "active" | "disabled" | "archived" | "expired" | "scheduled" | "any";
  /**
   * Part of slug, destination or title, in any case; or words, in any order, each of which begins a word of
   * these. (A word is what lies between characters of ASCII that are neither letters nor digits; of a
   * destination the first 500 characters behind `://` are taken apart, of a title the first 200, and of the
   * text the first eight words count.) In an account of more than 3,000 links letters in the middle of a word
   * are found in titles of all links, if they are three or more, but in slugs and destinations of the 3,000
   * newest links only that aren't archived. The list then says "search": "partial"; its words were looked for
   * in all links all the same, and a count counts what the list has.
   */
  search?: string;
  /** Created at this time or later. */
  from?: string;
  /** Created before this time; a date includes that day. */
  to?: string;
  /** metadata[key]=value: links whose metadata has that value, or with metadata[key] alone the key. */
  metadata?: Record<string, string>;
  /** Your own id for the link. */
  external_id?: string;
  /** Links that lead exactly there. */
  url?: string;
}

/** What changeLinks may be told. */
export interface ChangeLinksParams extends RequestOptions {
  /** all shows members that are not set as well. */
  fields?: "all";
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
}

/** What getLinkBySlug may be told. */
export interface GetLinkBySlugParams extends RequestOptions {
  /** The host, if it isn't the installation's own. */
  domain?: string;
  /** all shows members that are not set as well. */
  fields?: "all";
}

/** What getLinkByExternalID may be told. */
export interface GetLinkByExternalIDParams extends RequestOptions {
  /** The host, if it isn't the installation's own. */
  domain?: string;
  /** all shows members that are not set as well. */
  fields?: "all";
}

/** What upsertLink may be told. */
export interface UpsertLinkParams extends RequestOptions {
  /** all shows members that are not set as well. */
  fields?: "all";
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
}

/** What getLink may be told. */
export interface GetLinkParams extends RequestOptions {
  /** The link as it was at this time. */
  as_of?: string;
  /** The link as it was at this version. */
  version?: number;
  /** all shows members that are not set as well. */
  fields?: "all";
}

/** What updateLink may be told. */
export interface UpdateLinkParams extends RequestOptions {
  /** all shows members that are not set as well. */
  fields?: "all";
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
  /** The version that the change is for. Another one is a conflict. */
  if_match?: number;
}

/** What deleteLink may be told. */
export interface DeleteLinkParams extends RequestOptions {
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
  /** The version that the change is for. Another one is a conflict. */
  if_match?: number;
}

/** What archiveLink may be told. */
export interface ArchiveLinkParams extends RequestOptions {
  /** all shows members that are not set as well. */
  fields?: "all";
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
  /** The version that the change is for. Another one is a conflict. */
  if_match?: number;
}

/** What restoreLink may be told. */
export interface RestoreLinkParams extends RequestOptions {
  /** all shows members that are not set as well. */
  fields?: "all";
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
  /** The version that the change is for. Another one is a conflict. */
  if_match?: number;
}

/** What getQRCode may be told. */
export interface GetQRCodeParams extends RequestOptions {
  /** The kind of picture. */
  format?: "png" | "svg";
  /** Width and height in pixels. */
  size?: number;
  /** Empty space around the code, in modules. */
  margin?: number;
  /** Error correction; M, and H with a logo, if left out. */
  level?: "L" | "M" | "Q" | "H";
  /** Of the dots. */
  color?: string;
  /** A color or transparent. */
  background?: string;
  /** For the middle: a public address or a percent-encoded data URL of a PNG, JPEG, GIF or WebP. */
  logo?: string;
}

/** What getHistory may be told. */
export interface GetHistoryParams extends RequestOptions {
  /** How many. */
  limit?: number;
  /** next_cursor of the page before. */
  cursor?: string;
}

/** What revertLink may be told. */
export interface RevertLinkParams extends RequestOptions {
  /** all shows members that are not set as well. */
  fields?: "all";
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
  /** The version that the change is for. Another one is a conflict. */
  if_match?: number;
}

/** What getLinkAnalytics may be told. */
export interface GetLinkAnalyticsParams extends RequestOptions {
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** Length of a bucket. */
  granularity?: "15min" | "hour" | "day" | "week" | "month";
  /** IANA name of the time zone that days are of. */
  timezone?: string;
  /** Whose clicks. */
  traffic?: "human" | "bot" | "all" | "head";
  /** Only clicks with a value, as country:DE, or without, as !country:DE. */
  filter?: string;
  /** Dimensions by name with commas between them, or all. */
  breakdowns?: string;
  /** Most rows of a breakdown. */
  top?: number;
  /** previous adds the period before. */
  compare?: "none" | "previous";
}

/** What getLinkAnalyticsCSV may be told. */
export interface GetLinkAnalyticsCSVParams extends RequestOptions {
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** Length of a bucket. */
  granularity?: "15min" | "hour" | "day" | "week" | "month";
  /** IANA name of the time zone that days are of. */
  timezone?: string;
  /** Whose clicks. */
  traffic?: "human" | "bot" | "all" | "head";
  /** Only clicks with a value, as country:DE, or without, as !country:DE. */
  filter?: string;
  /** Dimensions by name with commas between them, or all. */
  breakdowns?: string;
  /** Most rows of a breakdown. */
  top?: number;
  /** previous adds the period before. */
  compare?: "none" | "previous";
}

/** What getLinkBreakdown may be told. */
export interface GetLinkBreakdownParams extends RequestOptions {
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** Length of a bucket. */
  granularity?: "15min" | "hour" | "day" | "week" | "month";
  /** IANA name of the time zone that days are of. */
  timezone?: string;
  /** Whose clicks. */
  traffic?: "human" | "bot" | "all" | "head";
  /** Only clicks with a value, as country:DE, or without, as !country:DE. */
  filter?: string;
  /** How many. */
  limit?: number;
  /** next_cursor of the page before. */
  cursor?: string;
}

/** What getLinkBreakdownCSV may be told. */
export interface GetLinkBreakdownCSVParams extends RequestOptions {
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** Length of a bucket. */
  granularity?: "15min" | "hour" | "day" | "week" | "month";
  /** IANA name of the time zone that days are of. */
  timezone?: string;
  /** Whose clicks. */
  traffic?: "human" | "bot" | "all" | "head";
  /** Only clicks with a value, as country:DE, or without, as !country:DE. */
  filter?: string;
  /** How many. */
  limit?: number;
  /** next_cursor of the page before. */
  cursor?: string;
}

/** What getAnalytics may be told. */
export interface GetAnalyticsParams extends RequestOptions {
  /** Only links on this domain or below it. */
  domain?: string;
  /** Only links with this tag. */
  tag?: string;
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** Length of a bucket. */
  granularity?: "15min" | "hour" | "day" | "week" | "month";
  /** IANA name of the time zone that days are of. */
  timezone?: string;
  /** Whose clicks. */
  traffic?: "human" | "bot" | "all" | "head";
  /** Only clicks with a value, as country:DE, or without, as !country:DE. */
  filter?: string;
  /** Dimensions by name with commas between them, or all. */
  breakdowns?: string;
  /** Most rows of a breakdown. */
  top?: number;
  /** previous adds the period before. */
  compare?: "none" | "previous";
}

/** What getAnalyticsCSV may be told. */
export interface GetAnalyticsCSVParams extends RequestOptions {
  /** Only links on this domain or below it. */
  domain?: string;
  /** Only links with this tag. */
  tag?: string;
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** Length of a bucket. */
  granularity?: "15min" | "hour" | "day" | "week" | "month";
  /** IANA name of the time zone that days are of. */
  timezone?: string;
  /** Whose clicks. */
  traffic?: "human" | "bot" | "all" | "head";
  /** Only clicks with a value, as country:DE, or without, as !country:DE. */
  filter?: string;
  /** Dimensions by name with commas between them, or all. */
  breakdowns?: string;
  /** Most rows of a breakdown. */
  top?: number;
  /** previous adds the period before. */
  compare?: "none" | "previous";
}

/** What exportAnalytics may be told. */
export interface ExportAnalyticsParams extends RequestOptions {
  /** Only links on this domain or below it. */
  domain?: string;
  /** Only links with this tag. */
  tag?: string;
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** A row for each value of this as well. */
  dimension?: string;
}

/** What exportAnalyticsCSV may be told. */
export interface ExportAnalyticsCSVParams extends RequestOptions {
  /** Only links on this domain or below it. */
  domain?: string;
  /** Only links with this tag. */
  tag?: string;
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** A row for each value of this as well. */
  dimension?: string;
}

/** What getBreakdown may be told. */
export interface GetBreakdownParams extends RequestOptions {
  /** Only links on this domain or below it. */
  domain?: string;
  /** Only links with this tag. */
  tag?: string;
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** Length of a bucket. */
  granularity?: "15min" | "hour" | "day" | "week" | "month";
  /** IANA name of the time zone that days are of. */
  timezone?: string;
  /** Whose clicks. */
  traffic?: "human" | "bot" | "all" | "head";
  /** Only clicks with a value, as country:DE, or without, as !country:DE. */
  filter?: string;
  /** How many. */
  limit?: number;
  /** next_cursor of the page before. */
  cursor?: string;
}

/** What getBreakdownCSV may be told. */
export interface GetBreakdownCSVParams extends RequestOptions {
  /** Only links on this domain or below it. */
  domain?: string;
  /** Only links with this tag. */
  tag?: string;
  /** Date or datetime; 30 days before the end if left out. */
  from?: string;
  /** Date (that day included) or datetime; now if left out. */
  to?: string;
  /** Length of a bucket. */
  granularity?: "15min" | "hour" | "day" | "week" | "month";
  /** IANA name of the time zone that days are of. */
  timezone?: string;
  /** Whose clicks. */
  traffic?: "human" | "bot" | "all" | "head";
  /** Only clicks with a value, as country:DE, or without, as !country:DE. */
  filter?: string;
  /** How many. */
  limit?: number;
  /** next_cursor of the page before. */
  cursor?: string;
}

/** What listClicks may be told. */
export interface ListClicksParams extends RequestOptions {
  /** How many. */
  limit?: number;
  /**
   * next_cursor of the page before, which had the same sort and order. It stays good whatever becomes of the
   * links on that page.
   */
  cursor?: string;
}

/** What listClicksCSV may be told. */
export interface ListClicksCSVParams extends RequestOptions {
  /** How many. */
  limit?: number;
  /**
   * next_cursor of the page before, which had the same sort and order. It stays good whatever becomes of the
   * links on that page.
   */
  cursor?: string;
}

/** What streamClicks may be told. */
export interface StreamClicksParams extends RequestOptions {
  /** Only clicks of this link. */
  link?: string;
  /** Go on after this event and miss nothing. */
  last_event_id?: string;
}

/** What exportClicks may be told. */
export interface ExportClicksParams extends RequestOptions {
  /** Only clicks of this link. */
  link?: string;
}

/** What changeDomain may be told. */
export interface ChangeDomainParams extends RequestOptions {
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
  /** The version that the change is for. Another one is a conflict. */
  if_match?: number;
}

/** What releaseDomain may be told. */
export interface ReleaseDomainParams extends RequestOptions {
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
  /** The version that the change is for. Another one is a conflict. */
  if_match?: number;
}

/** What verifyDomain may be told. */
export interface VerifyDomainParams extends RequestOptions {
  /** 1 to 255 printable ASCII characters. The same request under the same key is done once. */
  idempotency_key?: string;
}

/** What listWebhookDeliveries may be told. */
export interface ListWebhookDeliveriesParams extends RequestOptions {
  /** Only deliveries in this state. */
  state?: "pending" | "delivered" | "dead";
  /** How many. */
  limit?: number;
  /** next_cursor of the page before. */
  cursor?: string;
}

/** The API's INVALID_URL. */
export class InvalidUrlError extends LinklogError {}
/** The API's UNAUTHORIZED. */
export class UnauthorizedError extends LinklogError {}
/** The API's FORBIDDEN. */
export class ForbiddenError extends LinklogError {}
/** The API's NOT_FOUND. */
export class NotFoundError extends LinklogError {}
/** The API's SLUG_TAKEN. */
export class SlugTakenError extends LinklogError {}
/** The API's EXTERNAL_ID_TAKEN. */
export class ExternalIdTakenError extends LinklogError {}
/** The API's IN_USE. */
export class InUseError extends LinklogError {}
/** The API's VALIDATION_ERROR. */
export class ValidationError extends LinklogError {}
/** The API's IDEMPOTENCY_KEY_REUSED. */
export class IdempotencyKeyReusedError extends LinklogError {}
/** The API's VERSION_CONFLICT. */
export class VersionConflictError extends LinklogError {}
/** The API's METHOD_NOT_ALLOWED. */
export class MethodNotAllowedError extends LinklogError {}
/** The API's PAYLOAD_TOO_LARGE. */
export class PayloadTooLargeError extends LinklogError {}
/** The API's RATE_LIMITED. */
export class RateLimitedError extends LinklogError {}
/** The API's INTERNAL_ERROR. */
export class InternalError extends LinklogError {}
/** The API's UNAVAILABLE. */
export class UnavailableError extends LinklogError {}

const errors: Record<string, typeof LinklogError> = {
  INVALID_URL: InvalidUrlError,
  UNAUTHORIZED: UnauthorizedError,
  FORBIDDEN: ForbiddenError,
  NOT_FOUND: NotFoundError,
  SLUG_TAKEN: SlugTakenError,
  EXTERNAL_ID_TAKEN: ExternalIdTakenError,
  IN_USE: InUseError,
  VALIDATION_ERROR: ValidationError,
  IDEMPOTENCY_KEY_REUSED: IdempotencyKeyReusedError,
  VERSION_CONFLICT: VersionConflictError,
  METHOD_NOT_ALLOWED: MethodNotAllowedError,
  PAYLOAD_TOO_LARGE: PayloadTooLargeError,
  RATE_LIMITED: RateLimitedError,
  INTERNAL_ERROR: InternalError,
  UNAVAILABLE: UnavailableError,
};

/** A Linklog's native API. */
export class Linklog extends Core {
  protected readonly errors = errors;

  /** List links, newest first. */
  listLinks(params: ListLinksParams = {}): Promise<LinksAnswer> {
    return this.json("GET", `/v1/links`, params);
  }

  /** All items of listLinks, page after page. */
  iterateLinks(params: ListLinksParams = {}): AsyncGenerator<Link, void> {
    return this.items(`/v1/links`, params, "links");
  }

  /** Create a link. */
  createLink(body: NewLink, params: CreateLinkParams = {}): Promise<Link> {
    return this.json("POST", `/v1/links`, params, body, "link");
  }

  /** Count the links of a list on all pages. */
  countLinks(params: CountLinksParams = {}): Promise<number> {
    return this.json("GET", `/v1/links/count`, params, undefined, "count");
  }

  /**
   * Create, update, upsert and delete many links.
   *
   * Up to 1,000 operations, fewer on smaller plans. Each is done for itself unless the request is atomic:
   * then all are done or none, and the first refusal is the answer. Atomic requests concern one short domain.
   * What would take more than 900 KB in the log is refused before anything is done.
   */
  changeLinks(body: BulkRequest, params: ChangeLinksParams = {}): Promise<BulkAnswer> {
    return this.json("POST", `/v1/links/bulk`, params, body);
  }

  /** Find a link by its slug. */
  getLinkBySlug(slug: string, params: GetLinkBySlugParams = {}): Promise<Link> {
    return this.json("GET", `/v1/links/by-slug/${encodeURIComponent(slug)}`, params, undefined, "link");
  }

  /** Find a link by your own id for it. */
  getLinkByExternalID(external_id: string, params: GetLinkByExternalIDParams = {}): Promise<Link> {
    return this.json("GET", `/v1/links/by-external-id/${encodeURIComponent(external_id)}`, params, undefined, "link");
  }

  /**
   * Create a link, or change the one with this id.
   *
   * The link that has the id gets this destination, and of the rest what the request names: everything else
   * stays as it is. null takes a value away.
   */
  upsertLink(external_id: string, body: NewLink, params: UpsertLinkParams = {}): Promise<Link> {
    return this.json("PUT", `/v1/links/by-external-id/${encodeURIComponent(external_id)}`, params, body, "link");
  }

  /** Read a link, as it is or as it was. */
  getLink(id: string, params: GetLinkParams = {}): Promise<Link> {
    return this.json("GET", `/v1/links/${encodeURIComponent(id)}`, params, undefined, "link");
  }

  /** Change what is named, and nothing else. */
  updateLink(id: string, body: LinkPatch, params: UpdateLinkParams = {}): Promise<Link> {
    return this.json("PATCH", `/v1/links/${encodeURIComponent(id)}`, params, body, "link");
  }

  /** Delete a link and its analytics, for good. */
  deleteLink(id: string, params: DeleteLinkParams = {}): Promise<void> {
    return this.json("DELETE", `/v1/links/${encodeURIComponent(id)}`, params);
  }

  /** Put a link away; visitors get 404 until it is restored. */
  archiveLink(id: string, params: ArchiveLinkParams = {}): Promise<Link> {
    return this.json("POST", `/v1/links/${encodeURIComponent(id)}/archive`, params, undefined, "link");
  }

  /** Take a link back out of the archive. */
  restoreLink(id: string, params: RestoreLinkParams = {}): Promise<Link> {
    return this.json("POST", `/v1/links/${encodeURIComponent(id)}/restore`, params, undefined, "link");
  }

  /** Draw the QR code of a link. */
  getQRCode(id: string, params: GetQRCodeParams = {}): Promise<Uint8Array> {
    return this.bytes("GET", `/v1/links/${encodeURIComponent(id)}/qr`, params);
  }

  /** List who changed what, when and through what, newest first. */
  getHistory(id: string, params: GetHistoryParams = {}): Promise<HistoryAnswer> {
    return this.json("GET", `/v1/links/${encodeURIComponent(id)}/history`, params);
  }

  /** All items of getHistory, page after page. */
  iterateHistory(id: string, params: GetHistoryParams = {}): AsyncGenerator<Change, void> {
    return this.items(`/v1/links/${encodeURIComponent(id)}/history`, params, "history");
  }

  /**
   * Make a link like it was at a version; itself a change.
   *
   * If it had an end that has passed meanwhile, it has ended again.
   */
  revertLink(id: string, body: RevertRequest, params: RevertLinkParams = {}): Promise<Link> {
    return this.json("POST", `/v1/links/${encodeURIComponent(id)}/revert`, params, body, "link");
  }

  /** Analyse the clicks of a link. */
  getLinkAnalytics(id: string, params: GetLinkAnalyticsParams = {}): Promise<Analytics> {
    return this.json("GET", `/v1/links/${encodeURIComponent(id)}/analytics`, params);
  }

  /**
   * Analyse the clicks of a link.
   *
   * As a table in CSV.
   */
  getLinkAnalyticsCSV(id: string, params: GetLinkAnalyticsCSVParams = {}): Promise<string> {
    return this.text("GET", `/v1/links/${encodeURIComponent(id)}/analytics?format=csv`, params);
  }

  /** Break the clicks of a link down, a page at a time. */
  getLinkBreakdown(id: string, dimension: string, params: GetLinkBreakdownParams = {}): Promise<BreakdownPage> {
    return this.json("GET", `/v1/links/${encodeURIComponent(id)}/analytics/${encodeURIComponent(dimension)}`, params);
  }

  /** All items of getLinkBreakdown, page after page. */
  iterateLinkBreakdown(id: string, dimension: string, params: GetLinkBreakdownParams = {}): AsyncGenerator<ValueCount, void> {
    return this.items(`/v1/links/${encodeURIComponent(id)}/analytics/${encodeURIComponent(dimension)}`, params, "rows");
  }

  /**
   * Break the clicks of a link down, a page at a time.
   *
   * As a table in CSV.
   */
  getLinkBreakdownCSV(id: string, dimension: string, params: GetLinkBreakdownCSVParams = {}): Promise<string> {
    return this.text("GET", `/v1/links/${encodeURIComponent(id)}/analytics/${encodeURIComponent(dimension)}?format=csv`, params);
  }

  /** Analyse the clicks of all links, of a domain or of a tag. */
  getAnalytics(params: GetAnalyticsParams = {}): Promise<Analytics> {
    return this.json("GET", `/v1/analytics`, params);
  }

  /**
   * Analyse the clicks of all links, of a domain or of a tag.
   *
   * As a table in CSV.
   */
  getAnalyticsCSV(params: GetAnalyticsCSVParams = {}): Promise<string> {
    return this.text("GET", `/v1/analytics?format=csv`, params);
  }

  /** Export a row for each link and UTC day. */
  exportAnalytics(params: ExportAnalyticsParams = {}): AsyncGenerator<DayRow, void> {
    return this.rows("GET", `/v1/analytics/export`, params);
  }

  /**
   * Export a row for each link and UTC day.
   *
   * As a table in CSV.
   */
  exportAnalyticsCSV(params: ExportAnalyticsCSVParams = {}): Promise<string> {
    return this.text("GET", `/v1/analytics/export?format=csv`, params);
  }

  /** Break clicks down, a page at a time. */
  getBreakdown(dimension: string, params: GetBreakdownParams = {}): Promise<BreakdownPage> {
    return this.json("GET", `/v1/analytics/${encodeURIComponent(dimension)}`, params);
  }

  /** All items of getBreakdown, page after page. */
  iterateBreakdown(dimension: string, params: GetBreakdownParams = {}): AsyncGenerator<ValueCount, void> {
    return this.items(`/v1/analytics/${encodeURIComponent(dimension)}`, params, "rows");
  }

  /**
   * Break clicks down, a page at a time.
   *
   * As a table in CSV.
   */
  getBreakdownCSV(dimension: string, params: GetBreakdownCSVParams = {}): Promise<string> {
    return this.text("GET", `/v1/analytics/${encodeURIComponent(dimension)}?format=csv`, params);
  }

  /** List the last single clicks of a link, newest first. */
  listClicks(id: string, params: ListClicksParams = {}): Promise<ClicksAnswer> {
    return this.json("GET", `/v1/links/${encodeURIComponent(id)}/clicks`, params);
  }

  /** All items of listClicks, page after page. */
  iterateClicks(id: string, params: ListClicksParams = {}): AsyncGenerator<Click, void> {
    return this.items(`/v1/links/${encodeURIComponent(id)}/clicks`, params, "clicks");
  }

  /**
   * List the last single clicks of a link, newest first.
   *
   * As a table in CSV.
   */
  listClicksCSV(id: string, params: ListClicksCSVParams = {}): Promise<string> {
    return this.text("GET", `/v1/links/${encodeURIComponent(id)}/clicks?format=csv`, params);
  }

  /** Follow clicks as they happen. */
  streamClicks(params: StreamClicksParams = {}): AsyncGenerator<StreamEvent<ClickEvent>, void> {
    return this.events("GET", `/v1/clicks/stream`, params);
  }

  /**
   * Export every click that the log has.
   *
   * Those of links that aren't deleted. The whole log is read, so it takes one of the places that streams
   * have. An answer that breaks off is not complete.
   */
  exportClicks(params: ExportClicksParams = {}): AsyncGenerator<ClickEvent, void> {
    return this.rows("GET", `/v1/clicks/export`, params);
  }

  /**
   * Ask what would become of links that are brought from elsewhere.
   *
   * Nothing is changed, and nothing promised: a slug that is free may be taken meanwhile.
   */
  checkImport(body: ImportCheck, params: RequestOptions = {}): Promise<ImportState[]> {
    return this.json("POST", `/v1/imports/check`, params, body, "results");
  }

  /**
   * Bring clicks that another shortener recorded.
   *
   * At most 10,000 in 4 MB, of at most 1,000 links. A click is known by its link, its source and its place
   * among the source's clicks of the link, so what is sent again is not counted again; the places must always
   * be given to the same clicks, the oldest first. The answer comes when all are counted. It takes the scopes
   * analytics and write.
   */
  importClicks(body: ClickImport, params: RequestOptions = {}): Promise<number> {
    return this.json("POST", `/v1/imports/clicks`, params, body, "clicks");
  }

  /** Ask how many clicks of a source are counted, to go on from there. */
  importPositions(body: PositionsRequest, params: RequestOptions = {}): Promise<Record<string, number>> {
    return this.json("POST", `/v1/imports/clicks/positions`, params, body, "positions");
  }

  /** List tags with how many links have them. */
  listTags(params: RequestOptions = {}): Promise<TagCount[]> {
    return this.json("GET", `/v1/tags`, params, undefined, "tags");
  }

  /** Show the plan, its limits and what is used. */
  getAccount(params: RequestOptions = {}): Promise<Account> {
    return this.json("GET", `/v1/account`, params, undefined, "account");
  }

  /** List your short domains. */
  listDomains(params: RequestOptions = {}): Promise<Domain[]> {
    return this.json("GET", `/v1/domains`, params, undefined, "domains");
  }

  /**
   * Ask for the DNS record that proves whose a domain is.
   *
   * Nothing is kept: whatever is only claimed must not stand in anybody's way.
   */
  addDomain(body: NewDomain, params: RequestOptions = {}): Promise<Domain> {
    return this.json("POST", `/v1/domains`, params, body, "domain");
  }

  /** Read a short domain. */
  getDomain(host: string, params: RequestOptions = {}): Promise<Domain> {
    return this.json("GET", `/v1/domains/${encodeURIComponent(host)}`, params, undefined, "domain");
  }

  /** Change the settings that are named. */
  changeDomain(host: string, body: DomainSettings, params: ChangeDomainParams = {}): Promise<Domain> {
    return this.json("PATCH", `/v1/domains/${encodeURIComponent(host)}`, params, body, "domain");
  }

  /**
   * Give a domain up.
   *
   * It must hold no links that aren't deleted. Afterwards visitors find nothing there, and anybody may
   * register the domain who proves that it is theirs. Slugs of deleted links stay closed to other accounts
   * for thirty days all the same, and the case policy of a domain that had links stays.
   */
  releaseDomain(host: string, params: ReleaseDomainParams = {}): Promise<void> {
    return this.json("DELETE", `/v1/domains/${encodeURIComponent(host)}`, params);
  }

  /**
   * Register a domain whose DNS record is set.
   *
   * Said again it changes the case policy, as long as there are no links on the domain.
   */
  verifyDomain(host: string, body: VerifyRequest = {}, params: VerifyDomainParams = {}): Promise<Domain> {
    return this.json("POST", `/v1/domains/${encodeURIComponent(host)}/verify`, params, body, "domain");
  }

  /** List your webhooks. */
  listWebhooks(params: RequestOptions = {}): Promise<Webhook[]> {
    return this.json("GET", `/v1/webhooks`, params, undefined, "webhooks");
  }

  /**
   * Have an address told what happens.
   *
   * The answer has the secret that signs what is sent; it is not shown again. A request that is repeated
   * makes another webhook: there is no Idempotency-Key here. At most 20 in an account.
   */
  createWebhook(body: NewWebhook, params: RequestOptions = {}): Promise<Webhook> {
    return this.json("POST", `/v1/webhooks`, params, body, "webhook");
  }

  /** Read a webhook. */
  getWebhook(webhook_id: string, params: RequestOptions = {}): Promise<Webhook> {
    return this.json("GET", `/v1/webhooks/${encodeURIComponent(webhook_id)}`, params, undefined, "webhook");
  }

  /**
   * Change what is named.
   *
   * Enabled again, a webhook is told what happens from then on, and gets what was still pending.
   */
  changeWebhook(webhook_id: string, body: WebhookChange, params: RequestOptions = {}): Promise<Webhook> {
    return this.json("PATCH", `/v1/webhooks/${encodeURIComponent(webhook_id)}`, params, body, "webhook");
  }

  /** End a webhook and forget its deliveries. */
  deleteWebhook(webhook_id: string, params: RequestOptions = {}): Promise<void> {
    return this.json("DELETE", `/v1/webhooks/${encodeURIComponent(webhook_id)}`, params);
  }

  /**
   * Replace the secret.
   *
   * For 24 hours what is sent carries two signatures, of the new secret and of the one before.
   */
  rotateWebhook(webhook_id: string, params: RequestOptions = {}): Promise<Webhook> {
    return this.json("POST", `/v1/webhooks/${encodeURIComponent(webhook_id)}/rotate`, params, undefined, "webhook");
  }

  /**
   * Have a sample sent.
   *
   * It is of the type test and tells of nothing that happened.
   */
  testWebhook(webhook_id: string, params: RequestOptions = {}): Promise<WebhookDelivery> {
    return this.json("POST", `/v1/webhooks/${encodeURIComponent(webhook_id)}/test`, params, undefined, "delivery");
  }

  /**
   * List what a webhook was sent.
   *
   * Newest first. They are kept for 7 days, dead ones for 30.
   */
  listWebhookDeliveries(webhook_id: string, params: ListWebhookDeliveriesParams = {}): Promise<WebhookDeliveriesAnswer> {
    return this.json("GET", `/v1/webhooks/${encodeURIComponent(webhook_id)}/deliveries`, params);
  }

  /** All items of listWebhookDeliveries, page after page. */
  iterateWebhookDeliveries(webhook_id: string, params: ListWebhookDeliveriesParams = {}): AsyncGenerator<WebhookDelivery, void> {
    return this.items(`/v1/webhooks/${encodeURIComponent(webhook_id)}/deliveries`, params, "deliveries");
  }

  /** Read a delivery with its payload and all attempts. */
  getWebhookDelivery(webhook_id: string, delivery_id: string, params: RequestOptions = {}): Promise<WebhookDelivery> {
    return this.json("GET", `/v1/webhooks/${encodeURIComponent(webhook_id)}/deliveries/${encodeURIComponent(delivery_id)}`, params, undefined, "delivery");
  }

  /**
   * Have a delivery sent again.
   *
   * Whatever became of it; the message id stays. If that fails, it is retried like a new one.
   */
  redeliverWebhookDelivery(webhook_id: string, delivery_id: string, params: RequestOptions = {}): Promise<WebhookDelivery> {
    return this.json("POST", `/v1/webhooks/${encodeURIComponent(webhook_id)}/deliveries/${encodeURIComponent(delivery_id)}/redeliver`, params, undefined, "delivery");
  }
}
