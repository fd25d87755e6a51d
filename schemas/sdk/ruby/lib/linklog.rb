# frozen_string_literal: true

require_relative "linklog/errors"
require_relative "linklog/core"
require_relative "linklog/api"

# The client of a Linklog's API: see Linklog::Client.
module Linklog
  # A server-sent event: its name (click, or gap: what came after last_event_id is not all kept any more), where
  # to go on from (the last_event_id of another stream), and what it tells.
  Event = Struct.new(:event, :id, :data)
end
