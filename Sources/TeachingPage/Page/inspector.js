// @ts-check
// The three inspectors: a text is pasted or taken from a lane, the server explains it.

import { make, setText } from "./dom.js";
import { examples } from "./examples.js";
import { explained } from "./explained.js";
import { named, phrase, phraseLanguage, t, translate } from "./language.js";
import { makeLaneID } from "./lane.js";
import { withLineEnds } from "./line-ends.js";
import { bytesFromHex, explanationOf, isText, isWhole } from "./messages.js";
import { size } from "./units.js";

/**
 * @typedef {import("./server.js").Server} Server
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./explained.js").Explanation} Explanation
 * @typedef {"handshake" | "frames" | "exchange"} Kind
 * @typedef {import("./server.js").LaneMessage} LaneMessage
 */

const kinds = /** @type {const} */ (["handshake", "frames", "exchange"]);
const openMilliseconds = 3_000;
/** What the list of examples shows for another text; it cannot be chosen. */
const ownText = "example_own";

/** A reason of the page itself why there is nothing to explain. */
class Missing extends Error {
  /** @param {"no_lanes" | "no_messages" | "no_connection"} key Its sentence. */
  constructor(key) {
    super(key);
    this.key = key;
  }
}

class Inspector {
  /** @type {() => void} */
  #show = () => {};

  /** @param {Kind} kind @param {Server} server @param {() => Session | undefined} session */
  constructor(kind, server, session) {
    this.kind = kind;
    this.server = server;
    this.session = session;
    this.form = /** @type {HTMLFormElement} */ (document.querySelector(`[data-inspector="${kind}"]`));
    const keys = [...examples[kind].map(({ key }) => key), ownText];
    this.choice = make("select", {}, ...keys.map((key) => make("option", { value: key })));
    /** @type {HTMLOptionElement} */ (this.choice.lastElementChild).hidden = true;
    this.text = make("textarea", {
      rows: kind === "frames" ? "3" : "10", spellcheck: "false", autocomplete: "off", autocapitalize: "off",
    });
    this.result = make("div", { class: "result", "aria-live": "polite" });
    const live = make("button", { type: "button", "data-t": "from_lane" });
    live.disabled = server.token === null;
    this.form.append(
      make("div", { class: "buttons" },
        make("label", {}, make("span", { "data-t": "example" }), this.choice), live,
        make("span", { class: "hint", "data-t": server.token === null ? "from_lane_token" : `from_lane_${kind}` })),
      make("label", { class: "paste" }, make("span", { "data-t": `paste_${kind}` }), this.text),
      make("div", { class: "buttons" },
        make("button", { type: "submit", class: "primary", "data-t": "explain" })),
      this.result);
    this.choice.addEventListener("change", () => this.#takeExample());
    this.text.addEventListener("input", () => (this.choice.value = ownText));
    live.addEventListener("click", () => void this.#showLive());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#explain();
    });
    this.text.value = examples[kind][0].text;
  }

  translate() {
    translate(this.form);
    for (const option of this.choice.options) setText(option, named(option.value));
    this.#show();
  }

  #takeExample() {
    this.text.value = examples[this.kind].find(({ key }) => key === this.choice.value)?.text ?? "";
    void this.#explain();
  }

  async #explain() {
    // A text field has only LF; HTTP needs CRLF between header fields, and a body keeps its own.
    const text = this.kind === "frames" ? this.text.value : withLineEnds(this.text.value);
    try {
      const explanation = await this.server.explain(this.kind, text);
      const bytes = this.kind === "frames" ? undefined : new TextEncoder().encode(text);
      this.#display(() => [explained(explanation, bytes)]);
    } catch (error) {
      this.#refuse(error);
    }
  }

  async #showLive() {
    try {
      const messages = await this.#liveMessages();
      if (messages.length === 0) throw new Missing("no_messages");
      const text = this.kind === "handshake" ? this.#wholeText(messages) : undefined;
      if (text !== undefined) {
        this.text.value = text;
        this.choice.value = ownText;
        await this.#explain();
        return;
      }
      // The newest first, and open.
      this.#display(() => messages.toReversed().map((message, index) => this.#item(message, index === 0)));
    } catch (error) {
      this.#refuse(error);
    }
  }

  /**
   * A handshake that the server kept completely.
   *
   * @param {LaneMessage[]} messages
   */
  #wholeText(messages) {
    if (!messages.every(isWhole)) return undefined;
    return messages.map(({ bytes }) => new TextDecoder().decode(bytesFromHex(bytes))).join("");
  }

  /**
   * A message that opens.
   *
   * @param {LaneMessage} message
   * @param {boolean} isOpen
   */
  #item(message, isOpen) {
    const arrow = message.direction === "up" ? "↑" : "↓";
    const summary = make("summary", {}, `${arrow} ${phrase(message.title)} · ${sizeOf(message)}`);
    const item = make("details", { class: "message" }, summary);
    const show = () => {
      const bytes = isText(message) ? bytesFromHex(message.bytes) : undefined;
      item.replaceChildren(summary, explained(message.explanation ?? explanationOf(message), bytes));
    };
    item.addEventListener("toggle", () => item.open && item.childElementCount === 1 && show());
    item.open = isOpen;
    return item;
  }

  /** @returns {Promise<LaneMessage[]>} Oldest first. */
  async #liveMessages() {
    const session = this.session();
    if (!session) throw new Missing("no_lanes");
    if (this.kind === "handshake") return this.#freshHandshake(session);
    const transport = this.kind === "exchange" ? "short-poll" : "websocket";
    const lane = session.lanes.find((one) => one.transport === transport);
    if (!lane) throw new Missing("no_lanes");
    return (await this.server.messages(lane.id)).messages;
  }

  /**
   * Opens one more WebSocket, because the lane's own handshake is long past.
   *
   * @param {Session} session
   */
  async #freshHandshake(session) {
    const port = session.setup.lanes.find(({ transport }) => transport === "websocket")?.port;
    if (port === undefined) throw new Missing("no_lanes");
    const lane = makeLaneID();
    // Older items would push the handshake out of the messages that the server keeps.
    await session.readStats();
    const url = `${session.origin(port)}/ws?after=${session.newest}&lane=${lane}`.replace(/^http/, "ws");
    const socket = new WebSocket(url, ["pushlab.text.v1"]);
    try {
      await new Promise((resolve, reject) => {
        socket.onopen = resolve;
        socket.onerror = () => reject(new Missing("no_connection"));
        setTimeout(() => reject(new Missing("no_connection")), openMilliseconds);
      });
      const { messages } = await this.server.messages(lane);
      return messages.filter(({ kind }) => kind === "request" || kind === "response").slice(0, 2);
    } finally {
      socket.close();
    }
  }

  /**
   * Shows now, and again after a change of the language.
   *
   * @param {() => Node[]} makeResult
   */
  #display(makeResult) {
    this.#show = () => this.result.replaceChildren(...makeResult());
    this.#show();
  }

  /** @param {unknown} error */
  #refuse(error) {
    this.#display(() => [refusalOf(error)]);
  }
}

/** @param {LaneMessage} message */
function sizeOf(message) {
  return t("wire_size", { bytes: size(message.wire_bytes) });
}

/**
 * Why there is no explanation, in one sentence.
 *
 * @param {unknown} error
 */
function refusalOf(error) {
  if (error instanceof Missing) return make("p", { class: "fault" }, `✗ ${t(error.key)}`);
  // A browser's own words for a server that does not answer.
  if (error instanceof TypeError) return make("p", { class: "fault" }, `✗ ${t("no_answer")}`);
  const sentence = error instanceof Error ? error.message : String(error);
  return make("p", { class: "fault", lang: phraseLanguage(sentence) }, `✗ ${phrase(sentence)}`);
}

export class Inspectors {
  /** @param {Server} server @param {() => Session | undefined} session */
  constructor(server, session) {
    this.all = kinds.map((kind) => new Inspector(kind, server, session));
    this.translate();
  }

  translate() {
    for (const inspector of this.all) inspector.translate();
  }
}
