import HTTP

/// The response fields of a stream that depend on who asks.
enum StreamFields {
    /// Name of the query parameter, and of the scenarios' option, that asks for `X-Accel-Buffering`.
    static let buffering = "accel-buffering"

    /// - Throws: ``RequestFault`` (400) for a value of `accel-buffering` that nginx does not know.
    static func fields(for request: FeedRequest) throws(RequestFault) -> [ResponseField] {
        var fields = [ResponseField("Cache-Control", "no-store")]
        if let choice = request.parameter(buffering) {
            guard choice == "no" || choice == "yes" else {
                throw RequestFault(.badRequest, "\(buffering) is '\(choice.prefix(64))'; allowed: no, yes")
            }
            fields.append(ResponseField("X-Accel-Buffering", choice))
        }
        return fields
    }
}
