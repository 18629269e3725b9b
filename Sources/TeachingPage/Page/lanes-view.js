// @ts-check
// The view of the lanes: cards, tables, controls, and the server's reports.

import { LaneCard } from "./card.js";
import { Controls, describe } from "./controls.js";
import { byID, input, make, setText } from "./dom.js";
import { saveLayers, savePNG, saveSVG, saveSummary } from "./export.js";
import { named, t } from "./language.js";
import { layers, totalBytes } from "./layers.js";
import { askPrediction, figuresOf, isSettled, revealTable } from "./predict.js";
import { Refusal } from "./server.js";
import { Session } from "./session.js";
import { figuresTable, layersTable } from "./tables.js";
import { duration, readDuration, readSize } from "./units.js";

/**
 * @typedef {import("./server.js").Server} Server
 * @typedef {import("./server.js").Setup} Setup
 * @typedef {import("./server.js").ControlState} ControlState
 * @typedef {import("./lane.js").Lane} Lane
 * @typedef {import("./card.js").Palette} Palette
 */

const everySecond = 1_000;
/** In seconds: the newest item is requested less often than the bytes of the lanes. */
const statsEvery = 5;
const firstReadings = 8;
const figuresMilliseconds = 500;
const frameMilliseconds = 33;
/** After this time in the background, a browser has slowed the timers of the page. */
const hiddenMilliseconds = 5_000;
const cookieName = "pushlab-padding";

/**
 * Makes the request headers of the lanes longer.
 *
 * @param {string} size Such as "300B".
 */
function setCookie(size) {
  const length = readSize(size) ?? 0;
  const name = `${cookieName}=`;
  document.cookie = `${name}${"x".repeat(Math.max(0, length - name.length))}; Path=/; SameSite=Strict`
    + (length === 0 ? "; Max-Age=0" : "");
}

export class LanesView {
  /** @type {Map<string, LaneCard>} */
  #cards;
  #controls = new Controls();
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Palette} */
  #palette = { ink: "", muted: "", grid: "", unit: 1 };
  /** The change whose effect is shown once the lanes have settled. */
  #open = /** @type {{change: string, before: Map<string, import("./predict.js").Figures>,
    predictions: Map<string, import("./predict.js").Prediction>} | undefined} */ (undefined);
  /**
   * The predictions for the change that is under way.
   *
   * @type {Map<string, import("./predict.js").Prediction>}
   */
  #predictions = new Map();
  #painted = 0;
  #asked = 0;
  #isAsking = false;
  #hiddenAt = Infinity;
  #isUnanswered = false;
  /**
   * The state of the server that the lanes take next; `undefined` if they have it.
   *
   * @type {ControlState | undefined}
   */
  #next = undefined;

  /** @param {Server} server @param {Setup} setup @param {ControlState} state */
  constructor(server, setup, state) {
    this.server = server;
    this.session = new Session(server, setup, state, {
      statusChanged: (lane) => this.#cards.get(lane.transport)?.showStatus(),
      // Ports and token of the new process may differ.
      serverRestarted: () => location.reload(),
    });
    this.#cards = new Map(this.session.lanes.map((lane) => [lane.transport, new LaneCard(lane)]));
    byID("lane-cards").replaceChildren(...Array.from(this.#cards.values(), (card) => card.element));
    setCookie(state.cookie);
    byID("overhead-tls").hidden = !setup.tls;
    this.#controls.permit(setup.mayControl, setup.feed.controls);
    this.#controls.show(state);
    // Without permission, or on a phone, the lanes come first.
    /** @type {HTMLDetailsElement} */ (byID("controls")).open =
      setup.mayControl && matchMedia("(min-width: 40rem)").matches;
    this.#readPalette();
    document.addEventListener("themechange", () => this.#repaint());
    for (const query of ["(prefers-color-scheme: dark)", "print"]) {
      matchMedia(query).addEventListener("change", () => this.#repaint());
    }
    this.#connectButtons();
    this.translate();
  }

  /** Starts the lanes, and the regular requests to the server. */
  async start() {
    // Several readings make the clock better.
    for (let reading = 0; reading < firstReadings; reading += 1) await this.session.readClock();
    await this.session.restart();
    this.#listen();
    setInterval(() => void this.#ask(), everySecond);
    setInterval(() => this.#showFigures(), figuresMilliseconds);
    requestAnimationFrame((now) => this.#animate(now));
  }

  translate() {
    for (const card of this.#cards.values()) card.translate();
    this.#controls.translate();
    byID("layer-legend").replaceChildren(...layers.map(({ name, colour }) => {
      const swatch = make("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.setProperty("--layer", colour);
      return make("li", {}, swatch, named(`layer_${name}`));
    }));
    this.#showFigures();
  }

  // MARK: Showing

  #readPalette() {
    const style = getComputedStyle(document.documentElement);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const unit = parseFloat(style.fontSize) / 16;
    this.#palette = { ink: colour("--ink"), muted: colour("--muted"), grid: colour("--grid"), unit };
  }

  #repaint() {
    this.#readPalette();
    this.#showFigures();
    for (const card of this.#cards.values()) card.animate(performance.now(), this.#palette, this.#still.matches);
  }

  /** @param {number} now */
  #animate(now) {
    const isStill = this.#still.matches;
    if (now - this.#painted >= (isStill ? everySecond : frameMilliseconds) && !byID("view-lanes").hidden) {
      this.#painted = now;
      for (const card of this.#cards.values()) card.animate(performance.now(), this.#palette, isStill);
    }
    requestAnimationFrame((next) => this.#animate(next));
  }

  #showFigures() {
    const now = performance.now();
    const { lanes, clock } = this.session;
    const largest = Math.max(1, ...lanes.map(({ ledger }) => (ledger ? totalBytes(ledger) : 0)));
    for (const card of this.#cards.values()) card.showFigures(now, largest, this.#palette);
    setText(byID("clock"), clock.isKnown ? `± ${duration(clock.uncertainty)}` : "–");
    if (/** @type {HTMLDetailsElement} */ (byID("tables")).open) {
      byID("figures").replaceChildren(figuresTable(lanes, now));
      byID("layers").replaceChildren(layersTable(lanes));
    }
    if (this.#open && isSettled(lanes, now, readDuration(this.session.state.interval) ?? 0)) this.#reveal();
  }

  // MARK: The server

  async #ask() {
    if (document.hidden || this.#isAsking) return;
    this.#isAsking = true;
    this.#asked += 1;
    try {
      if (this.#asked % statsEvery === 0 || this.#isUnanswered) await this.session.readStats();
      await Promise.all([this.session.readClock(), this.session.readLedgers()]);
      if (this.#isUnanswered) setText(byID("notice"), "");
      this.#isUnanswered = false;
    } catch {
      this.#isUnanswered = true;
      setText(byID("notice"), t("no_answer"));
    } finally {
      this.#isAsking = false;
    }
  }

  #listen() {
    const source = new EventSource("/control/events");
    source.onmessage = (event) => void this.#stateChanged(JSON.parse(event.data));
  }

  /** @param {ControlState} state */
  async #stateChanged(state) {
    this.#controls.show(state);
    const isWaiting = this.#next !== undefined;
    this.#next = state;
    // The call that waits takes the latest state.
    if (isWaiting) return;
    const before = new Map(this.session.lanes.map((lane) => [lane.transport, figuresOf(lane)]));
    if (describe(this.session.state, state) !== "") await this.session.findNewest();
    const next = this.#next;
    this.#next = undefined;
    this.#take(next, before);
  }

  /**
   * Starts the lanes again if the state changes them.
   *
   * @param {ControlState} state
   * @param {Map<string, import("./predict.js").Figures>} before By transport.
   */
  #take(state, before) {
    const change = describe(this.session.state, state);
    if (change === "") {
      this.session.state = state;
      return;
    }
    this.#open = { change, before, predictions: this.#predictions };
    this.#predictions = new Map();
    setCookie(state.cookie);
    this.session.begin(state);
    byID("reveal").hidden = false;
    byID("reveal-table").replaceChildren();
    setText(byID("reveal-lead"), t("reveal_waiting", { change }));
  }

  #reveal() {
    if (!this.#open) return;
    const { change, before, predictions } = this.#open;
    const { table, right, asked } = revealTable(this.session.lanes, before, predictions);
    this.#open = undefined;
    byID("reveal-table").replaceChildren(table);
    const score = asked > 0 ? ` ${t("reveal_score", { right, asked })}` : "";
    setText(byID("reveal-lead"), t("reveal_done", { change }) + score);
  }

  // MARK: Buttons

  #connectButtons() {
    const { session } = this;
    byID("control-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#apply();
    });
    /** @type {Record<string, () => unknown>} */
    const actions = {
      "pause": () => this.#try(() => this.server.change({ paused: !session.state.paused })),
      "publish": () => this.#try(() => this.server.publish()),
      "reset": () => this.#try(() => this.server.reset()),
      "restart": () => session.restart(),
      "drop": () => this.#try(() => Promise.all(session.lanes.map((lane) => this.#drop(lane)))),
      "save-summary": () => saveSummary(session),
      "save-layers": () => saveLayers(session),
      "save-svg": () => saveSVG(session),
      "save-png": () => savePNG(session),
      "reveal-close": () => {
        this.#open = undefined;
        byID("reveal").hidden = true;
      },
    };
    for (const [id, action] of Object.entries(actions)) byID(id).addEventListener("click", () => void action());
    input("one-origin").addEventListener("change", () => {
      session.allOnOneOrigin = input("one-origin").checked;
      byID("one-origin-note").hidden = !session.allOnOneOrigin;
      void session.restart();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#hiddenAt = performance.now();
      else if (performance.now() - this.#hiddenAt > hiddenMilliseconds) setText(byID("notice"), t("was_hidden"));
    });
  }

  /** @param {Lane} lane */
  async #drop({ id }) {
    try {
      await this.server.drop(id);
    } catch (error) {
      // A lane that the server does not know has no connection.
      if (!(error instanceof Refusal && error.status === 404)) throw error;
    }
  }

  async #apply() {
    const { change } = this.#controls;
    const text = describe(this.session.state, change);
    if (text === "") return;
    if (input("predict-first").checked) {
      const predictions = await askPrediction(this.session.lanes, text);
      if (!predictions) return;
      this.#predictions = predictions;
    }
    await this.#try(() => this.server.change(change));
  }

  /** @param {() => Promise<unknown>} action */
  async #try(action) {
    try {
      await action();
      setText(byID("notice"), "");
    } catch (error) {
      setText(byID("notice"), t("not_done", { reason: error instanceof Error ? error.message : String(error) }));
    }
  }
}
