/// What a response that leads to another address means for a client that does not follow it (RFC 9110 §15.4).
package enum Redirection {
    /// - Parameters:
    ///   - status: The response's status.
    ///   - location: Its field `Location`; `nil` without one.
    /// - Returns: One sentence with the address; `nil` if the response leads nowhere.
    package static func sentence(_ status: Int, to location: String?) -> String? {
        guard (300...399).contains(status), let location, !location.isEmpty else { return nil }
        return "the server answered \(status) and redirects to \(location.quotedLine); redirects are not followed, so "
            + "give that address"
    }
}
