// @ts-check
// What the five ways to fetch the feed have in common.

/** @typedef {import("./figures.js").Exchange} Exchange */

/**
 * @typedef {object} Link Where and how a lane connects.
 * @property {string} origin
 * @property {string} lane The lane's id, by which the server counts its bytes.
 * @property {boolean} withCookie
 * @property {number} interval Interval of short polling in ms.
 * @property {number} hold Longest hold of a long poll in ms.
 *
 * @typedef {object} Sink What a driver reports to.
 * @property {number} cursor Sequence of the last item received.
 * @property {(texts: string[], arrival: number) => void} received
 * @property {() => Exchange} began
 * @property {(exchange: Exchange) => void} ended
 * @property {(status: Status) => void} changed
 * @property {(oldest: number) => void} gap
 *
 * @typedef {object} Status
 * @property {"connecting" | "live" | "reconnecting" | "refused" | "stopping"} state
 * @property {string} [detail] A sentence of the server.
 */

export const reconnectMilliseconds = 1_000;
export const refusedMilliseconds = 5_000;

/** Fetches the feed in one way. A driver starts once and stops once. */
export class Driver {
  /** Ends the current request. */
  controller = new AbortController();
  isStopped = false;

  /** @param {Link} link @param {Sink} sink */
  constructor(link, sink) {
    this.link = link;
    this.sink = sink;
  }

  start() {
    this.sink.changed({ state: "connecting" });
    void this.run();
  }

  /** @returns {Promise<void>} */
  async run() {}

  stop() {
    this.isStopped = true;
    this.controller.abort();
  }

  /** Gives up the current connection; the driver opens another. */
  reconnect() {
    if (this.isStopped) return;
    this.controller.abort();
    this.controller = new AbortController();
  }

  /** @param {string} path @param {string} [query] */
  url(path, query = "") {
    return `${this.link.origin}${path}?after=${this.sink.cursor}${query}&lane=${this.link.lane}`;
  }

  /** @param {string} url @param {number} [longest] Give up after this time in ms. */
  fetch(url, longest) {
    const signals = [this.controller.signal];
    if (longest !== undefined) signals.push(AbortSignal.timeout(longest));
    return fetch(url, {
      credentials: this.link.withCookie ? "include" : "omit", referrerPolicy: "no-referrer",
      signal: AbortSignal.any(signals),
    });
  }

  /**
   * Reads a response without items.
   *
   * @param {Response} response
   * @param {(text: string) => number | undefined} readGap
   */
  async refused(response, readGap) {
    const text = (await response.text()).trim();
    const oldest = response.status === 410 ? readGap(text) : undefined;
    if (oldest !== undefined && oldest > this.sink.cursor) {
      this.sink.gap(oldest);
      return;
    }
    this.sink.changed({ state: "refused", detail: text });
    await this.pause(refusedMilliseconds);
  }

  async lost() {
    if (this.isStopped) return;
    this.sink.changed({ state: "reconnecting" });
    await this.pause(reconnectMilliseconds);
  }

  /**
   * Ends early when the driver stops or reconnects.
   *
   * @param {number} milliseconds
   * @returns {Promise<void>}
   */
  pause(milliseconds) {
    const { signal } = this.controller;
    return new Promise((resolve) => {
      if (signal.aborted && this.isStopped) return resolve();
      const timer = setTimeout(finish, milliseconds);
      function finish() {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        resolve();
      }
      signal.addEventListener("abort", finish);
    });
  }
}
