// @ts-check
// Counts delays in bins of equal ratio, so that 0.1 ms and 10 s fit in one picture.

const firstDecade = -2;
const decades = 8;
const binsPerDecade = 64;
const binsPerBar = 8;

/** Delays in ms, from 0.01 ms to 1,000 s; a quantile is exact to 2 %. */
export class DelayHistogram {
  #counts = new Uint32Array(decades * binsPerDecade);
  count = 0;
  sum = 0;
  minimum = Infinity;
  maximum = -Infinity;

  /** @param {number} milliseconds */
  record(milliseconds) {
    this.#counts[DelayHistogram.#bin(milliseconds)] += 1;
    this.count += 1;
    this.sum += milliseconds;
    this.minimum = Math.min(this.minimum, milliseconds);
    this.maximum = Math.max(this.maximum, milliseconds);
  }

  get mean() {
    return this.count > 0 ? this.sum / this.count : undefined;
  }

  /**
   * @param {number} ratio 0.5 for the median.
   * @returns {number | undefined} In ms; `undefined` without delays.
   */
  quantile(ratio) {
    if (this.count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(ratio * this.count));
    let seen = 0;
    for (let bin = 0; bin < this.#counts.length; bin += 1) {
      seen += this.#counts[bin];
      if (seen >= rank) {
        const middle = 10 ** (firstDecade + (bin + 0.5) / binsPerDecade);
        return Math.min(Math.max(middle, this.minimum), this.maximum);
      }
    }
    return this.maximum;
  }

  /**
   * Two medians differ (about 95 % sure) if they are further apart than the sum of their notches: McGill, Tukey and
   * Larsen, "Variations of Box Plots", 1978.
   *
   * @returns {number} In ms; infinite without delays.
   */
  get notch() {
    const [low, high] = [this.quantile(0.25), this.quantile(0.75)];
    return low === undefined || high === undefined ? Infinity : (1.57 * (high - low)) / Math.sqrt(this.count);
  }

  /** Counts of groups of bins, for a plot: bar `i` begins at `DelayHistogram.barStart(i)`. */
  get bars() {
    const bars = new Array(this.#counts.length / binsPerBar).fill(0);
    this.#counts.forEach((count, bin) => (bars[Math.floor(bin / binsPerBar)] += count));
    return bars;
  }

  /** @param {number} bar @returns {number} In ms. */
  static barStart(bar) {
    return 10 ** (firstDecade + (bar * binsPerBar) / binsPerDecade);
  }

  /**
   * The place of a delay on an axis of bars, as a fraction of the axis.
   *
   * @param {number} milliseconds
   */
  static place(milliseconds) {
    return Math.min(1, Math.max(0, (Math.log10(Math.max(milliseconds, 1e-9)) - firstDecade) / decades));
  }

  /** @param {number} milliseconds */
  static #bin(milliseconds) {
    const bins = decades * binsPerDecade;
    return Math.min(bins - 1, Math.floor(DelayHistogram.place(milliseconds) * bins));
  }
}
