// Receives the feed in a page of a browser. The lab evaluates this function with the settings of a client, keeps its
// result as `window.pushlab`, and calls its methods. Each method returns a text. A batch has one event per line:
//
//     item ARRIVAL TEXT           an item, or the first 40 characters of it; ARRIVAL in µs since 1970
//     response ITEMS              a complete response to a poll
//     gap OLDEST                  the server no longer keeps the items before this sequence
//     ended SENTENCE              the server ended a response or connection in order
//     fault SENTENCE              anything else that went wrong
(settings) => {
    const longest = 40;
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
    let batch = [];
    let cursor = settings.cursor;
    let isResting = false;

    const note = (kind, text) => batch.push(`${kind} ${String(text).replace(/[\r\n]/g, " ").slice(0, 300)}`);
    const take = () => {
        const text = batch.join("\n");
        batch = [];
        return text;
    };
    const gapIn = (text) => /^oldest=([0-9]+)/.exec(text)?.[1];
    const gap = (oldest) => {
        cursor = Math.max(cursor, Number(oldest) - 1);
        note("gap", oldest);
    };
    const item = (text, at) => {
        batch.push(`item ${at} ${text.slice(0, longest).replace(/[\r\n]/g, " ")}`);
        const sequence = parseInt(text.slice(0, text.indexOf(",")), 36);
        if (sequence > cursor) cursor = sequence;
    };
    const url = () => `${settings.path}${settings.path.includes("?") ? "&" : "?"}after=${cursor}${settings.query}`;

    const poll = async () => {
        const response = await fetch(url());
        const text = await response.text();
        const at = now();
        if (response.status === 410 && gapIn(text)) return gap(gapIn(text));
        if (!response.ok) return note("fault", `the server answered ${response.status}: ${text.split("\n")[0]}`);
        const lines = text.split("\n").filter((line) => line !== "");
        for (const line of lines) item(line, at);
        batch.push(`response ${lines.length}`);
    };
    const safely = async (request) => {
        try {
            await request();
        } catch (error) {
            if (isResting) return;
            note("fault", `a request failed: ${error}`);
            await pause(1000);
        }
    };

    const transports = {
        "short-poll": async () => {
            const first = performance.now() + settings.interval * settings.phase;
            for (let tick = 0; !isResting; tick++) {
                const skipped = Math.ceil((performance.now() - first) / settings.interval);
                if (skipped > tick) tick = skipped;
                await pause(first + tick * settings.interval - performance.now());
                if (!isResting) await safely(poll);
            }
        },
        "long-poll": async () => {
            while (!isResting) await safely(poll);
        },
        "http-stream": async () => {
            const receive = async () => {
                const response = await fetch(url());
                if (!response.ok) throw new Error(`the server answered ${response.status}`);
                const reader = response.body.getReader();
                const decoder = new TextDecoder();
                let rest = "";
                for (;;) {
                    const {done, value} = await reader.read();
                    const at = now();
                    if (done) break;
                    const lines = (rest + decoder.decode(value, {stream: true})).split("\n");
                    rest = lines.pop();
                    for (const line of lines) {
                        if (gapIn(line)) gap(gapIn(line));
                        else if (line !== "") item(line, at);
                    }
                }
                note("ended", "the server ended the response");
            };
            while (!isResting) {
                await safely(receive);
                await pause(1000);
            }
        },
        "sse": () => {
            const source = new EventSource(url());
            source.onmessage = (event) => item(event.data, now());
            source.addEventListener("gap", (event) => gap(gapIn(event.data) ?? 0));
            source.onerror = () => {
                if (isResting) return;
                if (source.readyState === EventSource.CLOSED) note("fault", "the browser gave up the event stream");
                else note("ended", "the server ended the event stream");
            };
        },
        "websocket": () => {
            const address = `${location.origin.replace("http", "ws")}${url()}`;
            const socket = new WebSocket(address, settings.subprotocols);
            socket.onmessage = (event) => item(String(event.data), now());
            socket.onclose = (event) => {
                if (isResting) return;
                if (event.code === 4410 && gapIn(event.reason)) gap(gapIn(event.reason));
                const sentence = `the WebSocket ended with code ${event.code} ${event.reason}`;
                note(event.code === 1000 || event.code === 1001 ? "ended" : "fault", sentence);
            };
        },
    };

    return {
        // Starts to receive.
        begin: () => {
            transports[settings.transport]();
            return "";
        },
        // The events since the last call.
        take,
        // Sends no further request, and returns the events since the last call.
        rest: () => {
            isResting = true;
            return take();
        },
        // The page's clock.
        now: () => String(now()),
        // The step of the page's clock in µs: the smallest difference of two readings within 20 ms.
        resolution: () => {
            const end = performance.now() + 20;
            let [least, last] = [20, performance.now()];
            for (let next = last; next < end; next = performance.now()) {
                if (next > last) least = Math.min(least, next - last);
                last = next;
            }
            return String(Math.ceil(least * 1000));
        },
        // The name of the browser in requests.
        agent: () => navigator.userAgent,
    };
}
