import Foundation

/// What commands say.
enum StandardStreams {
    static func complain(_ sentence: String) {
        FileHandle.standardError.write(Data((sentence + "\n").utf8))
    }
}
