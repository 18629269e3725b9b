import Codecs
import HTTP
import NIOCore

/// A client's request for a way through an HTTP proxy (RFC 9110 §9.3.6), and the reading of the answer.
package struct ProxyTunnel: Sendable {
    /// Name and password for the proxy (RFC 7617).
    package struct Credentials: Codable, Sendable, Hashable {
        package let user: String
        package let password: String

        /// - Parameters:
        ///   - user: Holds no colon, which separates it from the password.
        ///   - password: May hold anything.
        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// The request, ready to be written.
    package let requestHead: ByteBuffer
    private var parser = ResponseParser(allowsHTTP10: true)

    /// - Parameters:
    ///   - authority: Host and port of the server behind the proxy, as a URL writes them.
    ///   - credentials: Sent without being asked for, as basic authorisation.
    package init(to authority: String, credentials: Credentials? = nil) {
        var head = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n"
        if let credentials {
            let pair = Base64.encode(Array("\(credentials.user):\(credentials.password)".utf8))
            head += "Proxy-Authorization: Basic \(pair)\r\n"
        }
        requestHead = ByteBuffer(string: head + "\r\n")
    }

    /// Bytes of the proxy's answer; 0 until it is whole.
    package var responseBytes: Int { parser.headBytes }

    /// Reads the proxy's answer.
    ///
    /// - Parameter bytes: Unread input. What follows the answer stays: it comes from the server.
    /// - Returns: Whether the tunnel is open.
    /// - Throws: ``HandshakeError`` if the proxy refused or broke HTTP; drop the connection.
    package mutating func receive(_ bytes: inout ByteBuffer) throws(HandshakeError) -> Bool {
        guard let response = try HandshakeError.reading({ () throws(ResponseFault) in try parser.next(from: &bytes) })
        else { return false }
        // Any 2xx opens the tunnel, and neither length nor coding of a body counts in it.
        guard (200...299).contains(response.status) else { throw .refusedByProxy(response.status) }
        return true
    }
}
