# frozen_string_literal: true

require "json"
require "net/http"
require "openssl"
require "securerandom"
require "uri"

require_relative "errors"
require_relative "streams"

module Linklog
  # What operations stand on: it sends a request until it is answered for good. All attempts of a write have the
  # same Idempotency-Key, so it is done once. Threads may share a client.
  class Core
    HEADERS = { idempotency_key: "Idempotency-Key", if_match: "If-Match", last_event_id: "Last-Event-ID" }.freeze
    BROKEN = [
      SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError, Net::ProtocolError, Net::HTTPBadResponse
    ].freeze
    Foreign = Class.new(StandardError)
    private_constant :HEADERS, :BROKEN, :Foreign

    # base_url: where the API is, as https://api.example.com
    # retries: attempts after the first, of a request that is answered 429 or 503 or not at all
    # patience: seconds that all attempts of a request may take together
    # timeout: seconds that an answer, or the next part of it, may take
    def initialize(base_url, api_key, retries: 4, patience: 60, timeout: 30)
      @base = base_url.chomp("/")
      @key = api_key
      @retries = retries
      @patience = patience
      @timeout = timeout
    end

    # It doesn't tell the key.
    def inspect = "#<#{self.class} #{@base}>"

    private

    def json(method, path, params, body = nil, take: nil)
      text = bytes(method, path, params, body)
      return if text.nil? || text.empty?

      answer = JSON.parse(text, symbolize_names: true)
      take ? answer[take] : answer
    end

    def text(method, path, params)
      bytes(method, path, params).force_encoding(Encoding::UTF_8)
    end

    def bytes(method, path, params, body = nil)
      request = request(method, path, params, body)
      persist { attempt(request, &:read_body) }
    end

    # Lines of JSON. Only their beginning is tried again: what comes twice would be counted twice.
    def rows(method, path, params)
      return enum_for(:rows, method, path, params) unless block_given?

      stream(method, path, params) { |line| yield JSON.parse(line, symbolize_names: true) }
    end

    # Server-sent events. When it is cut off it comes back to where it was, until its caller stops.
    def events(method, path, params)
      return enum_for(:events, method, path, params) unless block_given?

      last = params[:last_event_id]
      loop do
        events = Streams::Events.new
        stream(method, path, params.merge(last_event_id: last), again: true) do |line|
          name, id, data = events.take(line)
          last = id || last
          yield Event.new(name, last.to_s, JSON.parse(data, symbolize_names: true)) if data
        end
        sleep(pause(2))
      end
    end

    # The items of all pages.
    def items(path, params, member, &block)
      return enum_for(:items, path, params, member) unless block

      loop do
        page = json("GET", path, params)
        page[member].each(&block)
        return if page[:next_cursor].nil?

        params = params.merge(cursor: page[:next_cursor])
      end
    end

    # Yields the lines of an answer. If it breaks off, that is an error unless whoever asked comes back again.
    def stream(method, path, params, again: false)
      request = request(method, path, params)
      begun = false
      persist(-> { !begun }) do
        attempt(request) do |response|
          begun = true
          Streams.lines(response) { |line| apart { yield line } }
        end
      end
    rescue UnreachableError
      raise unless again && begun
    rescue Foreign => e
      raise e.cause
    end

    # Keeps what goes wrong in a caller's block apart from what goes wrong with the answer.
    def apart
      yield
    rescue StandardError
      raise Foreign
    end

    def request(method, path, params, body = nil)
      headers, query = params.compact.partition { |name, _| HEADERS.key?(name) }.map(&:to_h)
      headers[:idempotency_key] ||= SecureRandom.hex(16) unless method == "GET"
      headers[:if_match] &&= %("#{headers[:if_match]}")
      uri = URI(@base + path)
      uri.query = [uri.query, *pairs(query)].compact.join("&") unless query.empty?
      request = Net::HTTPGenericRequest.new(method, !body.nil?, true, uri, "Authorization" => "Bearer #{@key}")
      headers.each { |name, value| request[HEADERS[name]] = value }
      return request if body.nil?

      request.content_type = "application/json"
      request.body = JSON.generate(body)
      request
    end

    # Does the block until it succeeds, or there is no point in going on.
    def persist(allowed = -> { true })
      ends = now + @patience
      attempt = 0
      begin
        yield
      rescue Error => e
        wait = [e.retry_after || 0, pause(attempt)].max
        raise if !e.passing? || attempt >= @retries || now + wait > ends || !allowed.call

        sleep(wait)
        attempt += 1
        retry
      end
    end

    # Sends a request once and yields a 2xx answer.
    def attempt(request)
      uri = request.uri
      http = Net::HTTP.new(uri.hostname, uri.port)
      http.use_ssl = uri.scheme == "https"
      http.open_timeout = http.read_timeout = http.write_timeout = @timeout
      http.max_retries = 0
      http.start do
        http.request(request) do |response|
          raise Refusal.of(uri, response.tap(&:read_body), errors, request["Idempotency-Key"]) unless response.is_a?(Net::HTTPSuccess)

          return yield(response)
        end
      end
    rescue *BROKEN => e
      raise UnreachableError.new("#{uri.host} can't be reached: #{e.message}", idempotency_key: request["Idempotency-Key"])
    end

    # A parameter of the query: metadata: { team: "eu" } is metadata[team]=eu.
    def pairs(query)
      flat = query.flat_map do |name, value|
        value.is_a?(Hash) ? value.map { |key, inner| ["#{name}[#{key}]", inner] } : [[name, value]]
      end
      flat.map { |pair| URI.encode_www_form([pair]) }
    end

    # A part of a path.
    def escape(text) = URI.encode_www_form_component(text).gsub("+", "%20")

    # How long to wait after an attempt: longer each time, and not all callers alike.
    def pause(attempt) = [0.2 * (2**attempt), 5].min * rand(0.5..1.0)

    def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
