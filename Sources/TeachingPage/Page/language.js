// @ts-check
// The page's language: the table of strings, and the elements that show them.

import { forAlways } from "./memory.js";
import { chinesePhrase } from "./phrases.js";
import { english } from "./strings.en.js";
import { chinese } from "./strings.zh.js";
import { setNumberLanguage } from "./units.js";

/** @typedef {keyof typeof english} Key */

const tables = { en: english, zh: chinese };

/** @type {"en" | "zh"} */
let language = "en";

/** @returns {"en" | "zh"} */
export function currentLanguage() {
  return language;
}

/**
 * The language to begin with: the one chosen before, else the browser's.
 *
 * @returns {"en" | "zh"}
 */
export function preferredLanguage() {
  const chosen = forAlways.recall("language");
  if (chosen === "en" || chosen === "zh") return chosen;
  for (const one of navigator.languages) {
    if (one.startsWith("zh")) return "zh";
    if (one.startsWith("en")) return "en";
  }
  return "en";
}

/** @param {"en" | "zh"} chosen */
export function setLanguage(chosen) {
  language = chosen;
  setNumberLanguage(chosen === "zh" ? "zh-CN" : "en");
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  translate(document);
}

/**
 * A string of the table; `{name}` is replaced by the value.
 *
 * @param {Key} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = tables[language][key];
  return text.replace(/\{([a-z_]+)\}/g, (all, name) => String(values[name] ?? all));
}

/**
 * A string whose key is made of parts; the key itself if the table does not have it.
 *
 * @param {string} key
 */
export function named(key) {
  return key in english ? t(/** @type {Key} */ (key)) : key;
}

/**
 * Fills all elements that name a string.
 *
 * @param {ParentNode} root
 */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = named(element.getAttribute("data-t") ?? "");
  }
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", named(element.getAttribute("data-t-label") ?? ""));
  }
}

/**
 * A phrase or sentence of the server in the chosen language.
 *
 * @param {string} text
 */
export function phrase(text) {
  return (language === "zh" ? chinesePhrase(text) : undefined) ?? text;
}

/**
 * The language of a phrase as the page shows it: one without a translation stays English.
 *
 * @param {string} text
 */
export function phraseLanguage(text) {
  return language === "zh" && chinesePhrase(text) !== undefined ? "zh-CN" : "en";
}
