/// The statuses of a proxy whose server does not answer.
enum GatewayStatus {
    /// 502, 503 and 504 (RFC 9110 §15.6.3 to §15.6.5).
    static let all = 502...504

    /// A response without items: the server is gone if the status is one of these, otherwise it is at fault.
    static func event(_ sentence: String, status: Int?) -> ListenerEvent {
        status.map(all.contains) == true ? .lostServer(sentence) : .fault(sentence)
    }
}
