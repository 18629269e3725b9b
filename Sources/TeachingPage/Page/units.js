// @ts-check
// Numbers as text, in the chosen language.

let language = "en";

/** @param {string} chosen */
export function setNumberLanguage(chosen) {
  language = chosen;
}

/** @param {number} value @param {number} digits Significant digits. */
export function number(value, digits = 3) {
  return new Intl.NumberFormat(language, { maximumSignificantDigits: digits }).format(value);
}

/** @param {number} value */
export function count(value) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value);
}

/**
 * A dash is shown where there is no figure.
 *
 * @param {number | undefined} milliseconds
 */
export function duration(milliseconds) {
  if (milliseconds === undefined || !Number.isFinite(milliseconds)) return "–";
  if (milliseconds < 1) return `${number(milliseconds * 1000, 2)} µs`;
  if (milliseconds < 1000) return `${number(milliseconds)} ms`;
  return `${number(milliseconds / 1000)} s`;
}

/**
 * A delay between two clocks: one below their error could be any below it.
 *
 * @param {number | undefined} milliseconds
 * @param {number} error In ms.
 */
export function delay(milliseconds, error) {
  const isKnown = milliseconds === undefined || milliseconds >= error || !Number.isFinite(error);
  return isKnown ? duration(milliseconds) : `< ${duration(error)}`;
}

/** @param {number | undefined} bytes */
export function size(bytes) {
  if (bytes === undefined || !Number.isFinite(bytes)) return "–";
  if (bytes < 10_000) return `${number(bytes, 4)} B`;
  if (bytes < 1e6) return `${number(bytes / 1e3)} kB`;
  return `${number(bytes / 1e6)} MB`;
}

/**
 * An average, which may be a fraction of a byte.
 *
 * @param {number | undefined} bytes
 */
export function averageSize(bytes) {
  return bytes !== undefined && bytes < 1_000 ? `${number(bytes)} B` : size(bytes);
}

const milliseconds = { us: 0.001, "µs": 0.001, ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };

/**
 * A duration such as "250ms", in ms; `undefined` if the text is not one.
 *
 * @param {string} text
 */
export function readDuration(text) {
  const match = /^([0-9.]+)(us|µs|ms|s|min|h)$/.exec(text.trim());
  return match ? Number(match[1]) * milliseconds[/** @type {keyof typeof milliseconds} */ (match[2])] : undefined;
}

const bytes = { B: 1, kB: 1_000, KiB: 1_024, MB: 1e6, MiB: 1_048_576 };

/**
 * A size such as "128B", in bytes; `undefined` if the text is not one.
 *
 * @param {string} text
 */
export function readSize(text) {
  const match = /^([0-9.]+)(B|kB|KiB|MB|MiB)$/.exec(text.trim());
  return match ? Number(match[1]) * bytes[/** @type {keyof typeof bytes} */ (match[2])] : undefined;
}

/**
 * A rate such as "10/s", per second; `undefined` if the text is not one.
 *
 * @param {string} text
 */
export function readRate(text) {
  const match = /^([0-9.]+)\/(s|min|h)$/.exec(text.trim());
  if (!match) return undefined;
  return (Number(match[1]) * 1_000) / milliseconds[/** @type {"s" | "min" | "h"} */ (match[2])];
}
