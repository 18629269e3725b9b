#ifndef PUSHLAB_CHIREDIS_SHIM_H
#define PUSHLAB_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>
#include <stddef.h>

// Arguments as one block of bytes: an array of pointers to arrays of Swift is hard to build without a mistake.

/// Most arguments of one command, its name included.
enum { pushlab_redis_most_arguments = 16 };

/// Adds a command to the output buffer. `bytes` has the arguments one after the other, `lengths` their lengths.
///
/// Returns REDIS_OK, or REDIS_ERR for too many arguments or without memory.
static inline int pushlab_redis_append(redisContext *context, int count, const void *bytes, const size_t *lengths) {
    const char *arguments[pushlab_redis_most_arguments];
    const char *next = (const char *)bytes;
    if (count < 1 || count > pushlab_redis_most_arguments) return REDIS_ERR;
    for (int index = 0; index < count; index++) {
        arguments[index] = next;
        next += lengths[index];
    }
    return redisAppendCommandArgv(context, count, arguments, lengths);
}

/// The text of the context's last error; empty without one.
static inline const char *pushlab_redis_error(const redisContext *context) {
    return context->errstr;
}

#endif
