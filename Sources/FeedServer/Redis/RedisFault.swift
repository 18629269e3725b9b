/// Why a command to Redis failed.
enum RedisFault: Error, Equatable, CustomStringConvertible {
    /// There is no connection, for this reason.
    case unreachable(String)
    /// Redis refused the command, with this text.
    case refused(String)
    /// The answer is not one of Redis to this command.
    case unreadable
    /// The stream is not what it has to be, for this reason.
    case unusable(String)

    /// Whether the same command may succeed a little later.
    var isTransient: Bool {
        switch self {
        case .unreachable: true
        // It was restarted and reads its file, or it is a replica without its master.
        case .refused(let text): text.hasPrefix("LOADING ") || text.hasPrefix("MASTERDOWN ")
        case .unreadable, .unusable: false
        }
    }

    var description: String {
        switch self {
        case .unreachable(let reason), .unusable(let reason): reason
        case .refused(let text) where text.hasPrefix("NOAUTH"):
            "the Redis server needs a password, which is not supported"
        case .refused(let text) where text.hasPrefix("WRONGTYPE"):
            "the key exists and is not a stream; choose another name"
        case .refused(let text) where text.contains("equal or smaller"): "another program writes the stream too"
        case .refused(let text): "the Redis server refused a command: \(text)"
        case .unreadable: "the answer is not that of a Redis server"
        }
    }
}
