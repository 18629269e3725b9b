// @ts-check
// Six connections per host: each simulated browser tab keeps one SSE stream open to the same origin.

import { byID, input, make, setText } from "./dom.js";
import { t } from "./language.js";
import { makeLaneID } from "./lane.js";
import { duration } from "./units.js";

/** @typedef {import("./session.js").Session} Session */

class Tab {
  opened = /** @type {number | undefined} */ (undefined);
  hasFailed = false;
  items = 0;
  began = performance.now();

  /** @param {number} number @param {string} url */
  constructor(number, url) {
    this.number = number;
    this.text = make("span");
    this.bar = make("progress", { max: "1" });
    this.element = make("li", {}, this.text, this.bar);
    this.source = new EventSource(url);
    this.source.onopen = () => {
      this.opened ??= performance.now();
      this.hasFailed = false;
    };
    this.source.onmessage = () => (this.items += 1);
    this.source.onerror = () => (this.hasFailed = true);
  }

  /** @param {number} now */
  show(now) {
    const { number, items } = this;
    const isOpen = this.opened !== undefined;
    const time = duration((this.opened ?? now) - this.began);
    this.element.dataset.state = this.hasFailed ? "failed" : isOpen ? "open" : "waiting";
    setText(this.text, t(this.hasFailed ? "tab_failed" : isOpen ? "tab_open" : "tab_waiting", { number, items, time }));
    this.bar.value = isOpen ? 1 : 0;
    this.bar.setAttribute("aria-label", t("tab_label", { number }));
  }

  close() {
    this.source.close();
  }
}

export class Tabs {
  /** @type {Tab[]} */
  #tabs = [];
  #asking = /** @type {AbortController | undefined} */ (undefined);

  /** @param {() => Session | undefined} session */
  constructor(session) {
    this.session = session;
    byID("tabs-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.open(Math.min(12, Math.max(1, input("tabs-count").valueAsNumber || 1)));
    });
    byID("tabs-close").addEventListener("click", () => this.close());
    byID("tabs-ask").addEventListener("click", () => void this.ask());
  }

  /** @param {number} count */
  async open(count) {
    this.close();
    const origin = this.#origin();
    if (!origin) return;
    // Older items would be counted as well.
    await this.session()?.findNewest();
    const query = `after=${this.session()?.newest ?? 0}&lane=${makeLaneID()}`;
    this.#tabs = Array.from({ length: count }, (_, index) => new Tab(index + 1, `${origin}/events?${query}`));
    byID("tabs-list").replaceChildren(...this.#tabs.map((tab) => tab.element));
    this.show(performance.now());
  }

  close() {
    this.#asking?.abort();
    for (const tab of this.#tabs) tab.close();
    this.#tabs = [];
    byID("tabs-list").replaceChildren();
    setText(byID("tabs-result"), "");
  }

  /** @param {number} now */
  show(now) {
    for (const tab of this.#tabs) tab.show(now);
  }

  /** One more short request to the same origin: it waits for a free connection. */
  async ask() {
    const origin = this.#origin();
    if (!origin) return;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const began = performance.now();
    const timer = setInterval(() => {
      setText(byID("tabs-result"), t("tab_ask_waiting", { time: duration(performance.now() - began) }));
    }, 500);
    try {
      await fetch(`${origin}/healthz`, { cache: "no-store", credentials: "omit", signal: asking.signal });
      setText(byID("tabs-result"), t("tab_ask_done", { time: duration(performance.now() - began) }));
    } catch {
      if (!asking.signal.aborted) setText(byID("tabs-result"), t("tab_ask_failed"));
    } finally {
      clearInterval(timer);
    }
  }

  #origin() {
    const session = this.session();
    // The lane of this port has a WebSocket, which is not one of the six.
    const lane = session?.setup.lanes.find(({ transport }) => transport === "websocket");
    return session && lane ? session.origin(lane.port) : undefined;
  }
}
