/// The parsers that both ends share: WebSocket, its compression, its handshakes, and request heads.
let targets: [String: FuzzTarget] = [
    "Decoder": fuzzDecoder, "Deflate": fuzzDeflate, "Handshake": fuzzHandshake, "Request": fuzzRequest,
]
