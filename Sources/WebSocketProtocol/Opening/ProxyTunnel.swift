import Codecs
import HTTP
import NIOCore

/// A client's CONNECT request to an HTTP proxy (RFC 9110 §9.3.6), and the reader of the response.
package struct ProxyTunnel: Sendable {
    /// User and password for the proxy (RFC 7617).
    package struct Credentials: Codable, Sendable, Hashable {
        package let user: String
        package let password: String

        /// - Parameters:
        ///   - user: Must not contain a colon, which separates it from the password.
        ///   - password: May contain any characters.
        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    package let requestHead: ByteBuffer
    private var parser = ResponseParser(allowsHTTP10: true)

    /// - Parameters:
    ///   - authority: Host and port of the server behind the proxy, in URL syntax.
    ///   - credentials: Sent with the first request, as basic authentication.
    package init(to authority: String, credentials: Credentials? = nil) {
        var head = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n"
        if let credentials {
            let pair = Base64.encode(Array("\(credentials.user):\(credentials.password)".utf8))
            head += "Proxy-Authorization: Basic \(pair)\r\n"
        }
        requestHead = ByteBuffer(string: head + "\r\n")
    }

    /// Bytes of the proxy's response; 0 until it is complete.
    package var responseBytes: Int { parser.headBytes }

    /// Reads the proxy's response.
    ///
    /// - Parameter bytes: Unread input. Bytes after the response remain; they come from the server.
    /// - Returns: Whether the tunnel is open.
    /// - Throws: ``HandshakeError`` if the proxy refused or violated HTTP; drop the connection.
    package mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> Bool {
        guard let response = try HandshakeError.reading({ () throws(ResponseFault) in try parser.next(from: &bytes) })
        else { return false }
        // Any 2xx opens the tunnel; its Content-Length and Transfer-Encoding are ignored.
        guard (200...299).contains(response.status) else { throw .refusedByProxy(response.status) }
        return true
    }
}
