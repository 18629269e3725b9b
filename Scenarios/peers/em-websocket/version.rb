gem 'em-websocket'
require 'em-websocket'
puts "em-websocket #{Gem.loaded_specs['em-websocket'].version}, EventMachine #{EventMachine::VERSION}, Ruby #{RUBY_VERSION}"
