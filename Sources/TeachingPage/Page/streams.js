// @ts-check
// Connections on which the server sends items when they are published: HTTP streaming, SSE and WebSocket.

import { Driver, reconnectMilliseconds, refusedMilliseconds } from "./driver.js";
import { LineReader, readGap } from "./item.js";

/** One response that does not end, read with `fetch`. */
export class HTTPStream extends Driver {
  async run() {
    while (!this.isStopped) {
      const exchange = this.sink.began();
      try {
        const response = await this.fetch(this.url("/stream"));
        if (response.status !== 200 || !response.body) {
          await this.refused(response, readGap);
          continue;
        }
        this.sink.changed({ state: "live" });
        await this.#read(response.body, exchange);
        await this.lost();
      } catch {
        await this.lost();
      } finally {
        this.sink.ended(exchange);
      }
    }
  }

  /** @param {ReadableStream<Uint8Array>} body @param {import("./figures.js").Exchange} exchange */
  async #read(body, exchange) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const lines = new LineReader();
    for (;;) {
      const { done, value } = await reader.read();
      const arrival = performance.now();
      if (done) return;
      const complete = lines.take(decoder.decode(value, { stream: true }));
      const oldest = complete.map(readGap).find((one) => one !== undefined);
      const items = complete.filter((line) => line.includes(","));
      exchange.items += items.length;
      this.sink.received(items, arrival);
      if (oldest !== undefined) this.sink.gap(oldest);
    }
  }
}

/** The browser's own `EventSource`, which reconnects by itself. */
export class EventStream extends Driver {
  async run() {
    while (!this.isStopped) {
      const hasEnded = await this.#listen();
      if (hasEnded && !this.isStopped) await this.pause(refusedMilliseconds);
    }
  }

  /** @returns {Promise<boolean>} Whether the browser has given up. */
  #listen() {
    const source = new EventSource(this.url("/events"), { withCredentials: this.link.withCookie });
    let exchange = this.sink.began();
    let isOpen = false;
    source.onopen = () => {
      // The browser reconnected: this is another request.
      if (exchange.ended !== undefined) exchange = this.sink.began();
      isOpen = true;
      this.sink.changed({ state: "live" });
    };
    source.onmessage = (event) => {
      const arrival = performance.now();
      exchange.items += 1;
      this.sink.received([event.data], arrival);
    };
    source.addEventListener("gap", (event) => {
      const oldest = readGap(/** @type {MessageEvent} */ (event).data);
      if (oldest !== undefined) this.sink.gap(oldest);
    });
    const { signal } = this.controller;
    return new Promise((resolve) => {
      const finish = (/** @type {boolean} */ hasEnded) => {
        source.close();
        this.sink.ended(exchange);
        resolve(hasEnded);
      };
      source.onerror = () => {
        if (isOpen) this.sink.ended(exchange);
        isOpen = false;
        this.sink.changed({ state: "reconnecting" });
        if (source.readyState === EventSource.CLOSED) finish(true);
      };
      if (signal.aborted) finish(false);
      else signal.addEventListener("abort", () => finish(false), { once: true });
    });
  }
}

const closeCodes = { goingAway: 1001, gap: 4410 };

/** One WebSocket; an item is a message. */
export class WebSocketPush extends Driver {
  async run() {
    while (!this.isStopped) {
      await this.#listen();
      if (!this.isStopped) await this.pause(reconnectMilliseconds);
    }
  }

  /** @returns {Promise<void>} Ends when the socket is closed. */
  #listen() {
    const socket = new WebSocket(this.url("/ws").replace(/^http/, "ws"), ["pushlab.text.v1"]);
    const exchange = this.sink.began();
    const { signal } = this.controller;
    socket.onopen = () => this.sink.changed({ state: "live" });
    socket.onmessage = (event) => {
      const arrival = performance.now();
      exchange.items += 1;
      this.sink.received([event.data], arrival);
    };
    return new Promise((resolve) => {
      const finish = () => {
        // A socket that is closing may still deliver messages.
        socket.onclose = socket.onmessage = null;
        socket.close();
        this.sink.ended(exchange);
        resolve();
      };
      socket.onclose = (event) => {
        const oldest = event.code === closeCodes.gap ? readGap(event.reason) : undefined;
        if (oldest !== undefined) this.sink.gap(oldest);
        this.sink.changed({ state: event.code === closeCodes.goingAway ? "stopping" : "reconnecting" });
        finish();
      };
      if (signal.aborted) finish();
      else signal.addEventListener("abort", finish, { once: true });
    });
  }
}
