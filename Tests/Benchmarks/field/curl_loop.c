// Short polls through libcurl without pause, on one thread with epoll: what libcurl costs with the options that most
// programs set.
//
// curl_loop URL CONNECTIONS SECONDS
//
// URL is http://ADDRESS:PORT/PATH with an IPv4 address. All connections are those of one multi handle. libcurl keeps
// them apart because each has a host name of its own, which CURLOPT_RESOLVE leads to the address; `Host` is that of
// URL. It takes what PushLab's load generator takes: before each read the kernel's receive timestamp of the bytes that
// wait, the clock at each part of a body, and TCP_INFO before a connection is closed. It connects, waits for a line on
// standard input, polls for SECONDS, and prints, for each line,
//
//   requests FAILED seconds cpu-us
//
// A request fails if its status is not 200.

#include <curl/curl.h>
#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS 65536

struct client {
    CURL *easy;
    struct curl_slist *addresses, *fields;
    int64_t stamp; // of the bytes that the current read found, ns; 0 for none
    uint64_t bytes;
};

static CURLM *multi;
static int poller;
static struct client *clients;
// By descriptor: its client, and what epoll waits for.
static struct client *owners[DESCRIPTORS];
static uint32_t watched[DESCRIPTORS];
static int64_t deadline = -1; // of libcurl's timer, ns; -1 for none
static int stops;
static uint64_t requests, failed;
static volatile uint64_t segments;
static volatile int64_t latest;
static int64_t difference; // wall clock minus monotonic clock, ns; read in each turn

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// When the last of the bytes that wait arrived, on the monotonic clock; 0 without a timestamp.
static int64_t peeked(int descriptor) {
    int unread = 0;
    if (ioctl(descriptor, SIOCINQ, &unread) || unread <= 0) return 0;
    char control[64];
    struct iovec part = {NULL, 16384};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(descriptor, &message, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT) <= 0) return 0;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (!head || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SO_TIMESTAMPNS) return 0;
    struct timespec time;
    memcpy(&time, CMSG_DATA(head), sizeof time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec - difference;
}

// Reads both clocks at about the same moment.
static void read_clocks(void) {
    int64_t before, after = now(CLOCK_MONOTONIC);
    for (int attempt = 0; attempt < 3; attempt++) {
        before = after;
        difference = now(CLOCK_REALTIME);
        after = now(CLOCK_MONOTONIC);
        if (after - before < 20000) break;
    }
    difference -= after;
}

static size_t took(char *bytes, size_t size, size_t count, void *context) {
    struct client *one = context;
    (void)bytes;
    int64_t read_at = now(CLOCK_MONOTONIC);
    // libcurl may find bytes before epoll has reported them; the time of the read is never too early.
    latest = one->stamp && one->stamp < read_at ? one->stamp : read_at;
    one->stamp = 0;
    one->bytes += size * count;
    return size * count;
}

static curl_socket_t opened(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    int on = 1, descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (descriptor < 0 || descriptor >= DESCRIPTORS) fail("socket");
    setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    owners[descriptor] = context;
    return descriptor;
}

static int closes(void *context, curl_socket_t descriptor) {
    (void)context;
    struct tcp_info info;
    socklen_t length = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) == 0) segments += info.tcpi_segs_in;
    watched[descriptor] = 0;
    return close(descriptor);
}

// A descriptor that libcurl does not wait for between two requests stays with epoll: the next one needs the same.
static int wanted(CURL *easy, curl_socket_t descriptor, int what, void *context, void *own) {
    (void)easy, (void)context, (void)own;
    if (what == CURL_POLL_REMOVE) return 0;
    uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
    if (watched[descriptor] == events) return 0;
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    epoll_ctl(poller, watched[descriptor] ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
    watched[descriptor] = events;
    return 0;
}

static int timer(CURLM *handle, long milliseconds, void *context) {
    (void)handle, (void)context;
    deadline = milliseconds < 0 ? -1 : milliseconds ? now(CLOCK_MONOTONIC) + milliseconds * 1000000 : 0;
    return 0;
}

// Counts the exchanges that have ended, and begins the next one of each client.
static void serve_ended(void) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        long status = 0;
        CURL *easy = message->easy_handle;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (message->data.result != CURLE_OK || status != 200) failed++;
        requests++;
        curl_multi_remove_handle(multi, easy);
        if (!stops) curl_multi_add_handle(multi, easy);
    }
}

static void turn(void) {
    static struct epoll_event ready[1024];
    int64_t rest = deadline < 0 ? 100000000 : deadline ? deadline - now(CLOCK_MONOTONIC) : 0;
    if (rest < 0) rest = 0;
    struct timespec pause = {.tv_sec = rest / 1000000000, .tv_nsec = rest % 1000000000};
    int count = epoll_pwait2(poller, ready, 1024, &pause, NULL), running;
    read_clocks();
    for (int i = 0; i < count; i++) {
        int descriptor = ready[i].data.fd, what = 0;
        if (ready[i].events & EPOLLIN) {
            what |= CURL_CSELECT_IN;
            owners[descriptor]->stamp = peeked(descriptor);
        }
        if (ready[i].events & EPOLLOUT) what |= CURL_CSELECT_OUT;
        if (ready[i].events & (EPOLLERR | EPOLLHUP)) what |= CURL_CSELECT_ERR;
        curl_multi_socket_action(multi, descriptor, what, &running);
    }
    serve_ended();
    while (deadline >= 0 && deadline <= now(CLOCK_MONOTONIC)) {
        deadline = -1;
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
        serve_ended();
    }
}

static void prepare(struct client *one, int number, const char *host, const char *port, const char *path) {
    char url[1024], text[512];
    one->easy = curl_easy_init();
    snprintf(text, sizeof text, "c%d:%s:%s", number, port, host);
    one->addresses = curl_slist_append(NULL, text);
    snprintf(text, sizeof text, "Host: %s:%s", host, port);
    one->fields = curl_slist_append(NULL, text);
    snprintf(url, sizeof url, "http://c%d:%s%s", number, port, path);
    curl_easy_setopt(one->easy, CURLOPT_URL, url);
    curl_easy_setopt(one->easy, CURLOPT_RESOLVE, one->addresses);
    curl_easy_setopt(one->easy, CURLOPT_HTTPHEADER, one->fields);
    curl_easy_setopt(one->easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(one->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(one->easy, CURLOPT_NOSIGNAL, 1L);
    // Otherwise libcurl looks at all names after each request.
    curl_easy_setopt(one->easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
    curl_easy_setopt(one->easy, CURLOPT_WRITEFUNCTION, took);
    curl_easy_setopt(one->easy, CURLOPT_WRITEDATA, one);
    curl_easy_setopt(one->easy, CURLOPT_OPENSOCKETFUNCTION, opened);
    curl_easy_setopt(one->easy, CURLOPT_OPENSOCKETDATA, one);
    curl_easy_setopt(one->easy, CURLOPT_CLOSESOCKETFUNCTION, closes);
}

int main(int count, char **arguments) {
    char host[64], port[8], path[512] = "/";
    if (count != 4 || sscanf(arguments[1], "http://%63[0-9.]:%7[0-9]%511s", host, port, path) < 2) {
        fprintf(stderr, "usage: see the beginning of curl_loop.c\n");
        return 2;
    }
    int connections = atoi(arguments[2]);
    double seconds = atof(arguments[3]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    poller = epoll_create1(EPOLL_CLOEXEC);
    multi = curl_multi_init();
    clients = calloc(connections, sizeof *clients);
    if (!multi || !clients) fail("out of memory");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, wanted);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)connections + 1);
    for (int i = 0; i < connections; i++) prepare(&clients[i], i, host, port, path);
    stops = 1;
    for (int i = 0; i < connections; i++) {
        curl_multi_add_handle(multi, clients[i].easy);
        while (requests + failed <= (uint64_t)i) turn();
    }
    if (failed) fail("the server does not answer with 200");
    printf("ready\n");
    fflush(stdout);
    while (getchar() == '\n') {
        stops = 0;
        uint64_t before = requests, failed_before = failed;
        struct rusage start, stop;
        getrusage(RUSAGE_SELF, &start);
        int64_t began = now(CLOCK_MONOTONIC), end = began + (int64_t)(seconds * 1e9);
        for (int i = 0; i < connections; i++) curl_multi_add_handle(multi, clients[i].easy);
        while (now(CLOCK_MONOTONIC) < end) turn();
        int64_t taken = now(CLOCK_MONOTONIC) - began;
        getrusage(RUSAGE_SELF, &stop);
        int64_t cpu = (int64_t)(stop.ru_utime.tv_sec - start.ru_utime.tv_sec) * 1000000 + stop.ru_utime.tv_usec
            - start.ru_utime.tv_usec + (int64_t)(stop.ru_stime.tv_sec - start.ru_stime.tv_sec) * 1000000
            + stop.ru_stime.tv_usec - start.ru_stime.tv_usec;
        printf("%llu %llu %.4f %lld\n", (unsigned long long)(requests - before),
               (unsigned long long)(failed - failed_before), taken / 1e9, (long long)cpu);
        fflush(stdout);
        stops = 1;
        for (uint64_t open = requests + connections; requests < open && now(CLOCK_MONOTONIC) < end + 2000000000;) {
            int running;
            curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
            if (!running) break;
            turn();
        }
    }
    for (int i = 0; i < connections; i++) {
        curl_multi_remove_handle(multi, clients[i].easy);
        curl_easy_cleanup(clients[i].easy);
        curl_slist_free_all(clients[i].addresses);
        curl_slist_free_all(clients[i].fields);
    }
    curl_multi_cleanup(multi);
    close(poller);
}
