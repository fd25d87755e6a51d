# frozen_string_literal: true

Gem::Specification.new do |gem|
  gem.name = "linklog"
  gem.version = "0.1.0"
  gem.summary = "Short links, smart redirects and click analytics: the client of a Linklog's API"
  gem.authors = ["Linklog"]
  gem.license = "Apache-2.0"
  gem.required_ruby_version = ">= 3.0"
  gem.files = Dir["lib/**/*.rb", "sig/**/*.rbs", "README.md", base: __dir__]
  gem.metadata["rubygems_mfa_required"] = "true"
end
