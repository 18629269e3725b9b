// Listeners on one thread with epoll, and the publisher of their items:
//
// listeners MODE PORT PATH PUBLISH-PATH CONNECTIONS OUTSTANDING RATE SECONDS [FIELD...]
//
// MODE is ws, sse or long-poll. With OUTSTANDING > 0, that many items are under way: the next is published when all
// listeners have the oldest one. With OUTSTANDING 0, RATE items per second are published when they are due, by POST
// requests to PUBLISH-PATH, or by PushLab itself if that is `-`. FIELDs are header fields of all requests, such as a
// token. It connects and prints `ready`. For each empty line on standard input it runs for SECONDS, waits until all
// listeners have all items, and prints
//
//   deliveries missed wrong seconds cpu-us p50-us p99-us max-us
//
// For a line `item` it does that with one item at once. Delays count from the instant that the item names to the
// kernel's receive timestamp of its bytes. Each item has a number, and each listener must get each number once, in
// order: others are `wrong`. It answers Pings and ends of holds all the time.

#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE 5000000000

enum mode mode;
struct counts counts;
int own_items;
int connections;

static const char *publish_path;
static int outstanding, publisher = -1, poller, commands;
static uint32_t *delays;
static size_t delay_count, delay_room = 4000000;
static int measures;
static int publisher_mark, command_mark; // only their addresses count

void measure(int64_t nanoseconds) {
    if (measures && delay_count < delay_room) delays[delay_count++] = (uint32_t)(nanoseconds / 1000);
}

static void watch(int descriptor, void *mark) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = mark};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event)) fail("epoll_ctl");
}

// Publishes an item. Responses are read later, so requests are pipelined if several items are under way.
static void publish(void) {
    char item[ITEM_BYTES + 1], text[2048];
    int used = snprintf(
        item, sizeof item, "T=%lld N=%llu ", (long long)now(CLOCK_REALTIME), (unsigned long long)++counts.published);
    memset(item + used, 'x', ITEM_BYTES - used);
    item[ITEM_BYTES] = 0;
    if (publisher < 0) watch(publisher = dial(connections), &publisher_mark);
    int length = snprintf(
        text, sizeof text, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Length: %d\r\n\r\n%s", publish_path,
        fields, ITEM_BYTES, item);
    say(publisher, text, length);
}

static void publisher_readable(void) {
    static char text[65536];
    ssize_t count = recv(publisher, text, sizeof text - 1, MSG_DONTWAIT);
    // A server may close a connection that is idle for long; the next item opens another.
    if (count == 0 || (count < 0 && errno != EAGAIN)) {
        close(publisher);
        publisher = -1;
    }
    if (count <= 0) return;
    text[count] = 0;
    for (char *at = text; (at = strstr(at, "HTTP/1.1 ")); at += 9) {
        if (at[9] == '2') continue;
        fprintf(stderr, "publishing was refused: %.200s\n", at);
        exit(1);
    }
}

// Waits up to this instant and reads what has arrived.
static void turn(int64_t until) {
    static struct epoll_event ready[1024];
    int64_t rest = until - now(CLOCK_MONOTONIC);
    if (rest < 0) rest = 0;
    struct timespec pause = {.tv_sec = rest / 1000000000, .tv_nsec = rest % 1000000000};
    int count = epoll_pwait2(poller, ready, 1024, &pause, NULL);
    for (int i = 0; i < count; i++) {
        if (ready[i].data.ptr == &publisher_mark) publisher_readable();
        else if (ready[i].data.ptr == &command_mark) commands = 1;
        else readable(ready[i].data.ptr);
    }
}

// Items that are not delivered yet, for all listeners together.
static uint64_t lacking(void) {
    uint64_t all = counts.published * connections, came = counts.deliveries + counts.wrong;
    return own_items && all > came ? all - came : 0;
}

// Keeps items under way, or publishes them when they are due.
static void run(int64_t end, double rate) {
    int64_t period = rate > 0 ? (int64_t)(1e9 / rate) : 0, due = now(CLOCK_MONOTONIC) + period;
    while (now(CLOCK_MONOTONIC) < end) {
        int64_t until = end;
        if (outstanding > 0) {
            // Items that not all listeners have.
            int under_way = (int)((lacking() + connections - 1) / connections);
            for (; under_way < outstanding; under_way++) publish();
        } else if (own_items && period) {
            if (now(CLOCK_MONOTONIC) >= due) {
                publish();
                due += period;
            }
            until = due < end ? due : end;
        }
        turn(until);
    }
}

// Waits for what is under way. The program ends if nothing arrives any more.
static void drain(void) {
    uint64_t before = lacking();
    for (int64_t limit = now(CLOCK_MONOTONIC) + PATIENCE; lacking() && now(CLOCK_MONOTONIC) < limit;) {
        turn(limit);
        if (lacking() == before) continue;
        before = lacking();
        limit = now(CLOCK_MONOTONIC) + PATIENCE;
    }
}

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static int64_t cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (int64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec
        + used.ru_stime.tv_usec;
}

static void slice(double seconds, double rate, int single) {
    struct counts before = counts;
    int64_t began = now(CLOCK_MONOTONIC), cpu_before = cpu();
    delay_count = 0;
    measures = 1;
    if (single) publish();
    else run(began + (int64_t)(seconds * 1e9), rate);
    drain();
    measures = 0;
    double taken = (now(CLOCK_MONOTONIC) - began) / 1e9;
    int64_t used = cpu() - cpu_before;
    qsort(delays, delay_count, sizeof *delays, compare);
    size_t n = delay_count;
    printf("%llu %llu %llu %.4f %lld %u %u %u\n", (unsigned long long)(counts.deliveries - before.deliveries),
           (unsigned long long)lacking(), (unsigned long long)(counts.wrong - before.wrong), taken, (long long)used,
           n ? delays[n / 2] : 0, n ? delays[n * 99 / 100] : 0, n ? delays[n - 1] : 0);
    fflush(stdout);
}

static void read_arguments(int count, char **arguments) {
    if (count < 9) {
        fprintf(stderr, "usage: see the beginning of listeners.c\n");
        exit(2);
    }
    mode = strcmp(arguments[1], "ws") == 0 ? WS : strcmp(arguments[1], "sse") == 0 ? SSE : LONG_POLL;
    server.sin_family = AF_INET;
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.sin_port = htons(atoi(arguments[2]));
    path = arguments[3];
    publish_path = arguments[4];
    own_items = strcmp(publish_path, "-") != 0;
    connections = atoi(arguments[5]);
    outstanding = atoi(arguments[6]);
    for (int i = 9; i < count; i++) strcat(strcat(fields, arguments[i]), "\r\n");
}

// Connects one after another, and reads meanwhile.
static void connect_all(void) {
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct listener *listeners = calloc(connections, sizeof *listeners);
    delays = malloc(delay_room * sizeof *delays);
    if (!listeners || !delays) fail("malloc");
    for (int i = 0; i < connections; i++) {
        listeners[i].descriptor = dial(i);
        listeners[i].opened = mode == LONG_POLL;
        listeners[i].next = own_items;
        watch(listeners[i].descriptor, &listeners[i]);
        request(&listeners[i]);
        turn(0);
    }
    while (mode != LONG_POLL && opened < connections) turn(now(CLOCK_MONOTONIC) + 1000000000);
    // No response says that the server holds a poll.
    for (int64_t end = now(CLOCK_MONOTONIC) + 300000000; now(CLOCK_MONOTONIC) < end;) turn(end);
}

int main(int count, char **arguments) {
    read_arguments(count, arguments);
    connect_all();
    watch(STDIN_FILENO, &command_mark);
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        char line[16];
        while (!commands) turn(now(CLOCK_MONOTONIC) + 1000000000);
        commands = 0;
        if (read(STDIN_FILENO, line, sizeof line) <= 0) return 0;
        slice(atof(arguments[8]), atof(arguments[7]), line[0] == 'i');
    }
}
