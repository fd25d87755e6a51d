# frozen_string_literal: true

require "minitest/autorun"
require "linklog"
require_relative "dev"

# The client and a server that fails.
class RetriesTest < Minitest::Test
  MADE = Scripted.answer(201, '{"success":true,"link":{"id":"lnk_1"}}')
  AWAY = { code: "UNAVAILABLE", message: "later", fate: "unknown" }.freeze
  NOTHING = ""

  def test_a_write_is_tried_again_under_the_same_key
    begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    outcome, keys = create(Scripted.refused(503, AWAY, "Retry-After" => 1), NOTHING, MADE)
    assert_equal({ id: "lnk_1" }, outcome)
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun, :>=, 1
    assert_equal [3, 1], [keys.size, keys.uniq.size]
    assert_match(/\A\h{32}\z/, keys[0])
  end

  def test_a_key_of_ones_own
    assert_equal %w[mine mine], create(Scripted.refused(503, AWAY), MADE, key: "mine")[1]
  end

  def test_in_the_end_the_error_tells_the_fate
    error, keys = create(Scripted.refused(503, AWAY), retries: 1)
    assert_instance_of Linklog::UnavailableError, error
    assert_equal ["unknown", keys[0], 2], [error.fate, error.idempotency_key, keys.size]
  end

  def test_nobody_waits_for_an_hour
    full = { code: "RATE_LIMITED", message: "too many" }
    error, keys = create(Scripted.refused(429, full, "Retry-After" => 3600, "X-RateLimit-Reset" => 1_800_000_000))
    assert_instance_of Linklog::RateLimitedError, error
    assert_equal [Time.at(1_800_000_000), 3600, 1], [error.reset, error.retry_after, keys.size]
  end

  def test_nobody_there
    error, keys = create(NOTHING, retries: 0)
    assert_instance_of Linklog::UnreachableError, error
    assert_equal keys, [error.idempotency_key]
  end

  def test_what_is_not_the_api
    error, keys = create(Scripted.answer(302, "", "Location" => "https://example.com"))
    assert_equal [Linklog::Error, 302, 1], [error.class, error.status, keys.size]
  end

  def test_rows_that_break_off
    served(Scripted.answer(200, "e\r\n{\"link_id\":1}\n\r\n", "Transfer-Encoding" => "chunked")) do |client|
      rows = []
      assert_raises(Linklog::UnreachableError) { client.export_analytics { |row| rows << row } }
      assert_equal [{ link_id: 1 }], rows
    end
  end

  def test_what_goes_wrong_in_a_block_is_the_callers
    served(Scripted.answer(200, "{}\n")) do |client|
      assert_raises(Errno::ENOSPC) { client.export_analytics { raise Errno::ENOSPC } }
      assert_raises(Linklog::UnreachableError) { client.export_analytics { raise Linklog::UnreachableError, "mine" } }
    end
  end

  def test_a_stream_that_is_cut_off_goes_on_where_it_was
    first = "retry: 2000\n\nevent: click\nid: 7\ndata: {\"slug\":\"ä\"}\n\n:\nid: 8\n\nevent: click\nid: 9\nda"
    second = "event: gap\ndata: {}\n\nevent: click\nid: 10\r\ndata: {\"slug\":\"b\"}\r\n\r\n"
    server = served(Scripted.answer(200, first), Scripted.answer(200, second)) do |client|
      seen = client.stream_clicks.first(3).map { |event| [event.event, event.id, event.data[:slug]] }
      assert_equal [["click", "7", "ä"], ["gap", "8", nil], %w[click 10 b]], seen
    end
    assert_equal([nil, "8"], server.requests.map { |request| request["last-event-id"] })
  end

  private

  # What becomes of a write where the answers are those, and the keys that it came with.
  def create(*answers, key: nil, **options)
    outcome = nil
    server = served(*answers, **options) do |client|
      outcome = client.create_link(url: "https://example.com", idempotency_key: key)
    rescue Linklog::Error => e
      outcome = e
    end
    [outcome, server.requests.map { |request| request["idempotency-key"] }]
  end

  def served(*answers, **options)
    server = Scripted.new(*answers)
    yield Linklog::Client.new(server.url, "key", **options)
    server
  ensure
    server.stop
  end
end
