#ifndef PUSHLAB_CZLIB_SHIM_H
#define PUSHLAB_CZLIB_SHIM_H

// zlib's initialisers are macros over functions that take the header's version and size, which Swift cannot see.
// Negative window bits ask for raw deflate (RFC 1951), as permessage-deflate carries it.
#include <zlib.h>

static inline int pushlab_deflate_init_raw(z_stream *stream, int level, int window_bits, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, -window_bits, memory_level, Z_DEFAULT_STRATEGY);
}

// 16 more window bits ask for gzip (RFC 1952), as HTTP carries it.
static inline int pushlab_deflate_init_gzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}

static inline int pushlab_inflate_init_gzip(z_stream *stream) {
    return inflateInit2(stream, 16 + MAX_WBITS);
}

static inline int pushlab_inflate_init_raw(z_stream *stream, int window_bits) {
    return inflateInit2(stream, -window_bits);
}

#endif
