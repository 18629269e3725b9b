%% Cowboy: each line of standard input goes to every client, as a message to the client's own process.
%% Follows https://ninenines.eu/docs/en/cowboy/2.8/guide/ws_handlers/; process groups as in Erlang's pg.
%% Cowboy compresses only with #{compress => true}. Ranch sets TCP_NODELAY and a backlog of 1,024.
-module(feed).
-export([main/1, init/2, websocket_init/1, websocket_handle/2, websocket_info/2]).

main([Port]) ->
    %% RabbitMQ's package has these three as folders of plugins.
    Folders = filelib:wildcard("/usr/lib/rabbitmq/lib/*/plugins/{cowboy,cowlib,ranch}-*/ebin"),
    code:add_pathsz(Folders),
    {ok, _} = application:ensure_all_started(cowboy),
    {ok, _} = pg:start_link(),
    Dispatch = cowboy_router:compile([{'_', [{"/ws", ?MODULE, []}]}]),
    {ok, _} = cowboy:start_clear(feed,
        #{socket_opts => [{ip, {127, 0, 0, 1}}, {port, list_to_integer(Port)}], max_connections => infinity},
        #{env => #{dispatch => Dispatch}}),
    ok = io:setopts(standard_io, [binary, {encoding, unicode}]),
    publish().

publish() ->
    case io:get_line(standard_io, "") of
        Line when is_binary(Line) ->
            Item = {item, string:trim(Line, trailing, "\n")},
            [Client ! Item || Client <- pg:get_members(clients)],
            publish();
        _ ->
            halt()
    end.

init(Request, State) ->
    {cowboy_websocket, Request, State, #{idle_timeout => infinity}}.

websocket_init(State) ->
    ok = pg:join(clients, self()),
    {[], State}.

websocket_handle(_Frame, State) ->
    {[], State}.

websocket_info({item, Text}, State) ->
    {[{text, Text}], State}.
