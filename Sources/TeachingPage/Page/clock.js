// @ts-check
// Translates the feed's due times to the clock of this page, `performance.now()`.

/**
 * @typedef {object} Reading One request for the server's time. Times of the page are in ms.
 * @property {number} sent
 * @property {number} received
 * @property {number} microseconds Time since the feed's epoch on the server's clock.
 */

const keptMilliseconds = 60_000;

/** The server read its clock at some instant between request and answer; the shortest round trip is the best guess. */
export class FeedClock {
  /** @type {{received: number, epoch: number, uncertainty: number}[]} */
  #readings = [];

  /** @param {Reading} reading */
  take(reading) {
    const { sent, received } = reading;
    const uncertainty = (received - sent) / 2;
    this.#readings = this.#readings.filter((one) => received - one.received < keptMilliseconds);
    this.#readings.push({ received, epoch: sent + uncertainty - reading.microseconds / 1000, uncertainty });
  }

  /** Forgets everything: the server was restarted. */
  reset() {
    this.#readings = [];
  }

  get #best() {
    return this.#readings.reduce(
      (best, one) => (best === undefined || one.uncertainty < best.uncertainty ? one : best),
      /** @type {{epoch: number, uncertainty: number} | undefined} */ (undefined));
  }

  get isKnown() {
    return this.#readings.length > 0;
  }

  /** Largest possible error of every delay, in ms. */
  get uncertainty() {
    return this.#best?.uncertainty ?? Infinity;
  }

  /**
   * The instant on the clock of this page, in ms.
   *
   * @param {number} dueMicroseconds
   */
  instant(dueMicroseconds) {
    return (this.#best?.epoch ?? NaN) + dueMicroseconds / 1000;
  }
}
