// @ts-check
// All lanes of this tab, and what the server reports about them.

import { FeedClock } from "./clock.js";
import { Lane } from "./lane.js";
import { readDuration } from "./units.js";

/**
 * @typedef {import("./server.js").Server} Server
 * @typedef {import("./server.js").Setup} Setup
 * @typedef {import("./server.js").ControlState} ControlState
 *
 * @typedef {object} Segment The lanes between two changes of the settings.
 * @property {Date} startedAt
 * @property {ControlState} state
 * @property {number} durationMilliseconds
 * @property {{transport: string, figures: import("./figures.js").LaneFigures,
 *   ledger: import("./server.js").Ledger | undefined}[]} lanes
 */

/** Longest time without progress while the server has newer items. */
const patienceMilliseconds = 10_000;
const keptSegments = 50;

export class Session {
  clock = new FeedClock();
  /**
   * Ended segments, oldest first.
   *
   * @type {Segment[]}
   */
  segments = [];
  /** The newest sequence of the feed. */
  newest = 0;
  allOnOneOrigin = false;
  /** @type {number | undefined} */
  #epoch = undefined;
  #startedAt = new Date();
  #began = performance.now();

  /**
   * @param {Server} server
   * @param {Setup} setup
   * @param {ControlState} state
   * @param {{statusChanged: (lane: Lane) => void, serverRestarted: () => void}} events
   */
  constructor(server, setup, state, events) {
    this.server = server;
    this.setup = setup;
    this.state = state;
    this.events = events;
    this.lanes = setup.lanes.map(({ transport }) => new Lane(transport, this.clock, events.statusChanged));
  }

  /**
   * The origin of one of the lanes' ports.
   *
   * @param {number} port
   */
  origin(port) {
    return `${this.setup.tls ? "https" : "http"}://${location.hostname}:${port}`;
  }

  /** Starts every lane again, as {@link begin} does, at the newest item of the server. */
  async restart() {
    await this.findNewest();
    this.begin(this.state);
  }

  /** Asks for the newest item, before the lanes begin. */
  async findNewest() {
    try {
      await this.readStats();
    } catch {
      // The lanes begin with the newest item that is known.
    }
  }

  /**
   * Starts every lane from zero at the newest item that is known; what they had is kept as a segment.
   *
   * @param {ControlState} state
   */
  begin(state) {
    this.#keepSegment();
    this.state = state;
    this.#startedAt = new Date();
    this.#began = performance.now();
    const shared = this.setup.lanes[0]?.port;
    for (const [index, lane] of this.lanes.entries()) {
      const port = this.allOnOneOrigin ? shared : this.setup.lanes[index].port;
      lane.start(
        {
          origin: this.origin(port), withCookie: this.hasCookie, interval: readDuration(state.interval) ?? 1_000,
          hold: readDuration(state.hold) ?? 25_000,
        },
        this.newest);
    }
  }

  stop() {
    for (const lane of this.lanes) lane.stop();
  }

  get hasCookie() {
    return this.state.cookie !== "0B";
  }

  #keepSegment() {
    if (this.lanes.every((lane) => lane.figures.received === 0)) return;
    this.segments = [...this.segments.slice(1 - keptSegments), this.current];
  }

  /**
   * The segment that has not ended.
   *
   * @returns {Segment}
   */
  get current() {
    return {
      startedAt: this.#startedAt, state: this.state, durationMilliseconds: performance.now() - this.#began,
      lanes: this.lanes.map(({ transport, figures, ledger }) => ({ transport, figures, ledger })),
    };
  }

  /** Asks for the server's time. */
  async readClock() {
    const sent = performance.now();
    const microseconds = await this.server.clock();
    this.clock.take({ sent, received: performance.now(), microseconds });
  }

  /** Asks for the newest item, and whether the server is still the same. */
  async readStats() {
    const stats = await this.server.stats();
    if (this.#epoch !== undefined && this.#epoch !== stats.epoch_ns) {
      this.clock.reset();
      this.events.serverRestarted();
    }
    this.#epoch = stats.epoch_ns;
    this.newest = stats.newest;
    this.#watch();
  }

  /** Asks what the server counted for each lane. */
  async readLedgers() {
    await Promise.all(this.lanes.map(async (lane) => {
      const { id, figures } = lane;
      // Before its first request, the lane is not known there.
      if (figures.received === 0 && lane.status.state !== "live") return;
      try {
        const ledger = await this.server.ledger(id);
        if (lane.id !== id) return;
        lane.ledger = ledger;
        if (ledger.items > 0) lane.firstLedger ??= ledger;
      } catch {
        // The server has forgotten the lane, or does not answer.
      }
    }));
  }

  #watch() {
    const now = performance.now();
    const interval = readDuration(this.state.interval) ?? 0;
    for (const lane of this.lanes) {
      lane.watch(this.newest, now, patienceMilliseconds + (lane.transport === "short-poll" ? 2 * interval : 0));
    }
  }
}
