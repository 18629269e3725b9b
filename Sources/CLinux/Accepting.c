#define _GNU_SOURCE
#include <stddef.h>
#include <sys/socket.h>

#include "CLinux.h"

int pushlab_accept(int listening) { return accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int pushlab_tcp_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}
