// @ts-check
// The layers of bytes, in the order and with the names of layers.csv, and their colours.

/**
 * Fill colours that people with any kind of colour vision can distinguish, and the colour of a text on each.
 * LayerColourTests measures both.
 */
export const layers = /** @type {const} */ ([
  { name: "payload", colour: "#2874cc", ink: "#ffffff" },
  { name: "envelope", colour: "#c4bfd9", ink: "#14202b" },
  { name: "framing", colour: "#15bb6a", ink: "#14202b" },
  { name: "http_head", colour: "#c7841a", ink: "#14202b" },
  { name: "ws_frame_header", colour: "#f8cf29", ink: "#14202b" },
  { name: "ws_mask", colour: "#ccffd7", ink: "#14202b" },
  { name: "ws_control", colour: "#7b591e", ink: "#ffffff" },
  { name: "handshake", colour: "#971182", ink: "#ffffff" },
  { name: "tls", colour: "#5f6e5d", ink: "#ffffff" },
]);

/** @typedef {import("./server.js").Ledger} Ledger */

/**
 * Bytes of a layer in both directions.
 *
 * @param {Ledger} ledger
 * @param {string} layer
 */
export function bytesOf(ledger, layer) {
  return (ledger.layers.up[layer] ?? 0) + (ledger.layers.down[layer] ?? 0);
}

/**
 * All bytes of one direction.
 *
 * @param {Ledger} ledger
 * @param {"up" | "down"} direction
 */
export function bytesIn(ledger, direction) {
  return layers.reduce((sum, layer) => sum + (ledger.layers[direction][layer.name] ?? 0), 0);
}

/**
 * All bytes of both directions.
 *
 * @param {Ledger} ledger
 */
export function totalBytes(ledger) {
  return bytesIn(ledger, "up") + bytesIn(ledger, "down");
}

/**
 * Bytes of opening handshakes, as in `setup_bytes_total`. The server does not separate the handshakes of TLS from the
 * rest of its bytes, so all of them are overhead.
 *
 * @param {Ledger} ledger
 */
export function setupBytes(ledger) {
  return bytesOf(ledger, "handshake");
}

/**
 * Bytes that are neither items nor set-up, as in `overhead_bytes_total`.
 *
 * @param {Ledger} ledger
 */
export function overheadBytes(ledger) {
  return totalBytes(ledger) - bytesOf(ledger, "payload") - setupBytes(ledger);
}
