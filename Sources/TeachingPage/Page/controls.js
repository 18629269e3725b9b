// @ts-check
// The controls: a form with one choice per setting.

import { byID, make, setText } from "./dom.js";
import { named, t } from "./language.js";

/**
 * @typedef {import("./server.js").ControlState} ControlState
 * @typedef {Partial<ControlState>} Change
 */

/**
 * The choices of each setting. A state with another value gets a further choice.
 *
 * @type {Record<string, string[]>}
 */
const choices = {
  rate: ["1/s", "2/s", "5/s", "10/s", "20/s", "50/s", "100/s"],
  payload: ["20B", "128B", "512B", "2KiB", "10KiB"],
  interval: ["100ms", "250ms", "500ms", "1s", "2s", "5s", "10s"],
  hold: ["1s", "5s", "25s", "60s"],
  cookie: ["0B", "300B", "900B", "2kB"],
  compression: ["false", "true"],
  preset: ["", "lte", "3g", "dsl", "cable", "satellite", "transatlantic"],
  rtt: ["0ms", "20ms", "80ms", "200ms", "600ms"],
  loss: ["0%", "1%", "3%", "10%"],
  bandwidth: ["unlimited", "10Mbit/s", "1Mbit/s", "256kbit/s", "56kbit/s"],
};
/** Only a synthetic feed can be changed. */
const feedSettings = new Set(["rate", "payload"]);
/** These three are one setting of the server, `network`. */
const linkSettings = /** @type {const} */ (["rtt", "loss", "bandwidth"]);
/** A preset has its own figures. */
const networkSettings = /** @type {const} */ (["preset", ...linkSettings]);
/** The value of each that is not in the text of `network`. */
const noLink = { rtt: "0ms", loss: "0%", bandwidth: "unlimited" };

/**
 * Splits a network such as "lte,loss=1%" into its preset and its figures.
 *
 * @param {string} network
 */
export function readNetwork(network) {
  const values = { ...noLink };
  let preset = "";
  for (const part of network.split(",").map((one) => one.trim())) {
    const [name, value] = part.split("=");
    if (value === undefined) preset = part === "none" ? "" : part;
    else if (name in values) values[/** @type {keyof typeof values} */ (name)] = value;
  }
  return { ...values, preset };
}

/** @param {{preset: string, rtt: string, loss: string, bandwidth: string}} link */
export function writeNetwork(link) {
  if (link.preset !== "") return link.preset;
  const parts = linkSettings.filter((name) => link[name] !== noLink[name]).map((name) => `${name}=${link[name]}`);
  return parts.length > 0 ? parts.join(",") : "none";
}

/**
 * The changed settings in words, such as "poll interval: 1s → 5s".
 *
 * @param {ControlState} from
 * @param {Change} change
 */
export function describe(from, change) {
  const before = flatten(from);
  const after = flatten({ ...from, ...change });
  // A preset has its own figures.
  const isHidden = (/** @type {string} */ name) => after.preset !== "" && linkSettings.some((one) => one === name);
  return Object.keys(choices).filter((name) => before[name] !== after[name] && !isHidden(name))
    .map((name) => t("change", { name: named(`set_${name}`), from: word(before[name]), to: word(after[name]) }))
    .join(t("list_separator"));
}

/**
 * A value as it is shown.
 *
 * @param {string} value
 */
export function word(value) {
  if (value === "") return t("value_own");
  const key = `value_${value}`;
  // A number and its unit have a space between them.
  return named(key) === key ? value.replace(/^([0-9.]+)([A-Za-zµ].*)$/, "$1 $2") : named(key);
}

/**
 * Each setting of the form as text.
 *
 * @param {ControlState} state
 * @returns {Record<string, string>}
 */
function flatten(state) {
  const { rate, payload, interval, hold, cookie, compression, network } = state;
  const { rtt, loss, bandwidth, preset } = readNetwork(network);
  const feed = { rate: rate ?? "", payload: payload ?? "" };
  return { ...feed, interval, hold, cookie, compression: String(compression), preset, rtt, loss, bandwidth };
}

export class Controls {
  /** @type {ControlState | undefined} */
  state = undefined;
  #allowedFeed = true;
  #fields = /** @type {HTMLFieldSetElement} */ (byID("control-fields"));
  /** @type {Map<string, {name: HTMLElement, select: HTMLSelectElement}>} */
  #settings = new Map();

  constructor() {
    for (const name of Object.keys(choices)) {
      const label = make("span");
      const select = make("select", { name, id: `set-${name}` });
      this.#settings.set(name, { name: label, select });
      this.#fields.append(make("label", {}, label, select));
    }
    this.#fields.addEventListener("change", () => {
      this.#allowFields();
      this.#showPending();
    });
  }

  /** @param {boolean} allowed @param {boolean} allowedFeed Whether the feed can be changed. */
  permit(allowed, allowedFeed) {
    this.#allowedFeed = allowedFeed;
    this.#fields.disabled = !allowed;
    const buttons = { apply: true, reset: true, "predict-first": true, publish: allowedFeed, pause: allowedFeed };
    for (const [id, possible] of Object.entries(buttons)) {
      /** @type {HTMLButtonElement} */ (byID(id)).disabled = !allowed || !possible;
    }
    byID("control-permission").hidden = allowed;
  }

  /** Choices that have no effect now cannot be made. */
  #allowFields() {
    const hasPreset = this.#settings.get("preset")?.select.value !== "";
    for (const name of linkSettings) {
      const select = this.#settings.get(name)?.select;
      select?.toggleAttribute("disabled", hasPreset);
      select?.parentElement?.toggleAttribute("hidden", hasPreset);
    }
    for (const name of feedSettings) this.#settings.get(name)?.select.toggleAttribute("disabled", !this.#allowedFeed);
  }

  /**
   * Shows the state of the server.
   *
   * @param {ControlState} state
   */
  show(state) {
    this.state = state;
    const values = flatten(state);
    for (const [name, { select }] of this.#settings) {
      const all = choices[name].includes(values[name]) ? choices[name] : [...choices[name], values[name]];
      select.replaceChildren(...all.map((value) => make("option", { value }, word(value))));
      select.value = values[name];
    }
    this.#allowFields();
    this.translate();
  }

  translate() {
    for (const [name, { name: label, select }] of this.#settings) {
      setText(label, named(`set_${name}`));
      for (const option of select.options) setText(option, word(option.value));
    }
    setText(byID("pause"), t(this.state?.paused ? "resume" : "pause"));
    setText(byID("control-permission"), t("no_permission"));
    this.#showPending();
  }

  /**
   * What the form has and the server does not.
   *
   * @returns {Change}
   */
  get change() {
    if (!this.state) return {};
    const { state } = this;
    const value = (/** @type {string} */ name) => this.#settings.get(name)?.select.value ?? "";
    const before = flatten(state);
    /** @type {Change} */
    const change = {};
    for (const name of /** @type {const} */ (["rate", "payload", "interval", "hold", "cookie"])) {
      if (value(name) !== before[name]) change[name] = value(name);
    }
    if (value("compression") !== before.compression) change.compression = value("compression") === "true";
    if (networkSettings.some((name) => value(name) !== before[name])) {
      change.network = writeNetwork({
        preset: value("preset"), rtt: value("rtt"), loss: value("loss"), bandwidth: value("bandwidth"),
      });
    }
    return change;
  }

  #showPending() {
    if (!this.state) return;
    const text = describe(this.state, this.change);
    setText(byID("control-pending"), text === "" ? "" : t("pending", { changes: text }));
  }
}
