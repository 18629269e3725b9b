// @ts-check
// Texts to explain: each inspector's choices, by the key of their name.

const request = [
  "GET /chat HTTP/1.1", "Host: server.example.com", "Upgrade: websocket", "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: http://example.com",
  "Sec-WebSocket-Protocol: chat, superchat", "Sec-WebSocket-Version: 13", "", "",
];

/** @param {string} accept */
function response(accept) {
  return [
    "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`, "Sec-WebSocket-Protocol: chat", "", "",
  ];
}

/** @param {string[]} lines */
function text(...lines) {
  return lines.join("\r\n");
}

/** The 256 bytes of 00 01 02 … ff in hexadecimal digits. */
const allBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** @type {Record<"handshake" | "frames" | "exchange", {key: string, text: string}[]>} */
export const examples = {
  handshake: [
    { key: "example_rfc6455", text: text(...request) + text(...response("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) },
    { key: "example_wrong_accept", text: text(...request) + text(...response("dGhlIHNhbXBsZSBub25jZQ==")) },
    {
      key: "example_missing_upgrade",
      text: text(...request.filter((line) => !line.startsWith("Connection"))),
    },
    {
      key: "example_hixie76",
      text: text(
        "GET /demo HTTP/1.1", "Host: example.com", "Connection: Upgrade",
        "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00", "Sec-WebSocket-Protocol: sample", "Upgrade: WebSocket",
        "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5", "Origin: http://example.com", "", "^n:ds[4U"),
    },
  ],
  frames: [
    { key: "example_hello", text: "81 05 48 65 6c 6c 6f" },
    { key: "example_masked", text: "81 85 37 fa 21 3d 7f 9f 4d 51 58" },
    { key: "example_fragments", text: "01 03 48 65 6c 80 02 6c 6f" },
    { key: "example_ping", text: "89 05 48 65 6c 6c 6f 8a 85 37 fa 21 3d 7f 9f 4d 51 58" },
    { key: "example_256", text: `82 7e 01 00 ${allBytes}` },
    { key: "example_deflate", text: "c1 07 f2 48 cd c9 c9 07 00" },
    { key: "example_bad_control", text: "09 05 48 65 6c 6c 6f" },
  ],
  exchange: [
    {
      key: "example_poll",
      text: text("GET /poll?after=16 HTTP/1.1", "Host: 127.0.0.1:8080", "Accept: */*", "", "")
        + text(
          "HTTP/1.1 200 OK", "Date: Thu, 26 Nov 2026 09:09:37 GMT", "Content-Type: text/plain; charset=utf-8",
          "Content-Length: 32", "Last-Sequence: 18", "", "")
        + "h,10,EUR 1.0843\ni,11,EUR 1.0844\n",
    },
    {
      key: "example_empty_poll",
      text: text("GET /poll?after=18 HTTP/1.1", "Host: 127.0.0.1:8080", "Accept: */*", "", "")
        + text("HTTP/1.1 204 No Content", "Date: Thu, 26 Nov 2026 09:09:38 GMT", "Last-Sequence: 18", "", ""),
    },
  ],
};
