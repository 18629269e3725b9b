// @ts-check
// Small settings that survive a reload. A browser may forbid storage; the page then works without.

/** @param {Storage | undefined} storage */
function box(storage) {
  return {
    /** @param {string} name @returns {string | null} */
    recall(name) {
      try {
        return storage?.getItem(name) ?? null;
      } catch {
        return null;
      }
    },
    /** @param {string} name @param {string} value */
    keep(name, value) {
      try {
        storage?.setItem(name, value);
      } catch {
        // Full or forbidden.
      }
    },
  };
}

/** @param {"localStorage" | "sessionStorage"} name */
function storage(name) {
  try {
    return window[name];
  } catch {
    return undefined;
  }
}

/** For this browser. */
export const forAlways = box(storage("localStorage"));
/** For this tab. */
export const forThisTab = box(storage("sessionStorage"));
