// @ts-check
// Predict, then reveal: what a change does to the delay and the overhead of each lane.

import { byID, make, setText, table } from "./dom.js";
import { named, t } from "./language.js";
import { overheadBytes } from "./layers.js";
import { averageSize, delay as delayText } from "./units.js";

/**
 * @typedef {import("./lane.js").Lane} Lane
 * @typedef {"falls" | "stays" | "rises"} Trend
 *
 * @typedef {object} Figures
 * @property {number | undefined} delay The median, in ms.
 * @property {number} notch How far the median may be off, by the number of items.
 * @property {number} clockError How far each delay may be off, by the clocks.
 * @property {number | undefined} overhead
 *
 * @typedef {{delay?: Trend, overhead?: Trend}} Prediction
 */

const trends = /** @type {const} */ (["falls", "stays", "rises"]);
const subjects = /** @type {const} */ (["delay", "overhead"]);
/** A smaller difference is noise of the browser: in ms, and in bytes. Delays also need enough items. */
const noise = { delay: 3, overhead: 2 };
const noiseRatio = { delay: 1.15, overhead: 1.1 };

/**
 * The median delay, and the overhead per item since the lane's first items: without its first request and response,
 * whose share would depend on how long the lane has run.
 *
 * @param {Lane} lane
 * @returns {Figures}
 */
export function figuresOf({ figures, firstLedger, ledger, clock }) {
  const { histogram } = figures;
  const of = { delay: histogram.quantile(0.5), notch: histogram.notch, clockError: clock.uncertainty };
  if (!firstLedger || !ledger || ledger.items <= firstLedger.items) return { ...of, overhead: undefined };
  const overhead = (overheadBytes(ledger) - overheadBytes(firstLedger)) / (ledger.items - firstLedger.items);
  return { ...of, overhead };
}

/** @param {"delay" | "overhead"} subject @param {Figures | undefined} figures */
function textOf(subject, figures) {
  return subject === "delay" ? delayText(figures?.delay, figures?.clockError ?? 0) : averageSize(figures?.overhead);
}

/**
 * @param {"delay" | "overhead"} subject
 * @param {Figures | undefined} was
 * @param {Figures} is
 * @returns {Trend | undefined} `undefined` if a figure is missing.
 */
export function trend(subject, was, is) {
  const [before, after] = [was?.[subject], is[subject]];
  if (was === undefined || before === undefined || after === undefined) return undefined;
  const unsure = subject === "delay" ? was.notch + is.notch + was.clockError + is.clockError : 0;
  if (Math.abs(after - before) < Math.max(noise[subject], unsure)) return "stays";
  if (after > before * noiseRatio[subject]) return "rises";
  return before > after * noiseRatio[subject] ? "falls" : "stays";
}

/**
 * Whether the figures have settled: the first polls after a start have few items, so their overhead is too high.
 *
 * @param {Lane[]} lanes
 * @param {number} now
 * @param {number} interval Interval of short polling in ms.
 */
export function isSettled(lanes, now, interval) {
  const least = Math.max(10_000, 3 * interval + 1_000);
  return lanes.every(({ figures }) => figures.unique > 0 && now - figures.began > least);
}

/**
 * Asks for a prediction.
 *
 * @param {Lane[]} lanes
 * @param {string} change In words.
 * @returns {Promise<Map<string, Prediction> | undefined>} By transport; `undefined` if the change is cancelled.
 */
export function askPrediction(lanes, change) {
  const dialog = /** @type {HTMLDialogElement} */ (byID("predict"));
  setText(byID("predict-change"), change);
  const rows = lanes.map((lane) => [
    named(`transport_${lane.transport}`), ...subjects.map((subject) => make("div", {}, nowOf(lane, subject),
      options(lane, subject))),
  ]);
  byID("predict-table").replaceChildren(
    table(t("predict_caption"), [t("lane"), t("delay_p50"), t("overhead_per_item")], rows));
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "apply") return resolve(undefined);
      resolve(new Map(lanes.map((lane) => [lane.transport, answers(lane, dialog)])));
    }, { once: true });
  });
}

/** @param {Lane} lane @param {"delay" | "overhead"} subject */
function nowOf(lane, subject) {
  const value = textOf(subject, figuresOf(lane));
  return make("p", { class: "hint" }, t("figure_now", { value }));
}

/** @param {Lane} lane @param {string} subject */
function options(lane, subject) {
  const figure = t(subject === "delay" ? "delay_p50" : "overhead_per_item");
  const label = `${named(`transport_${lane.transport}`)}: ${figure}`;
  const group = make("div", { role: "radiogroup", class: "options", "aria-label": label });
  for (const one of trends) {
    const radio = make("input", { type: "radio", name: `${lane.transport} ${subject}`, value: one });
    group.append(make("label", {}, radio, ` ${arrow[one]} `, named(`trend_${one}`)));
  }
  return group;
}

/** @type {Record<Trend, string>} */
const arrow = { falls: "↓", stays: "=", rises: "↑" };

/** @param {Lane} lane @param {HTMLDialogElement} dialog @returns {Prediction} */
function answers(lane, dialog) {
  const chosen = (/** @type {string} */ subject) => {
    const name = CSS.escape(`${lane.transport} ${subject}`);
    const radio = dialog.querySelector(`input[name="${name}"]:checked`);
    return /** @type {Trend | undefined} */ (radio instanceof HTMLInputElement ? radio.value : undefined);
  };
  return { delay: chosen("delay"), overhead: chosen("overhead") };
}

/**
 * The table of what happened.
 *
 * @param {Lane[]} lanes
 * @param {Map<string, Figures>} before By transport.
 * @param {Map<string, Prediction>} predictions By transport.
 * @returns {{table: HTMLTableElement, right: number, asked: number}}
 */
export function revealTable(lanes, before, predictions) {
  let [right, asked] = [0, 0];
  const rows = lanes.map((lane) => {
    const [old, now] = [before.get(lane.transport), figuresOf(lane)];
    const cells = subjects.map((subject) => {
      const happened = trend(subject, old, now);
      const predicted = predictions.get(lane.transport)?.[subject];
      const isRight = predicted !== undefined && predicted === happened;
      if (predicted && happened) [asked, right] = [asked + 1, right + (isRight ? 1 : 0)];
      const verdict = !predicted || !happened ? ""
        : ` ${isRight ? "✓" : "✗"} ${t("predicted", { trend: named(`trend_${predicted}`) })}`;
      const sign = happened ? ` ${arrow[happened]} ${named(`trend_${happened}`)}` : "";
      return `${textOf(subject, old)} → ${textOf(subject, now)}${sign}${verdict}`;
    });
    return [named(`transport_${lane.transport}`), ...cells];
  });
  const head = [t("lane"), t("delay_p50"), t("overhead_per_item")];
  return { table: table(t("reveal_caption"), head, rows), right, asked };
}
