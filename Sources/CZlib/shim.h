#ifndef PUSHLAB_CZLIB_SHIM_H
#define PUSHLAB_CZLIB_SHIM_H

// zlib's initializers are macros over functions that take the header's version and size; Swift cannot import them.
#include <zlib.h>

static inline int pushlab_deflate_init(z_stream *stream, int level, int window_bits, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY);
}

static inline int pushlab_inflate_init(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

#endif
