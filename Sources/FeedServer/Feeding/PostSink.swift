import Feed
import NIOCore
import Synchronization

/// Sends each item as the body of one POST, in order, over one connection; an answer other than 2xx ends the feed.
package final class PostSink: ItemSink {
    private let target: PostTarget
    private let contentType: String
    // Guards the connection, which only the sink's thread uses; `nil` after an answer that ended it.
    private let connection: Mutex<PostConnection?>

    package let itemsPerWrite = 1
    package var name: String { target.text }

    /// Connects, so that a wrong address is rejected before the feed begins.
    ///
    /// - Parameters:
    ///   - target: Where items go.
    ///   - contentType: Media type of the bodies.
    /// - Throws: ``SinkFault`` if no server answers there.
    package init(to target: PostTarget, contentType: String) throws(SinkFault) {
        (self.target, self.contentType) = (target, contentType)
        do throws(PostConnection.Fault) {
            connection = Mutex(try PostConnection(host: target.host, port: target.port))
        } catch {
            throw Self.unreachable(target, error)
        }
    }

    package func write(_ items: ArraySlice<FeedItem>, willWrite: () -> Void) throws(SinkFault) {
        for item in items {
            let answer: PostAnswer
            do throws(PostConnection.Fault) {
                answer = try exchange(target.request(item.text, contentType: contentType), willWrite)
            } catch {
                throw Self.unreachable(target, error)
            }
            if answer.isSuccess { continue }
            let line = answer.firstLine
            throw SinkFault(
                "\(target.text) answered \(answer.status) to item \(item.sequence)\(line.isEmpty ? "" : ": \(line)")")
        }
    }

    private func exchange(
        _ request: [UInt8], _ willWrite: () -> Void
    ) throws(PostConnection.Fault) -> PostAnswer {
        let connection = try usableConnection()
        willWrite()
        try connection.write(request)
        var answer = PostAnswer()
        while !answer.isComplete {
            let bytes = try connection.read()
            if bytes.readableBytes > 0 {
                if answer.take(bytes) { continue }
                throw PostConnection.Fault(reason: "the server's answer is not HTTP")
            }
            if answer.connectionEnded() { break }
            let place = answer.hasBegun ? "within" : "without"
            throw PostConnection.Fault(reason: "the server ended the connection \(place) an answer")
        }
        if !answer.keepsConnection { self.connection.withLock { $0 = nil } }
        return answer
    }

    /// A server may close an idle connection; nothing is lost as long as no request is under way.
    private func usableConnection() throws(PostConnection.Fault) -> PostConnection {
        if let current = connection.withLock({ $0 }), !current.isStale { return current }
        let next = try PostConnection(host: target.host, port: target.port)
        connection.withLock { $0 = next }
        return next
    }

    private static func unreachable(_ target: PostTarget, _ fault: PostConnection.Fault) -> SinkFault {
        SinkFault("\(target.text) cannot be reached: \(fault.reason)")
    }
}
