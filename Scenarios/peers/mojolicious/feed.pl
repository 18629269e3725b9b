# Mojolicious: WebSocket, SSE, short and long polls of one Mojolicious::Lite application.
# Follows https://docs.mojolicious.org/Mojolicious/Guides/Cookbook (WebSocket and EventSource web services).
# No compression: WebSockets compress only with with_compression, and compress(0) turns it off for responses.
use Mojolicious::Lite -signatures;
use Mojo::EventEmitter;
use Mojo::IOLoop;
use Mojo::IOLoop::Stream;

my $history = 4096;
my $newest = 0;
my %items;
my $feed = Mojo::EventEmitter->new;
app->log->level('warn');
app->renderer->compress(0);

sub cursor ($c) { $c->req->headers->header('Last-Event-ID') // $c->param('after') // $newest }

sub after ($cursor) {
    my $first = $cursor > $newest - $history ? $cursor + 1 : $newest - $history + 1;
    return grep { exists $items{$_} } $first .. $newest;
}

sub answer ($c, $cursor) {
    my @found = after($cursor) or return $c->rendered(204);
    $c->render(data => join('', map {"$items{$_}\n"} @found), format => 'txt');
}

sub listen_while_open ($c, $listener) {
    my $cb = $feed->on(item => sub ($feed, $sequence) { $listener->($sequence) });
    $c->on(finish => sub { $feed->unsubscribe(item => $cb) });
    $c->inactivity_timeout(0);
}

get '/poll' => sub ($c) { answer($c, cursor($c)) };

get '/long-poll' => sub ($c) {
    my $cursor = cursor($c);
    return answer($c, $cursor) if $newest > $cursor;
    my $hold = ($c->param('hold') // '25000ms') =~ s/ms$//r / 1000;
    $c->render_later->inactivity_timeout($hold + 10);
    my ($cb, $timer);
    $cb = $feed->once(item => sub { Mojo::IOLoop->remove($timer); answer($c, $cursor) });
    $timer = Mojo::IOLoop->timer($hold => sub { $feed->unsubscribe(item => $cb); answer($c, $cursor) });
    $c->on(finish => sub { Mojo::IOLoop->remove($timer); $feed->unsubscribe(item => $cb) });
};

get '/events' => sub ($c) {
    $c->res->headers->content_type('text/event-stream')->cache_control('no-store');
    my $event = sub ($id) {"id: $id\ndata: $items{$id}\n\n"};
    # An empty text would end the response; no text sends only its head.
    $c->write(join('', map { $event->($_) } after(cursor($c))) || undef);
    listen_while_open($c, sub ($sequence) { $c->write($event->($sequence)) });
};

websocket '/ws' => sub ($c) {
    listen_while_open($c, sub ($sequence) { $c->send({text => $items{$sequence}}) });
};

my $input = '';
my $lines = Mojo::IOLoop::Stream->new(\*STDIN)->timeout(0);
$lines->on(read => sub ($lines, $bytes) {
    my @complete = split /\n/, $input . $bytes, -1;
    $input = pop @complete;
    for my $line (@complete) {
        $items{++$newest} = $line;
        delete $items{$newest - $history};
        $feed->emit(item => $newest);
    }
});
$lines->on(close => sub { Mojo::IOLoop->stop });
$lines->start;

my $port = shift @ARGV;
app->start('daemon', '-l', "http://127.0.0.1:$port", '-b', 1024, '-c', 10_000, '-r', 1_000_000_000);
