// @ts-check
// The same figures as tables, for screen readers and for copying.

import { overheadPerItem, quantileText, statusText } from "./card.js";
import { table } from "./dom.js";
import { named, t } from "./language.js";
import { bytesIn, layers } from "./layers.js";
import { averageSize, count, delay, duration, size } from "./units.js";

/** @typedef {import("./lane.js").Lane} Lane */

/** @param {number | undefined} value @param {(value: number) => string} text */
function cell(value, text) {
  return { text: value === undefined ? "–" : text(value), value };
}

/**
 * One row per lane.
 *
 * @param {Lane[]} lanes
 * @param {number} now
 */
export function figuresTable(lanes, now) {
  const head = [
    t("lane"), t("items"), t("missed"), t("delay_now"), t("delay_p50"), t("delay_p99"), t("age"), t("requests"),
    t("bytes_up"), t("bytes_down"), t("overhead_per_item"), t("state"),
  ];
  const rows = lanes.map((lane) => {
    const { figures, ledger, clock } = lane;
    return [
      named(`transport_${lane.transport}`), cell(figures.unique, count), cell(figures.missed, count),
      cell(figures.latestDelay, (value) => delay(value, clock.uncertainty)),
      cell(figures.histogram.quantile(0.5), () => quantileText(lane, 0.5)),
      cell(figures.histogram.quantile(0.99), () => quantileText(lane, 0.99)), cell(figures.age(now), duration),
      cell(figures.requests, count), cell(ledger && bytesIn(ledger, "up"), size),
      cell(ledger && bytesIn(ledger, "down"), size), cell(overheadPerItem(lane), averageSize), statusText(lane),
    ];
  });
  return table(t("table_figures"), head, rows);
}

/**
 * One row per layer and direction, one column per lane.
 *
 * @param {Lane[]} lanes
 */
export function layersTable(lanes) {
  const head = [t("layer"), t("direction"), ...lanes.map((lane) => named(`transport_${lane.transport}`))];
  const rows = layers.flatMap((layer) =>
    /** @type {const} */ (["up", "down"]).map((direction) => [
      named(`layer_${layer.name}`), t(direction),
      ...lanes.map((lane) => cell(lane.ledger && (lane.ledger.layers[direction][layer.name] ?? 0), count)),
    ]));
  const kernel = /** @type {const} */ (["up", "down"]).map((direction) => [
    t("kernel"), t(direction), ...lanes.map((lane) => cell(lane.ledger?.kernel?.[direction], count)),
  ]);
  return table(t("table_layers"), head, [...rows, ...kernel]);
}
