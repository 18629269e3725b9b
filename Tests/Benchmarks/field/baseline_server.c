// The least that a server of one thread costs with epoll: baseline_server PORT [PING-SECONDS]. It prints its port; with
// 0 the kernel chooses one. Each WebSocket gets a Ping every PING-SECONDS, or none.
//
// GET /poll          a response with 128 B at once
// GET /long-poll     the next item, as a response
// GET /sse           items as events
// GET /ws            items as WebSocket text frames
// POST /publish      an item for all of the above; 201 when it is written
//
// It parses only what its own clients send, checks no limit, and ends on SIGTERM.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum kind { IDLE, LONG_POLL, SSE, WEBSOCKET, KINDS };

struct connection {
    int descriptor;
    enum kind kind;
    int place; // in the list of its kind
    long seen; // items that were published before its connection, or sent to it as long polls
    size_t filled;
    char *bytes; // received and not used; allocated only while a request is incomplete
    long ping_at; // ms
    struct connection *earlier, *later; // in the order of their next Pings
};

struct list {
    struct connection **items;
    int count, room;
};

static struct list lists[KINDS];
static int poller;
static char input[65536];

// The newest item as a response: a poll may arrive before it and be read after it.
static char newest[70000];
static size_t newest_length;
static long published;

static long ping_ms; // 0 for no Pings
static struct connection *first_ping, *last_ping;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static long now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// All intervals are equal, so the one that begins last ends last.
static void await_ping(struct connection *one, long now) {
    one->ping_at = now + ping_ms;
    one->earlier = last_ping;
    one->later = NULL;
    *(last_ping ? &last_ping->later : &first_ping) = one;
    last_ping = one;
}

static void await_no_ping(struct connection *one) {
    *(one->earlier ? &one->earlier->later : &first_ping) = one->later;
    *(one->later ? &one->later->earlier : &last_ping) = one->earlier;
}

static void join(struct connection *one, enum kind kind) {
    struct list *list = &lists[kind];
    one->kind = kind;
    if (kind == IDLE) return;
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 1024;
        list->items = realloc(list->items, list->room * sizeof *list->items);
        if (!list->items) fail("realloc");
    }
    one->place = list->count;
    list->items[list->count++] = one;
    if (kind == WEBSOCKET && ping_ms) await_ping(one, now_ms());
}

static void leave(struct connection *one) {
    struct list *list = &lists[one->kind];
    if (one->kind != IDLE) {
        struct connection *last = list->items[--list->count];
        list->items[one->place] = last;
        last->place = one->place;
    }
    if (one->kind == WEBSOCKET && ping_ms) await_no_ping(one);
    one->kind = IDLE;
}

static void end(struct connection *one) {
    leave(one);
    close(one->descriptor);
    free(one->bytes);
    free(one);
}

// All or nothing: the clients of the benchmarks read faster than this server writes.
static void write_all(struct connection *one, const char *bytes, size_t length) {
    ssize_t sent = send(one->descriptor, bytes, length, MSG_NOSIGNAL);
    if (sent != (ssize_t)length && sent >= 0) {
        fprintf(stderr, "a client reads too slowly: %zd of %zu bytes\n", sent, length);
        exit(1);
    }
}

// Sends the Pings that are due. Returns the time until the next one, ms; -1 for none.
static int send_pings(void) {
    if (!first_ping) return -1;
    long now = now_ms();
    while (first_ping->ping_at <= now) {
        struct connection *one = first_ping;
        await_no_ping(one);
        await_ping(one, now);
        write_all(one, "\x89\0", 2);
    }
    return first_ping->ping_at - now;
}

static size_t response(char *to, const char *status, const char *body, size_t length) {
    int head = sprintf(
        to, "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", status, length);
    memcpy(to + head, body, length);
    return head + length;
}

static void publish(const char *item, size_t length) {
    static char bytes[70000];
    struct list *list = &lists[WEBSOCKET];
    if (list->count) {
        size_t head = 2;
        bytes[0] = (char)0x81;
        if (length < 126) {
            bytes[1] = (char)length;
        } else {
            bytes[1] = 126;
            bytes[2] = (char)(length >> 8);
            bytes[3] = (char)length;
            head = 4;
        }
        memcpy(bytes + head, item, length);
        for (int i = 0; i < list->count; i++) write_all(list->items[i], bytes, head + length);
    }
    list = &lists[SSE];
    if (list->count) {
        size_t all = sprintf(bytes, "data: %.*s\n\n", (int)length, item);
        for (int i = 0; i < list->count; i++) write_all(list->items[i], bytes, all);
    }
    list = &lists[LONG_POLL];
    newest_length = response(newest, "200 OK", item, length);
    published++;
    for (int i = 0; i < list->count; i++) {
        list->items[i]->kind = IDLE;
        list->items[i]->seen = published;
        write_all(list->items[i], newest, newest_length);
    }
    list->count = 0;
}

static void hold(struct connection *one) {
    if (one->seen == published) {
        join(one, LONG_POLL);
        return;
    }
    if (++one->seen < published) {
        fprintf(stderr, "a client polls too slowly: it has missed an item\n");
        exit(1);
    }
    write_all(one, newest, newest_length);
}

static void upgrade(struct connection *one, const char *key) {
    static const char *text = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char joined[128], accept[64], answer[256];
    unsigned char digest[SHA_DIGEST_LENGTH];
    int length = sprintf(joined, "%.24s%s", key, text);
    SHA1((unsigned char *)joined, length, digest);
    EVP_EncodeBlock((unsigned char *)accept, digest, sizeof digest);
    length = sprintf(
        answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        "%s\r\n\r\n",
        accept);
    write_all(one, answer, length);
    join(one, WEBSOCKET);
}

// The value of a header field, which must be there.
static const char *field(const char *head, const char *name) {
    const char *at = strcasestr(head, name);
    return at ? at + strlen(name) : "";
}

// Uses one request. Returns its length, 0 while bytes are missing.
static size_t serve(struct connection *one, char *bytes, size_t length) {
    static char answer[1024];
    bytes[length] = 0;
    char *rest = strstr(bytes, "\r\n\r\n");
    if (!rest) return 0;
    size_t used = rest + 4 - bytes;
    if (strncmp(bytes, "POST ", 5) == 0) {
        size_t body = strtoul(field(bytes, "Content-Length:"), NULL, 10);
        if (length < used + body) return 0;
        publish(bytes + used, body);
        write_all(one, answer, response(answer, "201 Created", "", 0));
        return used + body;
    }
    if (strncmp(bytes, "GET /poll", 9) == 0) {
        static char item[128];
        memset(item, 'x', sizeof item);
        write_all(one, answer, response(answer, "200 OK", item, sizeof item));
    } else if (strncmp(bytes, "GET /long-poll", 14) == 0) {
        hold(one);
    } else if (strncmp(bytes, "GET /sse", 8) == 0) {
        static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        write_all(one, head, sizeof head - 1);
        join(one, SSE);
    } else if (strncmp(bytes, "GET /ws", 7) == 0) {
        upgrade(one, field(bytes, "Sec-WebSocket-Key: "));
    } else {
        write_all(one, answer, response(answer, "404 Not Found", "", 0));
    }
    return used;
}

static void readable(struct connection *one) {
    if (one->filled) memcpy(input, one->bytes, one->filled);
    ssize_t count = recv(one->descriptor, input + one->filled, sizeof input - 1 - one->filled, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        end(one);
        return;
    }
    size_t length = one->filled + count, used = 0;
    if (one->kind == WEBSOCKET) return; // Pongs, and closing handshakes of clients, which then close
    while (used < length) {
        size_t more = serve(one, input + used, length - used);
        if (!more) break;
        used += more;
    }
    one->filled = length - used;
    if (one->filled) {
        one->bytes = realloc(one->bytes, one->filled);
        memcpy(one->bytes, input + used, one->filled);
    }
}

static void accept_all(int listener) {
    for (;;) {
        int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *one = calloc(1, sizeof *one);
        if (!one) fail("calloc");
        one->descriptor = descriptor;
        one->seen = published;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event)) fail("epoll_ctl");
    }
}

int main(int count, char **arguments) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons(count > 1 ? atoi(arguments[1]) : 0)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096)) fail("bind");
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    ping_ms = count > 2 ? atol(arguments[2]) * 1000 : 0;
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    static struct epoll_event events[1024];
    for (;;) {
        int ready = epoll_wait(poller, events, 1024, send_pings());
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr) readable(events[i].data.ptr);
            else accept_all(listener);
        }
    }
}
