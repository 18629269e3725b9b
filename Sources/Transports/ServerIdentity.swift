/// Tells one life of a server from another, as far as the server says.
package struct ServerIdentity: Codable, Hashable, Sendable {
    private let epochNanoseconds: Int64
    private let processID: Int32?

    package init(_ status: ServerStatus) {
        epochNanoseconds = status.epochNanoseconds
        processID = status.processID
    }
}
