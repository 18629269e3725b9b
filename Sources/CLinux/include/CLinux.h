#ifndef PUSHLAB_CLINUX_H
#define PUSHLAB_CLINUX_H

// What the Glibc module of Swift lacks: epoll, eventfd, timerfd, getrandom, accept4, packet sockets and the byte
// counters of TCP_INFO.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timerfd.h>

/// The kernel's counters of one TCP socket (Linux `struct tcp_info`).
///
/// glibc's <netinet/tcp.h> lacks the byte counters and clashes with <linux/tcp.h>, so the kernel's structure stays in
/// the C file, and only these fields are exposed.
struct pushlab_tcp_info {
    uint8_t state;            ///< TCP state, 1 = ESTABLISHED, 8 = CLOSE_WAIT (linux/tcp_states.h).
    uint64_t bytes_sent;      ///< TCP payload bytes sent, retransmissions included.
    uint64_t bytes_retrans;   ///< Retransmitted bytes among them.
    uint64_t bytes_acked;     ///< Acknowledged; counts the SYN of the opening side and the FIN.
    uint64_t bytes_received;  ///< Received in order; counts the peer's FIN.
    uint32_t segments_out;    ///< Segments sent, SYN, FIN and bare ACKs included.
    uint32_t segments_in;     ///< Segments received, likewise.
    uint32_t data_segments_out;
    uint32_t data_segments_in;
    uint32_t unread_bytes;    ///< Received by the kernel and not yet read (SIOCINQ).
    uint32_t unsent_bytes;    ///< Written by the program and not yet sent or not acknowledged (SIOCOUTQ).
    uint32_t not_sent_bytes;  ///< Written by the program and not yet sent once.
    uint8_t options;          ///< TCPI_OPT_*: 1 = timestamps.
    bool is_ipv6;             ///< Whether its packets are IPv6; false for a mapped IPv4 address.
};

/// Reads the counters of `socket`. Returns false if it is not a TCP socket or the kernel has no byte counters (< 4.19).
bool pushlab_read_tcp_info(int socket, struct pushlab_tcp_info *result);

/// Whether the socket has an error that was not reported yet, such as a reset. Leaves it pending.
bool pushlab_has_error(int socket);

/// Whether the peer's FIN arrived before the pending error of `socket`, a reset. If not, clears the error.
bool pushlab_ended_before_error(int socket);

/// Enables receive timestamps on `socket` (SO_TIMESTAMPNS). Returns false with errno set.
bool pushlab_enable_timestamps(int socket);

/// Looks at up to `capacity` unread bytes of a TCP socket without reading them.
///
/// Returns their number, 0 if nothing is unread or the socket is broken. `arrived_ns` is when the last of them arrived,
/// in nanoseconds of CLOCK_REALTIME, or 0 without a timestamp.
int64_t pushlab_peek_arrival(int socket, uint64_t capacity, int64_t *arrived_ns);

/// Reads up to `capacity` bytes of a TCP socket without waiting, and when the last of them arrived, as above.
///
/// Returns their number, 0 at the end of the stream, -1 with errno set.
int64_t pushlab_receive(int socket, void *buffer, uint64_t capacity, int64_t *arrived_ns);

/// Has the processor fetch memory that is about to be used, without waiting for it. Any address is allowed.
static inline void pushlab_prefetch(const void *start, size_t bytes) {
    const uintptr_t line = 64;
    for (uintptr_t at = (uintptr_t)start & ~(line - 1); at < (uintptr_t)start + bytes; at += line)
        __builtin_prefetch((const void *)at, 1);
}

/// Opens a non-blocking TCP socket of AF_INET or AF_INET6, which child processes do not get. Returns -1 with errno set.
int pushlab_tcp_socket(int family);

/// Accepts a connection; its socket is non-blocking and closed in child processes. Returns -1 with errno set.
int pushlab_accept(int listening);

/// How much later than requested the kernel may wake the calling thread, at least 1 ns (default 50 µs). Returns false
/// with errno set.
bool pushlab_set_timer_slack(uint64_t nanoseconds);

/// Memory for a library that allocates and frees many small blocks: each thread keeps what it frees, in lists by size.
/// The functions are those of malloc(3) and strdup(3), and take only memory from each other.
void *pushlab_kept_malloc(size_t bytes);
void pushlab_kept_free(void *memory);
void *pushlab_kept_realloc(void *memory, size_t bytes);
void *pushlab_kept_calloc(size_t count, size_t bytes);
char *pushlab_kept_strdup(const char *text);

/// Pins the thread with this id to these processors; 0 is the calling thread. Returns false with errno set.
bool pushlab_pin_thread(int thread, const int *processors, int count);

/// Writes the processors that the calling thread may run on, ascending, at most `capacity`; returns how many there are.
int pushlab_allowed_processors(int *processors, int capacity);

/// Packets that the kernel copies to memory of this program (packet(7), TPACKET_V3). For one thread at a time.
struct pushlab_packet_ring {
    int socket;
    uint8_t *memory;          ///< Blocks of packets.
    uint32_t block_count;
    uint32_t block;           ///< The block that is read, or is read next.
    bool holds_block;         ///< Whether the kernel has handed over that block.
    uint32_t unread_packets;  ///< Of that block.
    uint8_t *next;            ///< The first of them.
};

/// A packet from the link layer on.
struct pushlab_packet {
    const uint8_t *bytes;  ///< Valid until the next call.
    uint32_t captured;
    uint32_t length;       ///< On the wire; can be larger.
    int64_t arrived_ns;    ///< In nanoseconds of CLOCK_REALTIME.
};

/// Begins to record the TCP packets from and to `port` on a loopback interface, in a ring of `bytes`, at least 1 MiB.
/// Needs CAP_NET_RAW. Returns false with errno set.
bool pushlab_open_packet_ring(
    struct pushlab_packet_ring *ring, const char *interface, uint16_t port, uint32_t bytes);

/// Returns false if there is no further packet yet. Packets appear at most 50 ms after their arrival.
bool pushlab_next_packet(struct pushlab_packet_ring *ring, struct pushlab_packet *packet);

/// Packets since the last call that were lost because the ring was full.
int64_t pushlab_take_dropped_packets(struct pushlab_packet_ring *ring);

void pushlab_close_packet_ring(struct pushlab_packet_ring *ring);

#endif
