// @ts-check
// Shows an explanation of the server: the bytes coloured by layer, the bits of a header, and the tree of parts.

import { make } from "./dom.js";
import { named, phrase, phraseLanguage, t } from "./language.js";
import { layers } from "./layers.js";
import { visible } from "./messages.js";
import { count } from "./units.js";

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} [value]
 * @property {string} [meaning]
 * @property {number} [from]
 * @property {number} [to]
 * @property {string} [hex]
 * @property {string} [bits]
 * @property {string} [layer]
 * @property {string[]} faults
 * @property {Part[]} parts
 *
 * @typedef {object} Explanation
 * @property {string} [subject]
 * @property {string} summary
 * @property {string[]} faults
 * @property {Part[]} parts
 * @property {Record<string, Record<string, number>>} [layers]
 */

/**
 * @param {Explanation} explanation
 * @param {Uint8Array} [text] The explained bytes, if they are text.
 * @returns {HTMLElement}
 */
export function explained(explanation, text) {
  const verdict = explanation.faults.length === 0
    ? make("p", { class: "right" }, `✓ ${t("no_faults")}`)
    : make("ul", { class: "faults" }, ...explanation.faults.map((fault) => make("li", {}, faultText(fault))));
  const bytes = make("div", { class: "side" });
  if (explanation.summary !== "") bytes.append(said("p", "summary", explanation.summary));
  bytes.append(verdict);
  const leaves = placedLeaves(explanation);
  if (leaves.length > 0) bytes.append(make("h3", {}, t("bytes_by_part")), bytesOf(leaves, text));
  bytes.append(explanation.layers ? layerList(explanation.layers) : legendOf(leaves));
  const parts = make("div", { class: "side" }, make("h3", {}, t("part_by_part")), tree(explanation.parts));
  return make("div", { class: "explained" }, bytes, parts);
}

/**
 * What the server says, in the chosen language if there is a translation.
 *
 * @param {"p" | "span" | "strong" | "code"} tag
 * @param {string} className
 * @param {string} text
 */
function said(tag, className, text) {
  return make(tag, { class: className, lang: phraseLanguage(text) }, phrase(text));
}

/** @param {string} fault @returns {HTMLElement} */
function faultText(fault) {
  return make("span", { class: "fault", lang: phraseLanguage(fault) }, `✗ ${phrase(fault)}`);
}

/**
 * All smallest parts, with positions in the whole input: those of an exchange begin again with each message.
 *
 * @param {Explanation} explanation
 * @returns {Part[]}
 */
function placedLeaves({ subject, parts }) {
  if (subject !== "exchange") return parts.flatMap(leavesOf);
  let start = 0;
  return parts.flatMap((message) => {
    const leaves = leavesOf(message)
      .map((leaf) => ({ ...leaf, from: start + (leaf.from ?? 0), to: start + (leaf.to ?? 0) }));
    start = leaves.at(-1)?.to ?? start;
    return leaves;
  });
}

/**
 * The parts that have bytes and no smaller parts with bytes.
 *
 * @param {Part} part
 * @returns {Part[]}
 */
function leavesOf(part) {
  const smaller = part.parts.flatMap(leavesOf);
  if (smaller.length > 0) return smaller;
  return part.from !== undefined && part.to !== undefined && part.to > part.from ? [part] : [];
}

/** @param {string | undefined} layer */
function colourOf(layer) {
  return layers.find(({ name }) => name === layer)?.colour;
}

/**
 * Consecutive parts, each underlined in the colour of its layer.
 *
 * @param {Part[]} leaves
 * @param {Uint8Array} [text]
 */
function bytesOf(leaves, text) {
  const line = make("div", { class: text ? "bytes text" : "bytes" });
  const decoder = new TextDecoder();
  for (const leaf of leaves) {
    const shown = text && leaf.from !== undefined ? decoder.decode(text.slice(leaf.from, leaf.to)) : leaf.hex ?? "";
    const title = [nameOf(leaf.name), leaf.layer && named(`layer_${leaf.layer}`)].filter(Boolean).join(", ");
    const span = make("span", { class: "run", title }, text ? visible(shown).replaceAll("\\n", "\\n\n") : shown);
    const colour = colourOf(leaf.layer);
    if (colour) span.style.setProperty("--layer", colour);
    line.append(span, text ? "" : " ");
  }
  return line;
}

/**
 * The layers that occur.
 *
 * @param {Part[]} leaves
 */
function legendOf(leaves) {
  const list = make("ul", { class: "layer-list" });
  for (const { name, colour } of layers) {
    const bytes = leaves.filter(({ layer }) => layer === name)
      .reduce((sum, { from = 0, to = 0 }) => sum + to - from, 0);
    if (bytes > 0) list.append(layerItem(name, colour, bytes));
  }
  return list;
}

/** @param {string} name @param {string} colour @param {number} bytes */
function layerItem(name, colour, bytes) {
  const swatch = make("span", { class: "swatch", "aria-hidden": "true" });
  swatch.style.setProperty("--layer", colour);
  return make("li", {}, swatch, t("layer_bytes", { layer: named(`layer_${name}`), bytes: count(bytes) }));
}

/** @param {Record<string, Record<string, number>>} directions */
function layerList(directions) {
  const list = make("div", { class: "directions" });
  for (const direction of /** @type {const} */ (["up", "down"])) {
    const bytes = directions[direction] ?? {};
    const items = layers.filter(({ name }) => bytes[name] > 0)
      .map(({ name, colour }) => layerItem(name, colour, bytes[name]));
    if (items.length > 0) list.append(make("h4", {}, t(direction)), make("ul", { class: "layer-list" }, ...items));
  }
  return list;
}

/**
 * The name of a part; some are named like a layer.
 *
 * @param {string} name
 */
function nameOf(name) {
  const layer = `layer_${name}`;
  return named(layer) === layer ? phrase(name) : named(layer);
}

/** @param {Part[]} parts @returns {HTMLUListElement} */
function tree(parts) {
  return make("ul", { class: "tree" }, ...parts.map(branch));
}

/** @param {Part} part */
function branch(part) {
  const bits = part.parts.filter((one) => one.bits);
  const hasBits = part.bits?.length === 8 && bits.length > 0;
  const line = make("p", {}, make("strong", {}, nameOf(part.name)));
  const shown = hasBits ? part.hex : valueOf(part);
  if (shown) line.append(" ", make("code", {}, shown));
  if (part.meaning) line.append(" ", said("span", "meaning", part.meaning));
  const item = make("li", {}, line);
  const colour = colourOf(part.layer);
  if (colour) item.style.setProperty("--layer", colour);
  if (part.from !== undefined && part.to !== undefined && part.to > part.from) {
    // People count from 1.
    const [from, to] = [part.from + 1, part.to];
    const text = from === to ? t("byte_range", { from }) : t("bytes_range", { from, to });
    line.append(" ", make("span", { class: "range" }, text));
  }
  if (part.hex && !hasBits) item.append(make("p", { class: "hex" }, make("code", {}, part.hex)));
  for (const fault of part.faults) item.append(make("p", {}, faultText(fault)));
  if (hasBits) item.append(bitTable(part, bits));
  if (part.parts.length > 0) item.append(tree(part.parts));
  return item;
}

/**
 * The value of a part. For a header line without the field's name, which is shown already.
 *
 * @param {Part} part
 */
function valueOf({ name, value }) {
  return value?.startsWith(`${name}:`) ? value.slice(name.length + 1).trimStart() : value && phrase(value);
}

/**
 * The eight bits of a byte, and the fields that they belong to.
 *
 * @param {Part} byte
 * @param {Part[]} fields
 */
function bitTable(byte, fields) {
  const names = make("tr");
  const bits = make("tr");
  for (const field of fields) {
    const width = field.bits?.length ?? 1;
    names.append(make("th", { scope: "colgroup", colspan: String(width) }, phrase(field.name)));
    for (const bit of field.bits ?? "") bits.append(make("td", {}, bit));
  }
  const caption = make("caption", { class: "hidden" }, `${phrase(byte.name)}: ${byte.hex ?? ""}`);
  return make("div", { class: "scroll", tabindex: "0" }, make("table", { class: "bits" }, caption, names, bits));
}
