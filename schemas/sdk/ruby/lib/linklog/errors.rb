# frozen_string_literal: true

require "json"
require "time"

module Linklog
  # What the API says about a request that it did not do. Each of its codes has a class of its own.
  class Error < StandardError
    # The API's code, as SLUG_TAKEN; empty if the answer isn't the API's.
    attr_reader :code
    # The HTTP status; 0 if there was no answer.
    attr_reader :status
    # The field or parameter that is wrong.
    attr_reader :field
    # What became of a write: not_done, unknown or done. A retry with the same key is safe.
    attr_reader :fate
    # The Idempotency-Key that a write was sent with.
    attr_reader :idempotency_key
    # Seconds that the API wants to be left alone.
    attr_reader :retry_after
    # When the allowance of requests is full again.
    attr_reader :reset

    def initialize(message, code: "", status: 0, field: nil, fate: nil, idempotency_key: nil, retry_after: nil, reset: nil)
      super(message)
      @code = code
      @status = status
      @field = field
      @fate = fate
      @idempotency_key = idempotency_key
      @retry_after = retry_after
      @reset = reset
    end

    # Whether the same request may succeed a little later.
    def passing? = [0, 429, 502, 503, 504].include?(status)
  end

  # Nobody answered, or not to the end.
  class UnreachableError < Error; end

  # The error of an answer that isn't 2xx.
  module Refusal
    module_function

    def of(uri, response, classes, key)
      problem = problem_in(response.body)
      message = problem[:message] || "#{uri} answered #{response.code}, not as a Linklog API does"
      classes.fetch(problem[:code], Error).new(
        message,
        code: problem.fetch(:code, ""), status: response.code.to_i, field: response["Error-Field"], fate: problem[:fate],
        idempotency_key: problem.fetch(:idempotency_key, key), retry_after: waiting(response["Retry-After"]),
        reset: response["X-RateLimit-Reset"]&.then { |seconds| Time.at(seconds.to_i) }
      )
    end

    def problem_in(text)
      body = JSON.parse(text, symbolize_names: true)
      body.is_a?(Hash) && body[:error].is_a?(Hash) ? body[:error] : {}
    rescue JSON::ParserError
      {} # not the API's
    end

    # Retry-After in seconds: from a proxy it is a date.
    def waiting(text)
      return if text.nil?

      text.match?(/\A\d+\z/) ? text.to_f : [Time.httpdate(text) - Time.now, 0.0].max
    rescue ArgumentError
      nil
    end
  end
  private_constant :Refusal
end
