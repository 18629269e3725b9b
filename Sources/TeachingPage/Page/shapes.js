// @ts-check
// The pictures of a lane as lists of shapes: painted on the page, and written as SVG. Pure.

import { DelayHistogram } from "./histogram.js";
import { bytesOf, layers } from "./layers.js";
import { count, duration } from "./units.js";

/**
 * @typedef {{kind: "rect", x: number, y: number, width: number, height: number, fill: string, opacity?: number}} Rect
 * @typedef {{kind: "line", x1: number, y1: number, x2: number, y2: number, stroke: string, width?: number,
 *   opacity?: number}} Line
 * @typedef {{kind: "dot", x: number, y: number, radius: number, fill: string, opacity?: number}} Dot
 * @typedef {{kind: "text", x: number, y: number, text: string, fill: string, size: number, bold?: boolean,
 *   anchor?: "start" | "end"}} Text
 * @typedef {Rect | Line | Dot | Text} Shape
 *
 * @typedef {object} Style
 * @property {number} width
 * @property {number} height
 * @property {string} ink
 * @property {string} muted
 * @property {string} grid
 * @property {string} colour Of the lane.
 * @property {number} unit Size of texts and dots; 1 where the text of the page has 16 px.
 * @property {boolean} [still] No animation.
 */

export const windowMilliseconds = 10_000;
const rows = 7;
const drawnItems = 400;

/**
 * The last 10 seconds; now is at the right edge. A dot is an arrival; the line before it begins when the item was due.
 * The track at the bottom has one bar for each request or connection, as long as it is open.
 *
 * @param {import("./figures.js").LaneFigures} figures
 * @param {number} now
 * @param {Style} style
 * @returns {Shape[]}
 */
export function strip(figures, now, style) {
  const { width, height, colour, unit } = style;
  const trackHeight = 9 * unit;
  const place = (/** @type {number} */ instant) => width * (1 - (now - instant) / windowMilliseconds);
  /** @type {Shape[]} */
  const shapes = [];
  for (let second = Math.ceil((now - windowMilliseconds) / 1000); second * 1000 <= now; second += 1) {
    const x = place(second * 1000);
    shapes.push({ kind: "line", x1: x, y1: 0, x2: x, y2: height, stroke: style.grid });
  }
  const top = height - trackHeight;
  for (const exchange of figures.exchanges) {
    const from = Math.max(0, place(exchange.began));
    const to = Math.min(width, place(exchange.ended ?? now));
    if (to < 0) continue;
    shapes.push({
      kind: "rect", x: from, y: top, width: Math.max(1.5, to - from - 0.5), height: trackHeight, fill: colour,
      opacity: exchange.items > 0 || exchange.ended === undefined ? 0.75 : 0.3,
    });
  }
  const step = (top - 12 * unit) / (rows - 1);
  const visible = figures.arrivals.filter((item) => place(item.arrival) > -4);
  // Of a fast feed, only every second, third, … item is drawn.
  const every = Math.ceil(visible.length / drawnItems);
  for (const item of visible) {
    if (item.sequence % every > 0) continue;
    const x = place(item.arrival);
    const y = 6 * unit + ((item.sequence / every) % rows) * step;
    const from = Math.max(0, place(item.due));
    if (x - from > 3) {
      shapes.push({ kind: "line", x1: from, y1: y, x2: x, y2: y, stroke: colour, width: 2 * unit, opacity: 0.45 });
    }
    // A new item shrinks to its size within 0.4 s.
    const fresh = style.still ? 0 : Math.max(0, 1 - (now - item.arrival) / 400);
    shapes.push({ kind: "dot", x, y, radius: (3 + 5 * fresh) * unit, fill: colour, opacity: 1 - 0.5 * fresh });
  }
  return shapes;
}

// The plot shows 0.1 ms to 100 s of the histogram's range.
const firstBar = 8;
const lastBar = 56;
const marks = [0.1, 1, 10, 100, 1_000, 10_000];
const textSize = 10;
/** Least distance of two marks with a text. */
const leastDistance = 44;

/**
 * The distribution of delays on a logarithmic axis, with a line at the median.
 *
 * @param {DelayHistogram} histogram
 * @param {Style} style
 * @returns {Shape[]}
 */
export function distribution(histogram, style) {
  const { width, height, unit } = style;
  const size = textSize * unit;
  const base = height - size - 4;
  const left = DelayHistogram.place(DelayHistogram.barStart(firstBar));
  const span = DelayHistogram.place(DelayHistogram.barStart(lastBar)) - left;
  const place = (/** @type {number} */ delay) => (width * (DelayHistogram.place(delay) - left)) / span;
  /** @type {Shape[]} */
  const shapes = [{ kind: "line", x1: 0, y1: base, x2: width, y2: base, stroke: style.muted }];
  const every = width / marks.length < leastDistance * unit ? 2 : 1;
  marks.forEach((mark, index) => {
    const x = Math.max(0, place(mark));
    shapes.push({ kind: "line", x1: x, y1: 0, x2: x, y2: base, stroke: style.grid });
    if (index % every > 0) return;
    shapes.push({ kind: "text", x: x + 2, y: height - 3, text: duration(mark), fill: style.muted, size });
  });
  const bars = histogram.bars;
  // What is outside the plot counts as its first or last bar.
  const shown = bars.slice(firstBar, lastBar);
  shown[0] += sum(bars.slice(0, firstBar));
  shown[shown.length - 1] += sum(bars.slice(lastBar));
  const highest = Math.max(...shown, 1);
  const top = size + 2;
  shapes.push({ kind: "line", x1: 0, y1: top, x2: width, y2: top, stroke: style.grid });
  shapes.push({
    kind: "text", x: width, y: size - 1, text: count(highest), fill: style.muted, size, anchor: "end",
  });
  const barWidth = width / shown.length;
  shown.forEach((items, index) => {
    if (items === 0) return;
    const barHeight = Math.max(1, (items / highest) * (base - top));
    shapes.push({
      kind: "rect", x: index * barWidth, y: base - barHeight, width: Math.max(1, barWidth - 1), height: barHeight,
      fill: style.colour,
    });
  });
  const median = histogram.quantile(0.5);
  if (median !== undefined) {
    const x = Math.min(width - 1, Math.max(1, place(median)));
    shapes.push({ kind: "line", x1: x, y1: 0, x2: x, y2: base, stroke: style.ink, width: 2 });
  }
  return shapes;
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * The bytes of both directions by layer. All lanes share the scale. A layer with enough space has its name.
 *
 * @param {import("./server.js").Ledger | undefined} ledger
 * @param {number} largest The bytes that fill the width.
 * @param {Style} style
 * @param {(layer: string) => string} nameOf
 * @returns {Shape[]}
 */
export function layerBar(ledger, largest, style, nameOf) {
  const { width, height, unit } = style;
  /** @type {Shape[]} */
  const shapes = [{ kind: "rect", x: 0, y: 0, width, height, fill: style.grid }];
  if (!ledger) return shapes;
  const size = 11 * unit;
  let x = 0;
  for (const { name, colour, ink } of layers) {
    const length = (bytesOf(ledger, name) / Math.max(1, largest)) * width;
    if (length > 0) shapes.push({ kind: "rect", x, y: 0, width: length, height, fill: colour });
    const text = nameOf(name);
    if (length > textWidth(text, size) + 8) {
      shapes.push({ kind: "text", x: x + 4, y: (height + size) / 2 - 2, text, fill: ink, size });
    }
    x += length;
  }
  return shapes;
}

/**
 * About the width of a text; a Chinese character is as wide as it is high.
 *
 * @param {string} text
 * @param {number} size
 */
function textWidth(text, size) {
  return Array.from(text).reduce((sum, sign) => sum + (sign > "\u2e80" ? size : 0.62 * size), 0);
}
