import HTTP
import Measurement

/// The settings of the teaching page.
package struct PageConfiguration: Sendable {
    /// Makes the response for a file of the page: the name, which is empty for the page itself, the request, and the
    /// origins that the page must be allowed to connect to; `nil` if there is no such file.
    package typealias Files = @Sendable (_ name: String, _ request: RequestHead, _ origins: [String]) -> HTTPResponse?

    package var files: Files
    /// The token that permits control.
    package var controlToken: String
    /// Port of the first lane; the others follow. `nil` lets the kernel choose each.
    package var firstLanePort: Int?
    /// Connections per lane port, on average: all lane ports share them, and further ones are answered 503. The
    /// default is more than one for each lane.
    package var laneConnections = mostLaneConnections
    package static let mostLaneConnections = 512
    /// Rate and item size of a synthetic feed, which the page may change; `nil` for other feeds.
    package var rate: ItemRate?
    package var payload: ByteCount?
    /// Addresses of the page for other computers, from the main port; empty if the server listens on loopback only.
    package var addresses: @Sendable (_ port: Int) -> [String] = { _ in [] }

    package init(controlToken: String, files: @escaping Files = { _, _, _ in nil }) {
        self.controlToken = controlToken
        self.files = files
    }
}
