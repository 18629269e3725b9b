// @ts-check
// Saves the session as files: CSV, and a picture of the lanes.

import { layersCSV, summaryCSV } from "./csv.js";
import { save } from "./dom.js";
import { lanesSVG } from "./picture.js";

/** @typedef {import("./session.js").Session} Session */

/** @param {string} name @param {string} extension */
function fileName(name, extension) {
  return `pushlab-${name}-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}.${extension}`;
}

/** @param {Session} session */
export function saveSummary(session) {
  save(fileName("summary", "csv"), new Blob([summaryCSV(session, navigator.userAgent)], { type: "text/csv" }));
}

/** @param {Session} session */
export function saveLayers(session) {
  save(fileName("layers", "csv"), new Blob([layersCSV(session)], { type: "text/csv" }));
}

/** @param {Session} session */
export function saveSVG(session) {
  save(fileName("lanes", "svg"), new Blob([lanesSVG(session)], { type: "image/svg+xml" }));
}

/**
 * At twice the size of the SVG.
 *
 * @param {Session} session
 * @returns {Promise<void>}
 */
export async function savePNG(session) {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([lanesSVG(session)], { type: "image/svg+xml" }));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.naturalWidth;
    canvas.height = 2 * image.naturalHeight;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob) save(fileName("lanes", "png"), blob);
  } finally {
    URL.revokeObjectURL(url);
  }
}
