import FeedServer
import Foundation

/// Reads standard input on a thread of its own; each line is an item, published when it is read.
struct StandardInputFeed {
    private let server: FeedServer

    init(_ server: FeedServer) {
        self.server = server
    }

    func start() {
        let server = server
        Thread.detachNewThread {
            while let line = readLine(strippingNewline: true) {
                server.publish(line: Array(line.utf8))
            }
        }
    }
}
