// @ts-check
// An item is SEQUENCE,DUE,DATA: both numbers in base 36, DUE in µs since the feed's epoch.

/**
 * @typedef {object} Item
 * @property {number} sequence
 * @property {number} dueMicroseconds
 *
 * @param {string} text
 * @returns {Item | undefined} `undefined` if the text is not an item.
 */
export function readItem(text) {
  const match = /^([0-9a-z]{1,11}),([0-9a-z]{1,11}),/.exec(text);
  if (!match) return undefined;
  const sequence = parseInt(match[1], 36);
  return sequence > 0 ? { sequence, dueMicroseconds: parseInt(match[2], 36) } : undefined;
}

/**
 * The oldest sequence kept, from the text of a gap notice such as `oldest=17`.
 *
 * @param {string} text
 */
export function readGap(text) {
  const match = /^oldest=([0-9]{1,15})/.exec(text);
  return match ? Number(match[1]) : undefined;
}

/** Collects complete lines from text that arrives in pieces of any size. */
export class LineReader {
  #rest = "";

  /** @param {string} text @returns {string[]} The lines that are complete now. */
  take(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }
}
