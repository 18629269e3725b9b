// @ts-check
// The page's requests to the server. All of them go to the page's own origin, so they count in no lane.

/**
 * @typedef {"short-poll" | "long-poll" | "http-stream" | "sse" | "websocket"} Transport
 *
 * @typedef {object} Setup The answer to `GET /page/setup.json`.
 * @property {{transport: Transport, port: number}[]} lanes
 * @property {boolean} tls
 * @property {boolean} http2
 * @property {{source: string, controls: boolean}} feed Whether the controls can change the feed.
 * @property {boolean} mayControl Whether the token is right.
 * @property {string[]} addresses Addresses of this page for other computers.
 * @property {string} version
 *
 * @typedef {object} ControlState The answer to `GET /control`. Quantities are text with a unit: "10/s", "128B", "1s".
 * @property {string | null} rate `null` if the feed is not synthetic.
 * @property {string | null} payload
 * @property {string} interval Interval of short polling.
 * @property {string} hold Longest time for which a long poll is held.
 * @property {boolean} compression
 * @property {string} cookie Size of the cookie that the page adds to each request of a lane.
 * @property {string} network "none", or settings as for `--network`, such as "rtt=80ms,loss=1%".
 * @property {boolean} paused
 *
 * @typedef {Record<string, number>} LayerBytes
 *
 * @typedef {object} Ledger The answer to `GET /lanes/ID`.
 * @property {Transport} transport
 * @property {number} connections
 * @property {number} open Connections that are open now.
 * @property {number} requests
 * @property {number} items
 * @property {{up: LayerBytes, down: LayerBytes}} layers
 * @property {{up: number, down: number} | null} kernel
 * @property {{up: number, down: number}} plaintext
 *
 * @typedef {object} LaneMessage A message of `GET /lanes/ID/frames`.
 * @property {"up" | "down"} direction
 * @property {string} kind
 * @property {string} title
 * @property {number} wire_bytes
 * @property {boolean} complete
 * @property {string} bytes The first bytes, as hexadecimal digits.
 * @property {{layer: string, from: number, to: number}[]} runs The layers of these bytes.
 * @property {number} [compressed_bytes] Size of compressed content before inflating.
 * @property {number} [inflated_bytes]
 * @property {string} [inflated] The first inflated bytes, as hexadecimal digits.
 * @property {string[]} faults
 * @property {import("./explained.js").Explanation} [explanation] Of a WebSocket frame.
 *
 * @typedef {object} Stats The part of `GET /stats` that the page uses.
 * @property {number} epoch_ns
 * @property {number} newest
 * @property {number} [pid]
 */

/** The server refused a request; the message is its sentence. */
export class Refusal extends Error {
  /** @param {number} status @param {string} sentence */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

const longestWaitMilliseconds = 5_000;

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>} The body as JSON, or `undefined` without a body.
 */
async function ask(path, options = {}) {
  const response = await fetch(path, {
    cache: "no-store", signal: AbortSignal.timeout(longestWaitMilliseconds), ...options,
  });
  const text = await response.text();
  if (!response.ok) throw new Refusal(response.status, sentence(text));
  try {
    return text.trim() === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A refusal is JSON with `error`, or plain text.
 *
 * @param {string} text
 */
function sentence(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value.error === "string") return value.error;
  } catch {
    // Plain text.
  }
  return text.trim();
}

export class Server {
  /** @param {string | null} token The token that permits control. */
  constructor(token) {
    this.token = token;
  }

  /** @returns {Promise<Setup>} */
  setup() {
    return ask("/page/setup.json", { headers: this.#authorization() });
  }

  /** @returns {Promise<Stats>} */
  stats() {
    return ask("/stats");
  }

  /**
   * Time since the feed's epoch in µs.
   *
   * @returns {Promise<number>}
   */
  async clock() {
    return (await ask("/page/clock")).now_us;
  }

  /** @returns {Promise<ControlState>} */
  control() {
    return ask("/control");
  }

  /** @param {Partial<ControlState>} change @returns {Promise<ControlState>} */
  change(change) {
    return this.#post("/control", JSON.stringify(change), "application/json");
  }

  publish() {
    return this.#post("/control/publish");
  }

  reset() {
    return this.#post("/control/reset");
  }

  /**
   * Closes the connections of one lane.
   *
   * @param {string} lane
   */
  drop(lane) {
    return this.#post(`/control/drop?lane=${lane}`);
  }

  /** @param {string} lane @returns {Promise<Ledger>} */
  ledger(lane) {
    return ask(`/lanes/${lane}`);
  }

  /**
   * The last messages of a lane.
   *
   * @param {string} lane
   * @returns {Promise<{messages: LaneMessage[]}>}
   */
  messages(lane) {
    return ask(`/lanes/${lane}/frames`, { headers: this.#authorization() });
  }

  /** @param {"handshake" | "frames" | "exchange"} kind @param {string} text @returns {Promise<any>} */
  explain(kind, text) {
    return this.#post(`/explain/${kind}`, text, "text/plain;charset=utf-8");
  }

  /** @param {string} path @param {string} [body] @param {string} [contentType] */
  #post(path, body = "", contentType = "text/plain;charset=utf-8") {
    return ask(path, {
      method: "POST", body, headers: { ...this.#authorization(), "Content-Type": contentType },
    });
  }

  /** @returns {Record<string, string>} */
  #authorization() {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }
}
