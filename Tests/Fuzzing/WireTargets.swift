/// The parsers of WebSocket frames, of their compression, of handshakes, and of HTTP/1 requests.
let targets: [String: FuzzTarget] = [
    "Decoder": fuzzDecoder, "Deflate": fuzzDeflate, "Handshake": fuzzHandshake, "Request": fuzzRequest,
]
