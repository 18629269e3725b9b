// @ts-check
// A lane: the feed, received in one way, and what it costs.

import { LaneFigures } from "./figures.js";
import { readItem } from "./item.js";
import { LongPoll, ShortPoll } from "./polls.js";
import { EventStream, HTTPStream, WebSocketPush } from "./streams.js";

/**
 * @typedef {import("./server.js").Transport} Transport
 * @typedef {import("./server.js").Ledger} Ledger
 * @typedef {import("./driver.js").Status} Status
 * @typedef {import("./driver.js").Link} Link
 * @typedef {import("./driver.js").Sink} Sink
 */

/** The colours are those of the lab's reports. */
export const transports = /** @type {const} */ ({
  "short-poll": { driver: ShortPoll, colour: "#E69F00" },
  "long-poll": { driver: LongPoll, colour: "#0072B2" },
  "http-stream": { driver: HTTPStream, colour: "#009E73" },
  "sse": { driver: EventStream, colour: "#CC79A7" },
  "websocket": { driver: WebSocketPush, colour: "#D55E00" },
});

/** A new id: long enough that no other page can guess it. */
export function makeLaneID() {
  const bytes = crypto.getRandomValues(new Uint8Array(15));
  return Array.from(bytes, (byte) => byte.toString(36).padStart(2, "0")).join("").slice(0, 28);
}

/** @implements {Sink} */
export class Lane {
  /** @type {Status} */
  status = { state: "connecting" };
  /**
   * What the server counted for this lane.
   *
   * @type {Ledger | undefined}
   */
  ledger = undefined;
  /**
   * The first one with items.
   *
   * @type {Ledger | undefined}
   */
  firstLedger = undefined;
  /**
   * Items that the server no longer kept when the lane needed them.
   *
   * @type {{first: number, last: number} | undefined}
   */
  lostItems = undefined;
  #progress = { cursor: -1, at: 0 };
  /** What the server has, and the longest time in ms in which the lane should have some of it. */
  #expected = { newest: 0, longest: Infinity };
  /** @type {import("./driver.js").Driver | undefined} */
  #driver = undefined;

  /**
   * @param {Transport} transport
   * @param {import("./clock.js").FeedClock} clock
   * @param {(lane: Lane) => void} statusChanged
   */
  constructor(transport, clock, statusChanged) {
    this.transport = transport;
    this.colour = transports[transport].colour;
    this.id = makeLaneID();
    this.figures = new LaneFigures(0, performance.now());
    this.clock = clock;
    this.statusChanged = statusChanged;
  }

  get cursor() {
    return this.figures.cursor;
  }

  /**
   * Starts from zero, with another id.
   *
   * @param {Omit<Link, "lane">} link
   * @param {number} cursor
   */
  start(link, cursor) {
    this.stop();
    this.id = makeLaneID();
    this.ledger = undefined;
    this.firstLedger = undefined;
    this.lostItems = undefined;
    this.figures = new LaneFigures(cursor, performance.now());
    this.#progress = { cursor: -1, at: performance.now() };
    this.#driver = new transports[this.transport].driver({ ...link, lane: this.id }, this);
    this.#driver.start();
  }

  stop() {
    this.#driver?.stop();
    this.#driver = undefined;
  }

  /**
   * Connects again if the lane makes no progress although the server has newer items.
   *
   * @param {number} newest The newest sequence of the server.
   * @param {number} now
   * @param {number} longest Longest time without progress in ms.
   * @returns {boolean} Whether it connects again.
   */
  watch(newest, now, longest) {
    this.#expected = { newest, longest };
    if (this.cursor !== this.#progress.cursor || newest <= this.cursor) {
      this.#progress = { cursor: this.cursor, at: now };
      return false;
    }
    if (now - this.#progress.at < longest) return false;
    this.#progress.at = now;
    this.#driver?.reconnect();
    return true;
  }

  /**
   * How long nothing has arrived although the server has newer items.
   *
   * @param {number} now
   * @returns {number | undefined} In ms; `undefined` while that is nothing unusual.
   */
  silence(now) {
    if (this.#expected.newest <= this.cursor) return undefined;
    const time = now - (this.figures.arrivals.at(-1)?.arrival ?? this.figures.began);
    return time > this.#expected.longest / 3 ? time : undefined;
  }

  // MARK: Reports of the driver

  /** @param {string[]} texts @param {number} arrival */
  received(texts, arrival) {
    for (const text of texts) {
      const item = readItem(text);
      if (item) this.figures.itemReceived(item.sequence, this.clock.instant(item.dueMicroseconds), arrival);
    }
  }

  began() {
    return this.figures.exchangeBegan(performance.now());
  }

  /** @param {import("./figures.js").Exchange} exchange */
  ended(exchange) {
    this.figures.exchangeEnded(exchange, performance.now());
  }

  /** @param {number} oldest */
  gap(oldest) {
    this.lostItems = { first: this.lostItems?.first ?? this.cursor + 1, last: oldest - 1 };
    this.figures.gap(oldest);
    this.statusChanged(this);
  }

  /** @param {Status} status */
  changed(status) {
    if (status.state === this.status.state && status.detail === this.status.detail) return;
    this.status = status;
    this.statusChanged(this);
  }
}
