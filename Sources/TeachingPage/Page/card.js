// @ts-check
// One lane on the page: its pictures and its figures.

import { make, setText } from "./dom.js";
import { named, t } from "./language.js";
import { overheadBytes, totalBytes } from "./layers.js";
import { paint } from "./paint.js";
import { distribution, layerBar, strip } from "./shapes.js";
import { averageSize, count, delay, duration, size } from "./units.js";

/**
 * @typedef {import("./lane.js").Lane} Lane
 * @typedef {import("./language.js").Key} Key
 *
 * @typedef {object} Palette
 * @property {string} ink
 * @property {string} muted
 * @property {string} grid
 * @property {number} unit Size of texts in pictures; 1 where the text of the page has 16 px.
 */

/**
 * The figures of a card, in order, with the text of each.
 *
 * @type {[Key, (lane: Lane, now: number) => string][]}
 */
const shown = [
  ["delay_p50", (lane) => quantileText(lane, 0.5)],
  ["overhead_per_item", (lane) => averageSize(overheadPerItem(lane))],
  ["delay_now", ({ figures, clock }) => delay(figures.latestDelay, clock.uncertainty)],
  ["delay_p99", (lane) => quantileText(lane, 0.99)],
  ["age", ({ figures }, now) => duration(figures.age(now))],
  ["requests", ({ figures }) => count(figures.requests)],
  ["items", ({ figures }) => count(figures.unique)],
  ["missed", ({ figures }) => count(figures.missed)],
];

/**
 * A quantile of the lane's delays.
 *
 * @param {Lane} lane
 * @param {number} ratio
 */
export function quantileText({ figures, clock }, ratio) {
  return delay(figures.histogram.quantile(ratio), clock.uncertainty);
}

/** @param {Lane} lane @returns {number | undefined} In bytes, by the server's count. */
export function overheadPerItem({ ledger }) {
  return ledger && ledger.items > 0 ? overheadBytes(ledger) / ledger.items : undefined;
}

/** @param {string} layer */
export function layerName(layer) {
  return named(`layer_${layer}`);
}

/**
 * The lane's state in a sentence.
 *
 * @param {Lane} lane
 */
export function statusText(lane) {
  const { status, lostItems } = lane;
  const silence = status.state === "live" ? lane.silence(performance.now()) : undefined;
  const sentence = silence !== undefined ? t("status_silent", { time: duration(Math.round(silence / 1_000) * 1_000) })
    : status.state === "refused" ? t("status_refused", { sentence: status.detail ?? "" })
    : named(`status_${status.state}`);
  return lostItems ? `${sentence} ${t("lost_items", lostItems)}` : sentence;
}

export class LaneCard {
  /** @param {Lane} lane */
  constructor(lane) {
    this.lane = lane;
    this.title = make("h3", { id: `title-${lane.transport}` });
    this.status = make("p", { class: "status" });
    this.strip = make("canvas", { class: "strip", role: "img" });
    this.distribution = make("canvas", { class: "distribution", role: "img" });
    this.bar = make("canvas", { class: "bar", role: "img" });
    this.captions = {
      strip: make("p", { class: "caption" }), distribution: make("p", { class: "caption" }),
      bar: make("p", { class: "caption" }),
    };
    this.names = shown.map(() => make("dt"));
    this.values = shown.map(([key]) => make("dd", { "data-figure": key }));
    const list = make("dl", {}, ...this.names.map((name, index) => make("div", {}, name, this.values[index])));
    this.element = make(
      "article", { class: "lane", "aria-labelledby": this.title.id, "data-transport": lane.transport },
      this.title, this.status, this.captions.strip, this.strip, list, this.captions.distribution, this.distribution,
      this.captions.bar, this.bar);
    this.element.style.setProperty("--lane", lane.colour);
  }

  /** After a change of the language. */
  translate() {
    setText(this.title, named(`transport_${this.lane.transport}`));
    shown.forEach(([key], index) => setText(this.names[index], t(key)));
    setText(this.captions.strip, t("strip_caption"));
    setText(this.captions.distribution, t("distribution_caption"));
    this.showStatus();
  }

  showStatus() {
    setText(this.status, statusText(this.lane));
    this.status.dataset.state = this.lane.status.state;
  }

  /**
   * Called up to 30 times per second.
   *
   * @param {number} now
   * @param {Palette} palette
   * @param {boolean} still
   */
  animate(now, palette, still) {
    paint(this.strip, (width, height) => strip(this.lane.figures, now, this.#style(width, height, palette, still)));
  }

  /**
   * Called twice per second.
   *
   * @param {number} now
   * @param {number} largest The most bytes of any lane.
   * @param {Palette} palette
   */
  showFigures(now, largest, palette) {
    const { lane } = this;
    this.element.dataset.lane = lane.id;
    this.showStatus();
    shown.forEach(([, text], index) => setText(this.values[index], text(lane, now)));
    paint(this.distribution, (width, height) =>
      distribution(lane.figures.histogram, this.#style(width, height, palette)));
    paint(this.bar, (width, height) => layerBar(lane.ledger, largest, this.#style(width, height, palette), layerName));
    const values = {
      items: count(lane.figures.unique), median: quantileText(lane, 0.5), p99: quantileText(lane, 0.99),
      bytes: lane.ledger ? size(totalBytes(lane.ledger)) : "–",
    };
    setText(this.captions.bar, t("bar_caption", values));
    this.strip.setAttribute("aria-label", t("strip_label", values));
    this.distribution.setAttribute("aria-label", t("distribution_label", values));
    this.bar.setAttribute("aria-label", t("bar_label", values));
  }

  /** @param {number} width @param {number} height @param {Palette} palette @param {boolean} [still] */
  #style(width, height, palette, still = false) {
    return { width, height, ...palette, colour: this.lane.colour, still };
  }
}
