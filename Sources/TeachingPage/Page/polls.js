// @ts-check
// Short polling and long polling.

import { Driver } from "./driver.js";
import { readGap } from "./item.js";

const graceMilliseconds = 10_000;

class Poller extends Driver {
  /**
   * One request and its response.
   *
   * @param {string} url
   * @param {number} longest
   */
  async poll(url, longest) {
    const exchange = this.sink.began();
    try {
      const response = await this.fetch(url, longest);
      if (response.status !== 200 && response.status !== 204) return await this.refused(response, readGap);
      const text = await response.text();
      const arrival = performance.now();
      const lines = text.split("\n").filter((line) => line !== "");
      exchange.items = lines.length;
      exchange.isEmpty = lines.length === 0;
      this.sink.changed({ state: "live" });
      this.sink.received(lines, arrival);
    } catch {
      await this.lost();
    } finally {
      this.sink.ended(exchange);
    }
  }
}

/** Polls at a fixed interval. While a poll is under way, the polls that are due are skipped. */
export class ShortPoll extends Poller {
  async run() {
    // Polls of many pages must not be in step with the feed.
    let due = performance.now() + Math.random() * Math.min(this.link.interval, 1_000);
    while (!this.isStopped) {
      const now = performance.now();
      if (due > now) await this.pause(due - now);
      if (this.isStopped) return;
      await this.poll(this.url("/poll"), this.link.interval + graceMilliseconds);
      const { interval } = this.link;
      due += interval * Math.max(1, Math.ceil((performance.now() - due) / interval));
    }
  }
}

/** Sends the next request as soon as a response arrives; the server holds each request until it has an item. */
export class LongPoll extends Poller {
  async run() {
    while (!this.isStopped) {
      const { hold } = this.link;
      await this.poll(this.url("/long-poll", `&hold=${Math.round(hold)}ms`), hold + graceMilliseconds);
    }
  }
}
