import CCurl

/// Counts the bytes that open tunnels through a proxy. libcurl's own figures per exchange do not include them.
final class CurlTunnel {
    private(set) var bytesUp = 0
    private(set) var bytesDown = 0
    private var isOpening = false

    /// Counts the tunnels of this easy handle; the handle must not outlive this object.
    func count(on easy: UnsafeMutableRawPointer) {
        pushlab_easy_set_debug_function(easy, curlDebugInfo)
        pushlab_easy_set_pointer(easy, CURLOPT_DEBUGDATA, Unmanaged.passUnretained(self).toOpaque())
        // libcurl calls the debug function only in verbose mode; the function receives the output instead of stderr.
        pushlab_easy_set_long(easy, CURLOPT_VERBOSE, 1)
    }

    fileprivate func headSent(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.starts(with: "CONNECT ".utf8) else { return }
        isOpening = true
        bytesUp += bytes.count
    }

    // libcurl reports headers line by line; an empty line ends them.
    fileprivate func headReceived(_ line: UnsafeRawBufferPointer) {
        guard isOpening else { return }
        bytesDown += line.count
        if line.elementsEqual("\r\n".utf8) { isOpening = false }
    }
}

private let curlDebugInfo: curl_debug_callback = { _, kind, bytes, count, context in
    guard let context, let bytes else { return 0 }
    let tunnel = Unmanaged<CurlTunnel>.fromOpaque(context).takeUnretainedValue()
    let text = UnsafeRawBufferPointer(start: bytes, count: count)
    if kind == CURLINFO_HEADER_OUT { tunnel.headSent(text) }
    if kind == CURLINFO_HEADER_IN { tunnel.headReceived(text) }
    return 0
}
