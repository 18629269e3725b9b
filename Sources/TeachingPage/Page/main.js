// @ts-check
// Starts the page: finds the server, the language and the token, then connects the parts.

import { byID, input, setText } from "./dom.js";
import { Inspectors } from "./inspector.js";
import { LanesView } from "./lanes-view.js";
import { currentLanguage, preferredLanguage, setLanguage, t, translate } from "./language.js";
import { forAlways, forThisTab } from "./memory.js";
import { Server } from "./server.js";
import { Tabs } from "./tabs.js";

const views = ["lanes", "tabs", "handshake", "frames", "exchange"];
const retryMilliseconds = 2_000;

/**
 * @param {string} text Part of an address.
 * @returns {string} The token in it; empty if it has none that a request can carry.
 */
function readToken(text) {
  try {
    return /^[\x21-\x7e]+$/.exec(decodeURIComponent(text))?.[0] ?? "";
  } catch {
    return "";
  }
}

/**
 * The token from the address, or the one that this tab keeps. It is removed from the address bar, which a
 * projector may show.
 *
 * @returns {string | null}
 */
function takeToken() {
  const match = /^#control=(.+)$/.exec(location.hash);
  if (match) {
    forThisTab.keep("control", readToken(match[1]));
    history.replaceState(null, "", location.pathname);
  }
  return forThisTab.recall("control");
}

/** @param {string} name */
function showView(name) {
  for (const view of views) byID(`view-${view}`).hidden = view !== name;
  for (const button of document.querySelectorAll("[data-view]")) {
    if (button.getAttribute("data-view") === name) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  history.replaceState(null, "", name === "lanes" ? location.pathname : `#${name}`);
}

/** @param {string} theme */
function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new Event("themechange"));
}

/**
 * Settings of the display, which need no server.
 *
 * @param {() => void} languageChanged
 */
function connectDisplay(languageChanged) {
  const language = /** @type {HTMLSelectElement} */ (byID("language"));
  language.value = currentLanguage();
  language.addEventListener("change", () => {
    const chosen = language.value === "zh" ? "zh" : "en";
    forAlways.keep("language", chosen);
    setLanguage(chosen);
    languageChanged();
  });
  const theme = /** @type {HTMLSelectElement} */ (byID("theme"));
  theme.value = forAlways.recall("theme") ?? "auto";
  showTheme(theme.value);
  theme.addEventListener("change", () => {
    forAlways.keep("theme", theme.value);
    showTheme(theme.value);
  });
  const projector = input("projector");
  projector.addEventListener("change", () => {
    document.documentElement.classList.toggle("projector", projector.checked);
    document.dispatchEvent(new Event("themechange"));
  });
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => showView(button.getAttribute("data-view") ?? "lanes"));
  }
}

/**
 * Waits until the server answers.
 *
 * @template T
 * @param {() => Promise<T>} request
 * @returns {Promise<T>}
 */
async function untilAnswered(request) {
  for (;;) {
    try {
      const answer = await request();
      setText(byID("notice"), "");
      return answer;
    } catch {
      setText(byID("notice"), t("no_answer"));
      await new Promise((resolve) => setTimeout(resolve, retryMilliseconds));
    }
  }
}

/** @param {import("./server.js").Setup} setup */
function showAddress(setup) {
  const others = setup.addresses.filter((address) => !/\/\/(127\.|localhost|\[::1\])/.test(address));
  setText(byID("address"), others.length > 0 ? t("address", { address: others.join("  ") }) : t("address_local"));
  byID("address").classList.toggle("shared", others.length > 0);
  setText(byID("version"), `PushLab ${setup.version}`);
  // A browser accepts a self-signed certificate for each port on its own.
  const lanes = setup.lanes.map(({ port }) => `https://${location.hostname}:${port}/healthz`);
  setText(byID("certificate"), setup.tls ? t("certificate", { addresses: lanes.join("  ") }) : "");
}

async function start() {
  // If an address with a token is pasted into the tab of an open page, the browser does not load the page again.
  addEventListener("hashchange", () => {
    if (location.hash.startsWith("#control=")) location.reload();
  });
  const token = takeToken();
  setLanguage(preferredLanguage());
  const wanted = location.hash.slice(1);
  showView(views.includes(wanted) ? wanted : "lanes");
  const server = new Server(token);
  /** @type {LanesView | undefined} */
  let lanes;
  /** @type {import("./server.js").Setup | undefined} */
  let setup;
  const tabs = new Tabs(() => lanes?.session);
  const inspectors = new Inspectors(server, () => lanes?.session);
  connectDisplay(() => {
    if (setup) showAddress(setup);
    lanes?.translate();
    inspectors.translate();
  });
  setup = await untilAnswered(() => server.setup());
  showAddress(setup);
  const state = await untilAnswered(() => server.control());
  lanes = new LanesView(server, setup, state);
  translate(document);
  await untilAnswered(() => /** @type {LanesView} */ (lanes).start());
  setInterval(() => tabs.show(performance.now()), 250);
}

void start();
