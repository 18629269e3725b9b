// @ts-check
// The lanes as one SVG file.

import { layerName, overheadPerItem, quantileText } from "./card.js";
import { word } from "./controls.js";
import { named, t } from "./language.js";
import { layers, totalBytes } from "./layers.js";
import { group, svgFile } from "./paint.js";
import { distribution, layerBar, strip } from "./shapes.js";
import { averageSize, count, size } from "./units.js";

/**
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./shapes.js").Shape} Shape
 */

const picture = { width: 1_000, laneHeight: 184, margin: 16, ink: "#14202b", muted: "#4a5763", grid: "#e6eaee" };

/**
 * The lanes as they are now, as an SVG file.
 *
 * @param {Session} session
 * @returns {string}
 */
export function lanesSVG(session) {
  const now = performance.now();
  const { lanes } = session;
  const largest = Math.max(1, ...lanes.map(({ ledger }) => (ledger ? totalBytes(ledger) : 0)));
  const groups = lanes.flatMap((lane, index) =>
    lanePicture(lane, now, largest, picture.margin + index * picture.laneHeight));
  const top = picture.margin + lanes.length * picture.laneHeight;
  groups.push(group(legend(), picture.margin, top));
  groups.push(group([settings(session)], picture.margin, top + 62));
  return svgFile(groups, picture.width, top + 74);
}

/** @param {import("./lane.js").Lane} lane @param {number} now @param {number} largest @param {number} y */
function lanePicture(lane, now, largest, y) {
  const { width, margin, ink, muted, grid } = picture;
  const style = (/** @type {number} */ w, /** @type {number} */ height) =>
    ({ width: w, height, ink, muted, grid, colour: lane.colour, still: true, unit: 1 });
  const { figures } = lane;
  const text = [
    `${t("delay_p50")} ${quantileText(lane, 0.5)}`,
    `${t("overhead_per_item")} ${averageSize(overheadPerItem(lane))}`, `${t("items")} ${count(figures.unique)}`,
    `${t("requests")} ${count(figures.requests)}`, `${t("missed")} ${count(figures.missed)}`,
  ].join(" · ");
  const title = named(`transport_${lane.transport}`);
  const half = (width - 3 * margin) / 2;
  return [
    group([
      { kind: "rect", x: 0, y: 4, width: 10, height: 10, fill: lane.colour },
      { kind: "text", x: 16, y: 14, text: title, fill: ink, size: 15, bold: true },
      { kind: "text", x: width - 2 * margin, y: 14, text, fill: muted, size: 13, anchor: "end" },
    ], margin, y),
    group([caption(t("strip_caption"))], margin, y + 32),
    group(strip(figures, now, style(half, 80)), margin, y + 38),
    group([caption(t("distribution_caption"))], 2 * margin + half, y + 32),
    group(distribution(figures.histogram, style(half, 80)), 2 * margin + half, y + 38),
    group([caption(t("bar_caption", { bytes: lane.ledger ? size(totalBytes(lane.ledger)) : "–" }))], margin, y + 134),
    group(layerBar(lane.ledger, largest, style(width - 2 * margin, 20), layerName), margin, y + 140),
  ];
}

/** @param {string} text @returns {Shape} Its base line is at 0. */
function caption(text) {
  return { kind: "text", x: 0, y: 0, text, fill: picture.muted, size: 12 };
}

/**
 * When the picture was made, and with which settings.
 *
 * @param {Session} session
 */
function settings({ state, setup }) {
  const values = { rate: state.rate, payload: state.payload, interval: state.interval, hold: state.hold };
  const parts = Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [`${named(`set_${name}`)} ${word(value)}`]);
  if (state.cookie !== "0B") parts.push(`${t("set_cookie")} ${word(state.cookie)}`);
  if (state.compression) parts.push(t("set_compression"));
  if (state.network !== "none") parts.push(`${t("set_preset")} ${state.network}`);
  return caption([`PushLab ${setup.version}`, new Date().toISOString().slice(0, 19), ...parts].join(" · "));
}

/** @returns {Shape[]} */
function legend() {
  const columns = 5;
  const step = (picture.width - 2 * picture.margin) / columns;
  return layers.flatMap(({ name, colour }, index) => {
    const [x, y] = [(index % columns) * step, 20 * Math.floor(index / columns)];
    return /** @type {Shape[]} */ ([
      { kind: "rect", x, y, width: 12, height: 12, fill: colour },
      { kind: "text", x: x + 18, y: y + 10, text: layerName(name), fill: picture.ink, size: 12 },
    ]);
  });
}
