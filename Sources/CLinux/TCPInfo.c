#include "CLinux.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static bool is_ipv6(int socket) {
    struct sockaddr_in6 address;
    socklen_t length = sizeof address;
    if (getsockname(socket, (struct sockaddr *)&address, &length) != 0) return false;
    return address.sin6_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(&address.sin6_addr);
}

// The kernel reads the state before it locks the socket and the counters after (tcp_get_info): a FIN that arrives
// meanwhile is in the counters, but not in the state. If two readings have the same count, it matches the state of the
// second.
static bool read_consistent(int socket, struct tcp_info *info) {
    uint64_t received = UINT64_MAX;
    for (int attempt = 0; attempt < 16; attempt++) {
        memset(info, 0, sizeof *info);
        socklen_t length = sizeof *info;
        if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, info, &length) != 0) return false;
        if (length < offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof info->tcpi_bytes_retrans) return false;
        if (info->tcpi_bytes_received == received) return true;
        received = info->tcpi_bytes_received;
    }
    return true;
}

bool pushlab_read_tcp_info(int socket, struct pushlab_tcp_info *result) {
    struct tcp_info info;
    if (!read_consistent(socket, &info)) return false;
    int unread = 0, unsent = 0;
    // Both fail on a socket that was reset; its queues are empty then.
    if (ioctl(socket, SIOCINQ, &unread) != 0) unread = 0;
    if (ioctl(socket, SIOCOUTQ, &unsent) != 0) unsent = 0;
    result->state = info.tcpi_state;
    result->bytes_sent = info.tcpi_bytes_sent;
    result->bytes_retrans = info.tcpi_bytes_retrans;
    result->bytes_acked = info.tcpi_bytes_acked;
    result->bytes_received = info.tcpi_bytes_received;
    result->segments_out = info.tcpi_segs_out;
    result->segments_in = info.tcpi_segs_in;
    result->data_segments_out = info.tcpi_data_segs_out;
    result->data_segments_in = info.tcpi_data_segs_in;
    result->unread_bytes = unread > 0 ? (uint32_t)unread : 0;
    result->unsent_bytes = unsent > 0 ? (uint32_t)unsent : 0;
    result->not_sent_bytes = info.tcpi_notsent_bytes;
    result->options = info.tcpi_options;
    result->is_ipv6 = is_ipv6(socket);
    return true;
}

bool pushlab_has_error(int socket) {
    struct pollfd polled = {.fd = socket, .events = 0};
    return poll(&polled, 1, 0) > 0 && polled.revents & POLLERR;
}

// tcp_recvmsg looks at a FIN before it looks at the error. Behind unread bytes only the error shows it: EPIPE if the
// FIN arrived before the reset, ECONNRESET if not (tcp_reset).
bool pushlab_ended_before_error(int socket) {
    char byte;
    ssize_t count = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count <= 0) return count == 0;
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == EPIPE;
}
