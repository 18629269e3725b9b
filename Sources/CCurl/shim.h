#ifndef PUSHLAB_CCURL_SHIM_H
#define PUSHLAB_CCURL_SHIM_H

// libcurl's setters and getters are variadic, which Swift cannot call. Each wrapper below fixes one type, so that a
// wrong type is a compile error instead of a crash.
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

static inline CURLcode pushlab_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode pushlab_easy_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode pushlab_easy_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode pushlab_easy_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode pushlab_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

typedef size_t (*pushlab_write_function)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode pushlab_easy_set_write_function(CURL *easy, pushlab_write_function function) {
    return curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, function);
}

typedef int (*pushlab_close_socket_function)(void *context, curl_socket_t socket);

static inline CURLcode pushlab_easy_set_close_socket_function(CURL *easy, pushlab_close_socket_function function) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, function);
}

static inline CURLcode pushlab_easy_set_open_socket_function(CURL *easy, curl_opensocket_callback function) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline CURLcode pushlab_easy_set_debug_function(CURL *easy, curl_debug_callback function) {
    return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, function);
}

static inline CURLcode pushlab_easy_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode pushlab_easy_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode pushlab_easy_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline int pushlab_add_header_bytes(CURL *easy, curl_infotype type, char *bytes, size_t count, void *context) {
    (void)easy;
    (void)bytes;
    if (type == CURLINFO_HEADER_OUT) *(uint64_t *)context += count;
    return 0;
}

/// Starts (`is_wanted` is 1) or stops (0) adding the bytes of sent request headers to `count`.
static inline CURLcode pushlab_easy_count_request_headers(CURL *easy, int is_wanted, uint64_t *count) {
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, count);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, pushlab_add_header_bytes);
    return curl_easy_setopt(easy, CURLOPT_VERBOSE, (long)is_wanted);
}

static inline CURLMcode pushlab_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode pushlab_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode pushlab_multi_set_socket_function(CURLM *multi, curl_socket_callback function) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}

static inline CURLMcode pushlab_multi_set_timer_function(CURLM *multi, curl_multi_timer_callback function) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}

/// TLS bytes of one direction on the connections of one handle.
struct pushlab_tls_direction {
    uint64_t bytes;       ///< Bytes that passed between TLS and the socket.
    uint64_t setup_bytes; ///< Bytes of records without application data, including record headers (RFC 8446 §5.1).
    uint64_t application_records; ///< Records with application data; counted for TLS 1.3 only.
    uint64_t last_record; ///< Bytes of the latest record.
    bool last_is_setup;   ///< Whether the latest record counts in setup_bytes.
};

struct pushlab_tls_records {
    struct pushlab_tls_direction written;
    struct pushlab_tls_direction read;
    uint64_t resumed_connections; ///< Connections that resumed an earlier session (RFC 8446 §2.2).
};

/// Counts the bytes written to and read from the socket; subtracts a record that a broken connection did not accept.
static inline long pushlab_count_tls_bytes(
    BIO *bio, int operation, const char *bytes, size_t count, int argument, long more, int result, size_t *passed) {
    (void)bytes;
    (void)count;
    (void)argument;
    (void)more;
    struct pushlab_tls_records *records = (struct pushlab_tls_records *)BIO_get_callback_arg(bio);
    if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0) records->read.bytes += *passed;
    if (operation == (BIO_CB_WRITE | BIO_CB_RETURN)) {
        if (result > 0) records->written.bytes += *passed;
        else if (!BIO_should_retry(bio) && records->written.last_is_setup) {
            records->written.setup_bytes -= records->written.last_record;
            records->written.last_is_setup = false;
        }
    }
    return result;
}

static inline void pushlab_count_tls_setup(struct pushlab_tls_direction *direction) {
    direction->setup_bytes += direction->last_record;
    direction->last_is_setup = true;
}

static inline void pushlab_count_tls_record(
    int is_written, int version, int content_type, const void *bytes, size_t count, SSL *ssl, void *context) {
    (void)version;
    const uint8_t *content = (const uint8_t *)bytes;
    struct pushlab_tls_records *records = (struct pushlab_tls_records *)context;
    struct pushlab_tls_direction *direction = is_written ? &records->written : &records->read;
    BIO *socket = SSL_get_wbio(ssl);
    if (socket != NULL && BIO_get_callback_ex(socket) == NULL) {
        // This callback runs before the first record is written. libcurl uses one BIO for reading and writing.
        BIO_set_callback_arg(socket, (char *)context);
        BIO_set_callback_ex(socket, pushlab_count_tls_bytes);
    }
    if (content_type == SSL3_RT_HEADER && count >= SSL3_RT_HEADER_LENGTH) {
        direction->last_record = SSL3_RT_HEADER_LENGTH + ((uint64_t)content[3] << 8 | content[4]);
        direction->last_is_setup = false;
        if (content[0] != SSL3_RT_APPLICATION_DATA) pushlab_count_tls_setup(direction);
    } else if (content_type == SSL3_RT_INNER_CONTENT_TYPE && count == 1) {
        // TLS 1.3 marks every encrypted record as application data; this is its real type.
        if (content[0] != SSL3_RT_APPLICATION_DATA) pushlab_count_tls_setup(direction);
        else direction->application_records += 1;
    } else if (content_type == SSL3_RT_HANDSHAKE && !is_written && count > 0 && content[0] == SSL3_MT_FINISHED) {
        // The server's Finished shows it in TLS 1.2 and 1.3, and each connection has exactly one.
        if (SSL_session_reused(ssl)) records->resumed_connections++;
    }
}

static inline CURLcode pushlab_install_tls_callbacks(CURL *easy, void *tls_context, void *records) {
    (void)easy;
    SSL_CTX_set_msg_callback((SSL_CTX *)tls_context, pushlab_count_tls_record);
    SSL_CTX_set_msg_callback_arg((SSL_CTX *)tls_context, records);
    return CURLE_OK;
}

/// Counts the TLS records of this handle's connections; needs a libcurl that uses OpenSSL.
static inline CURLcode pushlab_easy_count_tls(CURL *easy, struct pushlab_tls_records *records) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, records);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, pushlab_install_tls_callbacks);
}

/// Trusts only these authorities: certificates in PEM, which libcurl copies.
static inline CURLcode pushlab_easy_set_authorities(CURL *easy, const void *pem, size_t count) {
    struct curl_blob blob = {.data = (void *)pem, .len = count, .flags = CURL_BLOB_COPY};
    return curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
}

#endif
