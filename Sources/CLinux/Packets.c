#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

// A block is handed over when it is full or this time after its first packet. The longest packet of a loopback
// interface, 64 KiB, fits.
enum { block_bytes = 1 << 20, block_timeout_ms = 50, frame_bytes = 1 << 11 };

// TCP over IPv4 or IPv6 from or to a port, like the program that `tcpdump -d "tcp port PORT"` prints. The kernel shows
// each packet of a loopback interface twice, outgoing and incoming: the outgoing one is dropped.
static bool set_filter(int socket, uint16_t port) {
    enum { accept = 20, drop = 21 };
#define LOAD(size, mode, offset) BPF_STMT(BPF_LD | (size) | (mode), (uint32_t)(offset))
#define IF(here, test, value, then, otherwise) \
    BPF_JUMP(BPF_JMP | (test) | BPF_K, value, (then) - (here) - 1, (otherwise) - (here) - 1)
    struct sock_filter program[] = {
        LOAD(BPF_B, BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE),
        IF(1, BPF_JEQ, PACKET_OUTGOING, drop, 2),
        LOAD(BPF_H, BPF_ABS, 12),  // Ethernet type
        IF(3, BPF_JEQ, ETH_P_IPV6, 4, 10),
        LOAD(BPF_B, BPF_ABS, 20),  // IPv6: next header
        IF(5, BPF_JEQ, IPPROTO_TCP, 6, drop),
        LOAD(BPF_H, BPF_ABS, 54),
        IF(7, BPF_JEQ, port, accept, 8),
        LOAD(BPF_H, BPF_ABS, 56),
        IF(9, BPF_JEQ, port, accept, drop),
        IF(10, BPF_JEQ, ETH_P_IP, 11, drop),
        LOAD(BPF_B, BPF_ABS, 23),  // IPv4: protocol
        IF(12, BPF_JEQ, IPPROTO_TCP, 13, drop),
        LOAD(BPF_H, BPF_ABS, 20),
        IF(14, BPF_JSET, 0x1fff, drop, 15),  // later fragments have no ports
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
        LOAD(BPF_H, BPF_IND, 14),
        IF(17, BPF_JEQ, port, accept, 18),
        LOAD(BPF_H, BPF_IND, 16),
        IF(19, BPF_JEQ, port, accept, drop),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
#undef LOAD
#undef IF
    struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

static bool map_ring(struct pushlab_packet_ring *ring, uint32_t bytes) {
    int version = TPACKET_V3;
    ring->block_count = bytes / block_bytes;
    struct tpacket_req3 request = {
        .tp_block_size = block_bytes,
        .tp_block_nr = ring->block_count,
        .tp_frame_size = frame_bytes,
        .tp_frame_nr = block_bytes / frame_bytes * ring->block_count,
        .tp_retire_blk_tov = block_timeout_ms,
    };
    if (setsockopt(ring->socket, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0 ||
        setsockopt(ring->socket, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0)
        return false;
    size_t length = (size_t)ring->block_count * block_bytes;
    void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, ring->socket, 0);
    if (memory == MAP_FAILED) return false;
    ring->memory = memory;
    return true;
}

bool pushlab_open_packet_ring(
    struct pushlab_packet_ring *ring, const char *interface, uint16_t port, uint32_t bytes) {
    *ring = (struct pushlab_packet_ring){.socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};
    if (ring->socket < 0) return false;
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(interface)};
    // Without a protocol the socket gets no packets, so the filter is there before the first one.
    if (address.sll_ifindex != 0 && set_filter(ring->socket, port) && map_ring(ring, bytes) &&
        bind(ring->socket, (struct sockaddr *)&address, sizeof address) == 0)
        return true;
    int number = errno;
    pushlab_close_packet_ring(ring);
    errno = number;
    return false;
}

bool pushlab_next_packet(struct pushlab_packet_ring *ring, struct pushlab_packet *packet) {
    while (ring->unread_packets == 0) {
        struct tpacket_block_desc *block = (void *)(ring->memory + (size_t)ring->block * block_bytes);
        if (ring->holds_block) {
            __atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
            ring->holds_block = false;
            ring->block = (ring->block + 1) % ring->block_count;
            continue;
        }
        if (!(__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) return false;
        ring->holds_block = true;
        ring->unread_packets = block->hdr.bh1.num_pkts;
        ring->next = (uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
    }
    const struct tpacket3_hdr *header = (const void *)ring->next;
    packet->bytes = ring->next + header->tp_mac;
    packet->captured = header->tp_snaplen;
    packet->length = header->tp_len;
    packet->arrived_ns = (int64_t)header->tp_sec * 1000000000 + header->tp_nsec;
    ring->next += header->tp_next_offset;
    ring->unread_packets -= 1;
    return true;
}

int64_t pushlab_take_dropped_packets(struct pushlab_packet_ring *ring) {
    struct tpacket_stats_v3 statistics = {0};
    socklen_t length = sizeof statistics;
    if (getsockopt(ring->socket, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) != 0) return 0;
    return statistics.tp_drops;
}

void pushlab_close_packet_ring(struct pushlab_packet_ring *ring) {
    if (ring->memory != NULL) munmap(ring->memory, (size_t)ring->block_count * block_bytes);
    if (ring->socket >= 0) close(ring->socket);
    *ring = (struct pushlab_packet_ring){.socket = -1};
}
