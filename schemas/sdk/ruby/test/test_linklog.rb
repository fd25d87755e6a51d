# frozen_string_literal: true

require "minitest/autorun"
require "net/http"
require "linklog"
require_relative "dev"

# The client and a real Linklog.
class LinklogTest < Minitest::Test
  def self.dev
    @dev ||= Dev.new.tap { |dev| Minitest.after_run { dev.stop } }
  end

  def setup
    @dev = self.class.dev
    @linklog = Linklog::Client.new(@dev.api, @dev.api_key)
  end

  def test_example_of_readme
    example = File.read(File.join(__dir__, "../README.md"))[/```ruby\n(.*?)```/m, 1]
    example = example.sub("https://api.example.com", @dev.api).sub("pl_live_…", @dev.api_key)
    assert_output(/spring-sale\nspring-sale 0/) { eval(example) } # rubocop:disable Security/Eval
    assert_equal "https://example.com/spring", @linklog.get_link_by_slug("spring-sale")[:long_url]
  end

  def test_life_of_a_link
    id = @linklog.create_link(url: "https://example.com/a?b=c", custom_slug: "life", title: "Größe ✓", metadata: { team: "eu" })[:id]
    link = @linklog.get_link(id, fields: "all")
    assert_equal "Größe ✓", link[:title]
    changed = @linklog.update_link(id, url: "https://example.org/", title: nil, if_match: link[:version], fields: "all")
    assert_equal ["https://example.org/", nil], changed.values_at(:long_url, :title)
    assert_raises(Linklog::VersionConflictError) { @linklog.update_link(id, note: "late", if_match: link[:version]) }
    assert_equal([id], @linklog.list_links(metadata: { team: "eu" })[:links].map { |found| found[:id] })
    assert_equal(%w[changed destination created], @linklog.get_history(id)[:history].map { |change| change[:event] })
    assert_equal "https://example.com/a?b=c", @linklog.revert_link(id, version: 1)[:long_url]
    assert_equal "PNG", @linklog.get_qr_code(id, size: 128)[1, 3]
    assert_match(/\Anumber,/, @linklog.list_clicks_csv(id))
    assert_nil @linklog.delete_link(id)
    assert_raises(Linklog::NotFoundError) { @linklog.get_link(id) }
  end

  def test_errors_have_a_class_and_say_what_is_wrong
    @linklog.create_link(url: "https://example.com", custom_slug: "taken")
    assert_raises(Linklog::SlugTakenError) { @linklog.create_link(url: "https://example.com", custom_slug: "taken") }
    error = assert_raises(Linklog::ValidationError) { @linklog.create_link(url: "https://example.com", custom_slug: "a b") }
    assert_equal [422, "custom_slug"], [error.status, error.field]
    assert_raises(Linklog::UnauthorizedError) { Linklog::Client.new(@dev.api, "nobody").get_account }
  end

  def test_one_key_is_one_write
    ids = Array.new(2) { @linklog.create_link(url: "https://example.com", idempotency_key: "rb-once")[:id] }
    assert_equal ids[0], ids[1]
  end

  def test_all_pages
    slugs = Array.new(5) { |n| "page-#{n}" }
    operations = slugs.map { |slug| { op: "create", url: "https://example.com", custom_slug: slug, tags: ["pages"] } }
    assert_equal 5, @linklog.change_links(operations: operations, atomic: true)[:succeeded]
    links = @linklog.iterate_links(tag: "pages", sort: "slug", order: "asc", limit: 2)
    assert_equal(slugs, links.map { |link| link[:slug] })
    assert_equal 5, @linklog.count_links(tag: "pages")
  end

  def test_clicks_as_they_happen
    link = @linklog.create_link(url: "https://example.com", custom_slug: "live")
    place = stream_place
    seen = Array.new(2) do
      visit(link[:short_url])
      event = @linklog.stream_clicks(link: link[:id], last_event_id: place) { |one| break one }
      place = event.id
      event
    end
    assert_equal([%w[click live]] * 2, seen.map { |event| [event.event, event.data[:slug]] })
    assert_equal 2, seen.map { |event| event.data[:id] }.uniq.size
    assert_equal([link[:id]] * 2, @linklog.export_clicks(link: link[:id]).map { |click| click[:link_id] })
  end

  private

  # Where the stream of clicks stands.
  def stream_place
    uri = URI("#{@dev.api}/v1/clicks/stream")
    Net::HTTP.start(uri.host, uri.port) do |http|
      http.request(Net::HTTP::Get.new(uri, "Authorization" => "Bearer #{@dev.api_key}")) do |response|
        response.read_body { |part| return Regexp.last_match(1) if part =~ /^id: (.*)$/ }
      end
    end
  end

  def visit(url)
    agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    assert_equal "302", Net::HTTP.get_response(URI(url), { "User-Agent" => agent }).code
  end
end
