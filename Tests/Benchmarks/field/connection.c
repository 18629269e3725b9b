// One connection: opening it, its requests, and what arrives.

#include "listener.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// More connections than this come from several addresses: the kernel looks longer for a free port when few are left.
#define PER_ADDRESS 8000

struct sockaddr_in server;
const char *path;
char fields[1024];
int opened;

int dial(int place) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in own = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + place / PER_ADDRESS)};
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&own, sizeof own)) fail("bind");
    if (connect(descriptor, (struct sockaddr *)&server, sizeof server)) fail("connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return descriptor;
}

void say(int descriptor, const char *bytes, size_t length) {
    if (send(descriptor, bytes, length, MSG_NOSIGNAL) != (ssize_t)length) fail("send");
}

void request(struct listener *one) {
    static const char *const own[] = {
        [WS] = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        [SSE] = "Accept: text/event-stream\r\n",
        [LONG_POLL] = "",
    };
    char text[2048], query[64] = "";
    if (mode == LONG_POLL && one->after) sprintf(query, "?after=%llu", (unsigned long long)one->after);
    int length = snprintf(
        text, sizeof text, "GET %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s\r\n", path, query, fields,
        one->cursor, own[mode]);
    say(one->descriptor, text, length);
}

static int64_t stamp_of(struct msghdr *message) {
    for (struct cmsghdr *one = CMSG_FIRSTHDR(message); one; one = CMSG_NXTHDR(message, one)) {
        if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SO_TIMESTAMPNS) continue;
        struct timespec time;
        memcpy(&time, CMSG_DATA(one), sizeof time);
        return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }
    return 0;
}

// Returns the length of the response's head, 0 while it is incomplete.
static size_t open_stream(struct listener *one, char *bytes, size_t length) {
    char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!end) return 0;
    if (strncmp(bytes + 8, mode == WS ? " 101" : " 200", 4)) {
        fprintf(stderr, "refused: %.*s\n", (int)(length < 200 ? length : 200), bytes);
        exit(1);
    }
    one->opened = 1;
    opened++;
    return end + 4 - bytes;
}

void readable(struct listener *one) {
    static char input[65536];
    char control[128];
    memcpy(input, one->bytes, one->filled);
    struct iovec part = {input + one->filled, sizeof input - one->filled};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t count = recvmsg(one->descriptor, &message, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        fprintf(stderr, "the server has closed a connection\n");
        exit(1);
    }
    size_t length = one->filled + count, used = 0;
    if (!one->opened) used = open_stream(one, input, length);
    if (one->opened) used += read_messages(one, input + used, length - used, stamp_of(&message));
    one->filled = length - used;
    if (one->filled > sizeof one->bytes) {
        fprintf(stderr, "a message is longer than %zu bytes\n", sizeof one->bytes);
        exit(1);
    }
    memcpy(one->bytes, input + used, one->filled);
}
