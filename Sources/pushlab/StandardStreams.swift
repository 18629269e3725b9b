import Foundation

/// What commands say.
enum StandardStreams {
    static func complain(_ sentence: String) {
        try? FileHandle.standardError.write(contentsOf: Data((sentence + "\n").utf8))
    }
}
