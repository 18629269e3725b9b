import CCurl
import Host
import Measurement
import Transports
import WebSocketProtocol

/// The options of the easy handle.
extension CurlClient {
    /// Sets the options that hold for all requests of the client.
    func configure(_ target: LoadTarget) {
        let proxy = target.proxy
        let this = Unmanaged.passUnretained(self).toOpaque()
        pushlab_easy_set_pointer(easy, CURLOPT_PRIVATE, this)
        pushlab_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        if let proxy { pushlab_easy_set_string(easy, CURLOPT_PROXY, "http://\(proxy.authority)") }
        // Ignores what the environment says about proxies: it is not part of the experiment.
        pushlab_easy_set_string(easy, CURLOPT_NOPROXY, proxy == nil ? "*" : "")
        if target.tls == nil { forgetCertificates() }
        if let resolution = fleet.route.resolution(ofClient: index) {
            linkList = curl_slist_append(nil, resolution)
            pushlab_easy_set_list(easy, CURLOPT_RESOLVE, linkList)
            // Otherwise libcurl would look at the names of all clients after each request.
            pushlab_easy_set_long(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1)
        } else if let port = target.linkPort {
            let authority = URLAuthority.text(host: LoadTarget.linkHost, port: port)
            if proxy != nil {
                pushlab_easy_set_string(easy, CURLOPT_PROXY, "http://\(authority)")
            } else {
                // Any host and port of a URL lead there.
                linkList = curl_slist_append(nil, "::\(authority)")
                pushlab_easy_set_list(easy, CURLOPT_CONNECT_TO, linkList)
            }
        }
        if let credentials = proxy?.credentials {
            pushlab_easy_set_string(easy, CURLOPT_PROXYUSERNAME, credentials.user)
            pushlab_easy_set_string(easy, CURLOPT_PROXYPASSWORD, credentials.password)
        }
        // Chunk framing is counted as a separate layer, so the listener must see it.
        if listener.seesFraming { pushlab_easy_set_long(easy, CURLOPT_HTTP_TRANSFER_DECODING, 0) }
        if listener.usesNewConnections {
            pushlab_easy_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
            pushlab_easy_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        }
        // By default libcurl resumes sessions whenever it can.
        pushlab_easy_set_long(easy, CURLOPT_SSL_SESSIONID_CACHE, listener.resumesSessions ? 1 : 0)
        pushlab_easy_set_write_function(easy, curlBodyArrived)
        pushlab_easy_set_pointer(easy, CURLOPT_WRITEDATA, this)
        pushlab_easy_set_open_socket_function(easy, curlSocketOpens)
        pushlab_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, this)
    }

    // libcurl copies these names at each request, and needs them only for TLS.
    private func forgetCertificates() {
        for option in [CURLOPT_CAINFO, CURLOPT_CAPATH, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH] {
            pushlab_easy_set_string(easy, option, nil)
        }
    }

    /// Takes effect with the next request.
    func readSlowly(bytesPerSecond: Int) {
        pushlab_easy_set_size(easy, CURLOPT_MAX_RECV_SPEED_LARGE, bytesPerSecond)
        // The smallest that libcurl has.
        pushlab_easy_set_long(easy, CURLOPT_BUFFERSIZE, 1_024)
    }

    /// When a slow client has read the current response. libcurl reads a short response at once, so the client waits
    /// before its next request.
    var slowEnd: MonotonicInstant? {
        readBytesPerSecond.map { began + .seconds(1) * (Double(bodyBytes) / Double($0)) }
    }

    /// From now on reads all that arrives, so that the connection can end in order.
    func readFreely() {
        if readBytesPerSecond == nil { return }
        pushlab_easy_set_size(easy, CURLOPT_MAX_RECV_SPEED_LARGE, 0)
        guard isTransferring else { return }
        // Otherwise libcurl still waits for what it has read too early.
        curl_easy_pause(easy, CURLPAUSE_RECV)
        curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    /// Whether the connection ends with the next exchange.
    func closesConnection(_ closes: Bool) {
        if !listener.usesNewConnections { pushlab_easy_set_long(easy, CURLOPT_FORBID_REUSE, closes ? 1 : 0) }
    }
}
