#include "CLinux.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

bool pushlab_enable_timestamps(int socket) {
    int on = 1;
    return setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0;
}

int64_t pushlab_peek_arrival(int socket, uint64_t capacity, int64_t *arrived_ns) {
    // MSG_TRUNC: a TCP socket copies nothing (tcp(7)), so the address is never written to.
    struct iovec nowhere = {.iov_base = NULL, .iov_len = capacity};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
    } control;
    struct msghdr message = {
        .msg_iov = &nowhere, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    *arrived_ns = 0;
    ssize_t count = recvmsg(socket, &message, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
    if (count <= 0) return 0;
    struct cmsghdr *timestamp = CMSG_FIRSTHDR(&message);
    if (timestamp != NULL && timestamp->cmsg_level == SOL_SOCKET && timestamp->cmsg_type == SCM_TIMESTAMPNS) {
        struct timespec time;
        memcpy(&time, CMSG_DATA(timestamp), sizeof time);
        *arrived_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }
    return count;
}
