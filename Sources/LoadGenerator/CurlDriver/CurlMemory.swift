import CCurl
import CLinux

/// The memory of libcurl. It makes some 60 allocations per request, so each thread keeps what libcurl frees: a request
/// takes the blocks of the one before.
enum CurlMemory {
    /// Loads libcurl and its libraries, the first time it is called.
    static func prepare() { _ = isPrepared }

    private static let isPrepared =
        curl_global_init_mem(
            Int(CURL_GLOBAL_DEFAULT), pushlab_kept_malloc, pushlab_kept_free, pushlab_kept_realloc,
            pushlab_kept_strdup, pushlab_kept_calloc) == CURLE_OK
}
