# em-websocket: each line of standard input goes to every client, through an EventMachine channel.
# Follows https://github.com/igrigorik/em-websocket/blob/master/README.md and its example multicast.rb.
# The gem has no compression. EventMachine collects what is due in one turn of its loop, and sets TCP_NODELAY.
require 'em-websocket'
require 'socket'

# Publishes lines; the end of the input ends the server.
module Lines
  include EventMachine::Protocols::LineText2

  def initialize(feed)
    super()
    @feed = feed
  end

  def receive_line(line)
    @feed.push(line.force_encoding(Encoding::UTF_8))
  end

  def unbind
    EventMachine.stop
  end
end

# select(2), the default, carries at most 1,024 descriptors.
EventMachine.epoll
EventMachine.run do
  feed = EventMachine::Channel.new
  # EventMachine's own listener has a backlog of 100.
  listener = TCPServer.new('127.0.0.1', Integer(ARGV[0]))
  listener.listen(1024)
  EventMachine.attach_server(listener, EventMachine::WebSocket::Connection, {}) do |socket|
    socket.onopen do
      subscription = feed.subscribe { |line| socket.send(line) }
      socket.onclose { feed.unsubscribe(subscription) }
    end
  end
  EventMachine.attach(STDIN, Lines, feed)
end
