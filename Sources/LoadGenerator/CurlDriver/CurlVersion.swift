import CCurl

/// Versions of libcurl and of the libraries that it uses.
package enum CurlVersion {
    /// Versions by name, parsed from `libcurl/7.88.1 OpenSSL/3.0.15 …`.
    package static func components() -> [String: String] {
        var versions: [String: String] = [:]
        for part in String(cString: curl_version()).split(separator: " ") {
            // Some libraries give their own libraries in parentheses: libpsl/0.21.2 (+libidn2/2.3.3).
            let pair = part.filter { !"(+)".contains($0) }.split(separator: "/", maxSplits: 1)
            if pair.count == 2 { versions[String(pair[0]).lowercased()] = String(pair[1]) }
        }
        return versions
    }
}
