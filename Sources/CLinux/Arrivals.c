#include "CLinux.h"

#include <linux/sockios.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

bool pushlab_enable_timestamps(int socket) {
    int on = 1;
    return setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0;
}

static ssize_t receive(int socket, struct iovec place, int flags, int64_t *arrived_ns) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
    } control;
    struct msghdr message = {
        .msg_iov = &place, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    *arrived_ns = 0;
    ssize_t count = recvmsg(socket, &message, flags | MSG_DONTWAIT);
    if (count <= 0) return count;
    struct cmsghdr *timestamp = CMSG_FIRSTHDR(&message);
    if (timestamp != NULL && timestamp->cmsg_level == SOL_SOCKET && timestamp->cmsg_type == SCM_TIMESTAMPNS) {
        struct timespec time;
        memcpy(&time, CMSG_DATA(timestamp), sizeof time);
        *arrived_ns = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }
    return count;
}

int64_t pushlab_peek_arrival(int socket, uint64_t capacity, int64_t *arrived_ns) {
    // On a socket that was reset, recvmsg would clear the error, and the read that follows would see an end.
    int unread = 0;
    *arrived_ns = 0;
    if (ioctl(socket, SIOCINQ, &unread) != 0 || unread <= 0) return 0;
    // MSG_TRUNC: a TCP socket copies nothing (tcp(7)), so the address is never written to.
    struct iovec nowhere = {.iov_base = NULL, .iov_len = capacity};
    ssize_t count = receive(socket, nowhere, MSG_PEEK | MSG_TRUNC, arrived_ns);
    return count > 0 ? count : 0;
}

int64_t pushlab_receive(int socket, void *buffer, uint64_t capacity, int64_t *arrived_ns) {
    struct iovec place = {.iov_base = buffer, .iov_len = capacity};
    return receive(socket, place, 0, arrived_ns);
}
