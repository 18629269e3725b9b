#ifndef PUSHLAB_CCURL_SHIM_H
#define PUSHLAB_CCURL_SHIM_H

// libcurl's setters and getters are variadic, which Swift cannot call. Each wrapper below fixes one type, so
// that a wrong one is a compile error instead of a crash.
#include <curl/curl.h>

static inline CURLcode pushlab_easy_set_long(CURL *easy, CURLoption option, long value) {
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

static inline CURLcode pushlab_easy_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
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

#endif
