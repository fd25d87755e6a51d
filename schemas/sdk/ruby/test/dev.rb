# frozen_string_literal: true

require "json"
require "socket"
require "tmpdir"

# A Linklog of the tests' own, on free ports and with empty data.
class Dev
  BINARY = ENV.fetch("LINKLOG") { File.expand_path("../../../../bin/linklog", __dir__) }

  attr_reader :api, :api_key

  def initialize
    @data = Dir.mktmpdir("linklog-sdk-")
    File.chmod(0o755, @data) # where root tests, Postgres runs as another user
    free = %w[api redirect admin].map { |name| "--listen-#{name}=127.0.0.1:0" }
    @out = IO.popen([BINARY, "dev", "--json", "--data", @data, *free])
    ready = JSON.parse(@out.gets || raise("#{BINARY} did not start"))
    @api = ready.fetch("api")
    @api_key = ready.fetch("api_key")
  end

  def stop
    Process.kill(:TERM, @out.pid)
    @out.close
    FileUtils.remove_entry(@data)
  end
end

# A server that gives one answer after the other, and remembers the headers of requests. An answer is the text of
# one in HTTP; then the connection ends.
class Scripted
  attr_reader :requests, :url

  def initialize(*answers)
    @requests = []
    @server = TCPServer.new("127.0.0.1", 0)
    @url = "http://127.0.0.1:#{@server.addr[1]}"
    @thread = Thread.new do
      loop do
        client = @server.accept
        @requests << headers(client)
        client.write(answers[[@requests.size, answers.size].min - 1])
        client.close
      end
    rescue IOError
      nil # stopped
    end
  end

  def stop
    @server.close
    @thread.join
  end

  def self.answer(status, body, headers = {})
    all = headers.map { |name, value| "#{name}: #{value}\r\n" }.join
    "HTTP/1.1 #{status} \r\nConnection: close\r\n#{all}\r\n#{body}"
  end

  def self.refused(status, error, headers = {})
    answer(status, JSON.generate(success: false, error: error), headers)
  end

  private

  def headers(client)
    client.gets
    all = {}
    while (line = client.gets.chomp) != ""
      name, value = line.split(": ", 2)
      all[name.downcase] = value
    end
    client.read(all.fetch("content-length", 0).to_i)
    all
  end
end
