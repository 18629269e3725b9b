// What listeners.c (publishing, time), connection.c (one connection) and messages.c (bytes to items) share.

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ITEM_BYTES 128

enum mode { WS, SSE, LONG_POLL };

struct listener {
    int descriptor;
    int opened;        // the head of the response, or the 101, is read
    uint64_t next;     // number of the item that has to come next; 0 if any may come
    uint64_t after;    // cursor of a long poll to PushLab: the newest sequence, 0 for none
    size_t filled;     // bytes in `bytes`
    char cursor[120];  // fields of a long poll to nchan, which come from its last response
    char bytes[512];   // the beginning of an incomplete message
};

// All counts are those of the whole program.
struct counts {
    uint64_t published;
    uint64_t deliveries; // items that came in order, each once
    uint64_t wrong;      // items that were repeated, lost before another, or damaged; responses that are errors
};

extern enum mode mode;
extern struct counts counts;
extern int own_items; // the items are those that this program publishes
extern int connections;
extern struct sockaddr_in server;
extern const char *path; // of the listeners' requests
extern char fields[1024]; // of all requests
extern int opened; // streams whose response has begun

// A connection to the server, from an address that follows from its place among all.
int dial(int place);

// Adds the delay of an item, ns, if delays are measured.
void measure(int64_t nanoseconds);

// Sends the next request of a long poll.
void request(struct listener *one);

// Reads once what has arrived, and takes the items in it.
void readable(struct listener *one);

// Sends bytes, all of them.
void say(int descriptor, const char *bytes, size_t length);

// Reads complete messages. Returns how many bytes they have; `stamp` is when the kernel received the bytes.
size_t read_messages(struct listener *one, char *bytes, size_t length, int64_t stamp);

static inline void fail(const char *what) {
    perror(what);
    exit(1);
}

static inline int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}
