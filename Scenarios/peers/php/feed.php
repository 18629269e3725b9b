<?php
// PHP without libraries: RFC 6455 on stream sockets, as phpwebsocket did for the drafts before it.
// Follows https://www.php.net/manual/en/function.stream-select.php and RFC 6455, §4.2.2 and §5.2.
// No compression, as extensions are not answered. Each item is one blocking write per client; PHP keeps Nagle's rule.

/** Takes complete frames from the beginning of the input: opcode and payload. */
function frames(string &$input): iterable
{
    while (strlen($input) >= 2) {
        $length = ord($input[1]) & 0x7f;
        $start = $length === 127 ? 14 : ($length === 126 ? 8 : 6);
        if (strlen($input) < $start) return;
        if ($length >= 126) $length = unpack($length === 126 ? 'n' : 'J', $input, 2)[1];
        if (strlen($input) < $start + $length) return;
        $mask = str_repeat(substr($input, $start - 4, 4), intdiv($length, 4) + 1);
        $opcode = ord($input[0]) & 0x0f;
        $payload = substr($input, $start, $length) ^ $mask;
        $input = substr($input, $start + $length);
        yield $opcode => $payload;
    }
}

function frame(int $opcode, string $payload): string
{
    $length = strlen($payload);
    $long = $length < 65536 ? "\x7e" . pack('n', $length) : "\x7f" . pack('J', $length);
    return chr(0x80 | $opcode) . ($length < 126 ? chr($length) : $long) . $payload;
}

function handshake(string $request): string
{
    if (!preg_match('~^GET /ws[ ?]~', $request) || !preg_match('/^Sec-WebSocket-Key: *(\S+)/im', $request, $key)) {
        return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }
    $accept = base64_encode(sha1($key[1] . '258EAFA5-E914-47DA-95CA-C5AB0DC85B11', true));
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        . "Sec-WebSocket-Accept: $accept\r\n\r\n";
}

$context = stream_context_create(['socket' => ['backlog' => 1024]]);
$flags = STREAM_SERVER_BIND | STREAM_SERVER_LISTEN;
$server = stream_socket_server("tcp://127.0.0.1:$argv[1]", $code, $message, $flags, $context) ?: exit(1);
stream_set_blocking(STDIN, false);
[$sockets, $inputs, $open, $rest] = [[], [], [], ''];
while (true) {
    [$ready, $none] = [[...$sockets, $server, STDIN], null];
    stream_select($ready, $none, $none, null);
    foreach ($ready as $stream) {
        if ($stream === STDIN) {
            $lines = explode("\n", $rest . fread(STDIN, 65536));
            $rest = array_pop($lines);
            foreach ($lines as $line) foreach ($open as $socket) @fwrite($socket, frame(1, $line));
            if (feof(STDIN)) exit;
        } elseif ($stream === $server) {
            if ($socket = @stream_socket_accept($server, 0)) $sockets[(int) $socket] = $socket;
        } else {
            $id = (int) $stream;
            $bytes = fread($stream, 8192);
            $isOver = $bytes === '' || $bytes === false;
            $inputs[$id] = ($inputs[$id] ?? '') . $bytes;
            if (!isset($open[$id]) && ($end = strpos($inputs[$id], "\r\n\r\n")) !== false) {
                $answer = handshake(substr($inputs[$id], 0, $end));
                @fwrite($stream, $answer);
                if (str_contains($answer, ' 101 ')) $open[$id] = $stream; else $isOver = true;
                $inputs[$id] = substr($inputs[$id], $end + 4);
            }
            if (isset($open[$id])) foreach (frames($inputs[$id]) as $opcode => $payload) {
                if ($opcode === 8 || $opcode === 9) @fwrite($stream, frame($opcode === 8 ? 8 : 10, $payload));
                $isOver = $isOver || $opcode === 8;
            }
            if ($isOver) {
                unset($sockets[$id], $inputs[$id], $open[$id]);
                fclose($stream);
            }
        }
    }
}
