// @ts-check
// The session as CSV, in the columns of the lab's results.

import { readNetwork } from "./controls.js";
import { bytesIn, bytesOf, layers, overheadBytes, setupBytes } from "./layers.js";
import { readDuration, readRate, readSize } from "./units.js";

/**
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./session.js").Segment} Segment
 * @typedef {string | number | boolean | undefined} Value
 */

/** The columns of summary.csv, in its order. */
export const summaryColumns = [
  "run_id", "scenario", "scenario_sha256", "seed", "case_id", "repeat", "transport", "variant", "clients", "feed",
  "rate_per_s", "payload_bytes", "poll_interval_ms", "rtt_ms", "tls", "http_version", "compression", "duration_s",
  "published", "expected", "delivered", "unique", "missed", "duplicate", "reordered", "coherence_ratio",
  "redundancy_ratio", "latency_min_us", "latency_p50_us", "latency_p90_us", "latency_p99_us", "latency_p999_us",
  "latency_max_us", "latency_mean_us", "staleness_mean_us", "publisher_lag_p99_us", "requests", "empty_responses",
  "items_per_response", "connects", "reconnects", "errors", "payload_bytes_total", "overhead_bytes_total",
  "overhead_bytes_per_item", "setup_bytes_total", "tcp_payload_bytes_up", "tcp_payload_bytes_down",
  "wire_bytes_estimated", "server_cpu_us_per_item", "server_rss_peak_bytes", "load_cpu_ratio",
  "schedule_lag_p99_us", "valid", "invalid_reason",
];

/** The columns of layers.csv, in its order. */
export const layerColumns = [
  "run_id", "case_id", "repeat", "transport", "variant", "direction", "layer", "bytes", "provenance",
];

/**
 * The instant as in the names of result folders.
 *
 * @param {Date} date
 */
function runID(date) {
  return `${date.toISOString().replace(/[-:]|\.[0-9]+/g, "")}-page`;
}

/** @param {string[]} columns @param {Record<string, Value>[]} rows @returns {string} RFC 4180. */
function csv(columns, rows) {
  const line = (/** @type {Value[]} */ values) => `${values.map(field).join(",")}\r\n`;
  return line(columns) + rows.map((row) => line(columns.map((column) => row[column]))).join("");
}

/** @param {Value} value */
function field(value) {
  const text = value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {number | undefined} milliseconds */
function microseconds(milliseconds) {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 1000);
}

/**
 * What identifies a segment, in both files.
 *
 * @param {Segment} segment
 * @param {number} index
 * @param {Session} session
 */
function identity(segment, index, session) {
  const first = session.segments[0] ?? segment;
  return { run_id: runID(first.startedAt), case_id: `page-${index + 1}`, repeat: 1 };
}

/** @param {Session} session @returns {Segment[]} */
function allSegments(session) {
  return [...session.segments, session.current];
}

/** @param {Session} session @param {string} browser @returns {string} */
export function summaryCSV(session, browser) {
  const rows = allSegments(session).flatMap((segment, index) =>
    segment.lanes.map((lane) => ({
      ...identity(segment, index, session), ...settings(segment, lane.transport, session), ...received(lane),
      ...counted(lane), valid: false,
      invalid_reason: `measured in a browser (${browser}), not by the load generator: delays end in JavaScript`,
    })));
  return csv(summaryColumns, rows);
}

/** @param {Segment} segment @param {string} transport @param {Session} session @returns {Record<string, Value>} */
function settings({ state, durationMilliseconds }, transport, { setup }) {
  const { rtt, preset } = readNetwork(state.network);
  return {
    scenario: "teaching-page", transport, variant: variant(state, transport), clients: 1, feed: "page",
    rate_per_s: state.rate ? readRate(state.rate) : undefined,
    payload_bytes: state.payload ? readSize(state.payload) : undefined,
    poll_interval_ms: transport === "short-poll" ? readDuration(state.interval) : undefined,
    rtt_ms: state.network === "none" || preset ? undefined : readDuration(rtt), tls: setup.tls,
    duration_s: durationMilliseconds / 1000,
  };
}

/**
 * The settings without a column, as in the names of the lab's cases.
 *
 * @param {Segment["state"]} state
 * @param {string} transport
 */
function variant({ interval, hold, cookie, compression, network }, transport) {
  const parts = transport === "short-poll" ? [`interval-${interval}`] : [];
  if (transport === "long-poll") parts.push(`hold-${hold}`);
  if (cookie !== "0B") parts.push(`cookie-${cookie}`);
  // The other transports are not compressed.
  if (compression && transport === "short-poll") parts.push("gzip");
  if (compression && transport === "websocket") parts.push("deflate");
  if (network !== "none") parts.push(`network-${network}`);
  return parts.join("-");
}

/** @param {Segment["lanes"][number]} lane @returns {Record<string, Value>} */
function received({ figures }) {
  const { histogram } = figures;
  const quantile = (/** @type {number} */ ratio) => microseconds(histogram.quantile(ratio));
  return {
    delivered: figures.received, unique: figures.unique, missed: figures.missed, duplicate: figures.duplicates,
    reordered: figures.reordered, latency_min_us: histogram.count > 0 ? microseconds(histogram.minimum) : undefined,
    latency_p50_us: quantile(0.5), latency_p90_us: quantile(0.9), latency_p99_us: quantile(0.99),
    latency_p999_us: quantile(0.999), latency_max_us: histogram.count > 0 ? microseconds(histogram.maximum) : undefined,
    latency_mean_us: microseconds(histogram.mean), requests: figures.requests,
    empty_responses: figures.emptyResponses,
    items_per_response: figures.fullResponses > 0 ? figures.received / figures.fullResponses : undefined,
  };
}

/** @param {Segment["lanes"][number]} lane @returns {Record<string, Value>} */
function counted({ ledger }) {
  if (!ledger) return {};
  return {
    connects: ledger.connections, payload_bytes_total: bytesOf(ledger, "payload"),
    overhead_bytes_total: overheadBytes(ledger),
    overhead_bytes_per_item: ledger.items > 0 ? overheadBytes(ledger) / ledger.items : undefined,
    setup_bytes_total: setupBytes(ledger), tcp_payload_bytes_up: bytesIn(ledger, "up"),
    tcp_payload_bytes_down: bytesIn(ledger, "down"),
  };
}

/** @param {Session} session @returns {string} */
export function layersCSV(session) {
  const rows = allSegments(session).flatMap((segment, index) =>
    segment.lanes.flatMap(({ transport, ledger }) =>
      ledger === undefined ? [] : /** @type {const} */ (["up", "down"]).flatMap((direction) =>
        layers.map(({ name }) => ({
          ...identity(segment, index, session), transport, direction, layer: name,
          bytes: ledger.layers[direction][name] ?? 0, provenance: "counted",
        })))));
  return csv(layerColumns, rows);
}
