// @ts-check
// What one lane received. Pure: instants come in as arguments, in ms of the page's clock.

import { DelayHistogram } from "./histogram.js";

/**
 * @typedef {object} Arrival
 * @property {number} sequence
 * @property {number} due
 * @property {number} arrival
 *
 * @typedef {object} Exchange A request, or a connection that stays open.
 * @property {number} began
 * @property {number | undefined} ended `undefined` while it is open.
 * @property {number} items
 * @property {boolean} [isEmpty] Whether it was a response without items.
 */

const keptMilliseconds = 12_000;
/** Enough for the pictures of a feed with 300 items per second. */
const keptArrivals = 4_000;

export class LaneFigures {
  histogram = new DelayHistogram();
  received = 0;
  unique = 0;
  duplicates = 0;
  reordered = 0;
  missed = 0;
  requests = 0;
  emptyResponses = 0;
  /** Latest due time among the items received; the age of what the lane shows counts from here. */
  newestDue = /** @type {number | undefined} */ (undefined);
  latestDelay = /** @type {number | undefined} */ (undefined);
  /**
   * The newest arrivals, oldest first.
   *
   * @type {Arrival[]}
   */
  arrivals = [];
  /**
   * The newest exchanges, oldest first.
   *
   * @type {Exchange[]}
   */
  exchanges = [];
  #missing = new Set();
  #endedWithItems = 0;

  /** @param {number} cursor Sequence of the last item before the lane starts. @param {number} began */
  constructor(cursor, began) {
    this.cursor = cursor;
    this.began = began;
  }

  /** @param {number} sequence @param {number} due @param {number} arrival */
  itemReceived(sequence, due, arrival) {
    this.received += 1;
    if (sequence <= this.cursor) {
      if (!this.#missing.delete(sequence)) {
        this.duplicates += 1;
        return;
      }
      this.missed -= 1;
      this.reordered += 1;
    } else {
      this.#skip(sequence);
      this.cursor = sequence;
    }
    this.unique += 1;
    const delay = Math.max(0, arrival - due);
    this.latestDelay = delay;
    this.newestDue = Math.max(this.newestDue ?? due, due);
    // The lane could not have had earlier items in time.
    if (due >= this.began) this.histogram.record(delay);
    this.arrivals.push({ sequence, due, arrival });
    this.#forget(arrival);
  }

  /**
   * The server no longer keeps the items before this one.
   *
   * @param {number} oldest
   */
  gap(oldest) {
    this.#skip(oldest);
    this.cursor = Math.max(this.cursor, oldest - 1);
  }

  /** @param {number} next The sequence that comes after the missing ones. */
  #skip(next) {
    this.missed += Math.max(0, next - this.cursor - 1);
    // Only the newest can still arrive late.
    for (let sequence = Math.max(this.cursor + 1, next - 1_000); sequence < next; sequence += 1) {
      this.#missing.add(sequence);
    }
    if (this.#missing.size > 10_000) this.#missing.clear();
  }

  /** @param {number} now @returns {Exchange} */
  exchangeBegan(now) {
    const exchange = { began: now, ended: undefined, items: 0 };
    this.requests += 1;
    this.exchanges.push(exchange);
    this.#forget(now);
    return exchange;
  }

  /** @param {Exchange} exchange @param {number} now */
  exchangeEnded(exchange, now) {
    if (exchange.ended !== undefined) return;
    exchange.ended = now;
    if (!this.exchanges.includes(exchange)) return;
    if (exchange.isEmpty) this.emptyResponses += 1;
    if (exchange.items > 0) this.#endedWithItems += 1;
  }

  /** Responses with items, those included that have not ended. */
  get fullResponses() {
    return this.#endedWithItems + this.exchanges.filter(({ ended, items }) => ended === undefined && items > 0).length;
  }

  /** @param {number} now @returns {number | undefined} Age of the newest item that the lane shows, in ms. */
  age(now) {
    return this.newestDue === undefined ? undefined : Math.max(0, now - this.newestDue);
  }

  /** @param {number} now */
  #forget(now) {
    const oldest = now - keptMilliseconds;
    if (this.arrivals.length > 2 * keptArrivals || this.arrivals[0]?.arrival < oldest - keptMilliseconds) {
      this.arrivals = this.arrivals.filter((one) => one.arrival >= oldest).slice(-keptArrivals);
    }
    if (this.exchanges.length > 2 * keptArrivals || (this.exchanges[0]?.ended ?? now) < oldest - keptMilliseconds) {
      this.exchanges = this.exchanges
        .filter((one) => one.ended === undefined || one.ended >= oldest).slice(-keptArrivals);
    }
  }
}
