# frozen_string_literal: true

module Linklog
  # Answers that come bit by bit.
  module Streams
    module_function

    # Yields the lines of an answer as they come.
    def lines(response)
      rest = String.new(encoding: Encoding::BINARY)
      response.read_body do |part|
        rest << part
        while (line = rest.slice!(/\A.*\n/))
          yield line.force_encoding(Encoding::UTF_8).chomp
        end
      end
      yield rest.force_encoding(Encoding::UTF_8) unless rest.empty?
    end

    # Collects the events in lines.
    class Events
      def initialize
        @event = "message"
        @data = []
      end

      # The event that ends with this line, if one does: its name, id and data. One without data only moves the id on.
      def take(line)
        return finish if line.empty?

        name, value = line.split(/: ?/, 2)
        case name
        when "event" then @event = value
        when "id" then @id = value
        when "data" then @data << value
        end
        nil
      end

      private

      def finish
        event = [@event, @id, @data.empty? ? nil : @data.join("\n")]
        @event = "message"
        @data = []
        event
      end
    end
  end
  private_constant :Streams
end
