import Measurement

/// What a transport that streams over HTTP says beside its items.
struct StreamForm: Sendable {
    let contentType: String
    /// What stands in front of everything else; may be empty.
    var preamble = ""
    /// Tells that items are lost, by the oldest one kept.
    let gapNotice: @Sendable (_ oldest: UInt64) -> String
    /// Whether a client that comes with too old a cursor is told within the stream, which goes on with the oldest item
    /// kept. Else it is answered 410.
    var beginsAfterGap = false
    /// What is sent in every period of this length in which nothing else was.
    var keepAlive: (period: Duration, text: String)?
}
