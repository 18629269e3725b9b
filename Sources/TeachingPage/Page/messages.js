// @ts-check
// A message of a lane, as the server saw it, in the form of an explanation.

/**
 * @typedef {import("./server.js").LaneMessage} LaneMessage
 * @typedef {import("./explained.js").Explanation} Explanation
 * @typedef {import("./explained.js").Part} Part
 */

/** @param {string} hex @returns {Uint8Array} */
export function bytesFromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/**
 * Pairs of digits.
 *
 * @param {string} hex
 */
function spaced(hex) {
  return (hex.match(/../g) ?? []).join(" ");
}

/**
 * Whether the bytes are text: a request, a response, or a chunk.
 *
 * @param {LaneMessage} message
 */
export function isText({ kind }) {
  return ["request", "response", "chunk"].includes(kind);
}

/**
 * Whether all bytes of the message were kept.
 *
 * @param {LaneMessage} message
 */
export function isWhole({ bytes, wire_bytes, complete }) {
  return complete && bytes.length === 2 * wire_bytes;
}

/**
 * One part for each run of bytes of the same layer.
 *
 * @param {LaneMessage} message
 * @returns {Explanation}
 */
export function explanationOf(message) {
  const { bytes, faults } = message;
  const parts = message.runs.flatMap(({ layer, from, to }) => {
    const hex = bytes.slice(2 * from, 2 * to);
    if (!isText(message)) return [part({ name: layer, layer, from, to, hex: spaced(hex) })];
    const text = new TextDecoder().decode(bytesFromHex(hex));
    return from === 0 && message.kind !== "chunk" ? headerLines(message, text, layer)
      : [part({ name: layer, layer, from, to, value: visible(text) })];
  });
  if (message.inflated !== undefined) {
    parts.push(part({
      name: "inflated message", value: new TextDecoder().decode(bytesFromHex(message.inflated)),
      meaning: `${message.inflated_bytes} B`, hex: spaced(message.inflated),
    }));
  }
  return { summary: "", faults, parts };
}

/**
 * The lines of a request's or response's headers, which are ASCII.
 *
 * @param {LaneMessage} message
 * @param {string} text
 * @param {string} layer
 */
function headerLines({ kind }, text, layer) {
  let from = 0;
  return text.split(/(?<=\n)/).map((line, index) => {
    const name = index === 0 ? (kind === "request" ? "request line" : "status line")
      : line.trim() === "" ? "empty line" : line.split(":")[0];
    const one = part({ name, layer, from, to: from + line.length, value: visible(line) });
    from = one.to ?? from;
    return one;
  });
}

/**
 * Line ends must be seen, because they are bytes too.
 *
 * @param {string} text
 */
export function visible(text) {
  return text.replaceAll("\r", "\\r").replaceAll("\n", "\\n");
}

/** @param {Partial<Part> & {name: string}} fields @returns {Part} */
function part(fields) {
  return { faults: [], parts: [], ...fields };
}
