/// The response fields of a stream that depend on who asks.
enum StreamFields {
    /// Name of the query parameter, and of the scenarios' option, that asks for `X-Accel-Buffering`.
    static let buffering = "accel-buffering"

    /// - Throws: ``RequestFault`` (400) for a value of `accel-buffering` that nginx does not know.
    static func fields(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> [ResponseField] {
        var fields = [ResponseField("Cache-Control", "no-store")]
        if let choice = request.parameter(buffering) {
            guard choice == "no" || choice == "yes" else {
                throw RequestFault(.badRequest, "\(buffering) is '\(choice.prefix(64))'; allowed: no, yes")
            }
            fields.append(ResponseField("X-Accel-Buffering", choice))
        }
        return fields + crossOrigin(request, settings)
    }

    // Fetch §3.2: without the field, a browser keeps the body from pages of another origin.
    private static func crossOrigin(_ request: FeedRequest, _ settings: ServerSettings) -> [ResponseField] {
        guard let allowed = settings.allowedOrigins else { return [] }
        var fields = [ResponseField("Vary", "Origin")]
        if let origin = request.head.value(of: "origin"), allowed.contains(origin) {
            fields.append(ResponseField("Access-Control-Allow-Origin", origin))
        }
        return fields
    }
}
