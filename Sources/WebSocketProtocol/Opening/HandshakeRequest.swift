/// A parsed HTTP request that asks for a WebSocket. Whoever reads HTTP makes it.
package struct HandshakeRequest: Sendable {
    package let method: String
    package let target: String
    /// As in the request line: `HTTP/1.1`.
    package let version: String
    package let fields: [(name: String, value: String)]

    package init(method: String, target: String, version: String, fields: [(name: String, value: String)]) {
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields
    }
}
