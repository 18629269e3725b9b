import HTTP

/// The name of a lane, which is one transport of one browser tab. The page makes the name and adds it to the query of
/// each of the lane's requests: `/poll?after=5&lane=ID`.
enum LaneID {
    static let parameter = "lane"
    static let rule = "allowed 1 to 32 letters, digits and hyphens"

    static func isAllowed(_ text: some StringProtocol) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// The lane that a request names; `nil` if it names none.
    ///
    /// - Throws: ``RequestFault`` (400) for a name that is not allowed.
    static func read(_ head: RequestHead) throws(RequestFault) -> String? {
        for part in head.text(head.query).split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair[0] == parameter else { continue }
            let value = pair.count == 2 ? pair[1] : ""
            if isAllowed(value) { return String(value) }
            throw RequestFault(.badRequest, "\(parameter) is '\(value.prefix(64))'; \(rule)")
        }
        return nil
    }
}
