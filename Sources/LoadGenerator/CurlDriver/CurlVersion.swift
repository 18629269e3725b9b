import CCurl

/// The libcurl that this process runs with, and the libraries it brings.
package enum CurlVersion {
    /// Versions by name: `libcurl/7.88.1 OpenSSL/3.0.15 …` taken apart.
    package static func components() -> [String: String] {
        var versions: [String: String] = [:]
        for part in String(cString: curl_version()).split(separator: " ") {
            // Some libraries name their own in parentheses: libpsl/0.21.2 (+libidn2/2.3.3).
            let pair = part.filter { !"(+)".contains($0) }.split(separator: "/", maxSplits: 1)
            if pair.count == 2 { versions[String(pair[0]).lowercased()] = String(pair[1]) }
        }
        return versions
    }
}
