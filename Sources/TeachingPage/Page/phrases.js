// @ts-check
// The server explains in English; this finds the Chinese text of an explanation.

import { phrases } from "./phrases.zh.js";

const gap = "{}";

/** Phrases with parts that change; those with the most fixed text come first, because they fit best. */
const patterns = Object.entries(phrases)
  .filter(([english]) => english.includes(gap))
  .sort(([one], [other]) => other.replaceAll(gap, "").length - one.replaceAll(gap, "").length)
  .map(([english, chinese]) => ({
    pattern: new RegExp(`^${english.split(gap).map(quoted).join("(.*?)")}$`, "s"), chinese,
  }));

/** @param {string} text */
function quoted(text) {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/**
 * The Chinese text. Parts of the input, such as a value, stay as they are.
 *
 * @param {string} english
 * @returns {string | undefined} `undefined` without a translation.
 */
export function chinesePhrase(english) {
  if (Object.hasOwn(phrases, english)) return phrases[english];
  for (const { pattern, chinese } of patterns) {
    const parts = pattern.exec(english)?.slice(1);
    if (parts) return chinese.replace(/\{(\d)\}/g, (_, index) => chineseWords(parts[Number(index)]));
  }
  return undefined;
}

/**
 * A part of a phrase: a list of phrases, a phrase, or neither.
 *
 * @param {string} text
 */
function chineseWords(text) {
  const words = text.split(", ").map(chinesePhrase);
  return words.includes(undefined) ? chinesePhrase(text) ?? text : words.join("，");
}
