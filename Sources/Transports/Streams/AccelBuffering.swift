import HTTP

/// Value of a stream's `X-Accel-Buffering` field, which controls buffering in an nginx proxy.
package enum AccelBuffering: String, OptionWord {
    /// The server sends no such field.
    case omit
    case no
    case yes

    package static let key = OptionKey<AccelBuffering>(
        name, default: .omit, aliases: ["unsaid": .omit],
        "Value of the server's `X-Accel-Buffering` field, which controls buffering in nginx; `omit`: no such field."
    )
    .servedByOwnServerOnly()

    /// Name of the option and of the query parameter.
    private static let name = "accel-buffering"

    /// The part of the query that requests it.
    var query: String { self == .omit ? "" : "&\(Self.name)=\(rawValue)" }

    /// The response fields of a stream that depend on the request.
    ///
    /// - Throws: ``RequestFault`` (400) if `accel-buffering` is neither `yes` nor `no`, the values of nginx.
    static func fields(for request: FeedRequest) throws(RequestFault) -> [ResponseField] {
        var fields = [ResponseField("Cache-Control", "no-store")]
        if let text = request.parameter(name) {
            guard let value = AccelBuffering(rawValue: text), value != .omit else {
                throw RequestFault(.badRequest, "\(name) is '\(text.prefix(64))'; allowed: no, yes")
            }
            fields.append(ResponseField("X-Accel-Buffering", value.rawValue))
        }
        return fields
    }
}
