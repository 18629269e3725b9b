import Foundation
import Host

/// Waits until somebody wants the server to stop.
struct StopRequest {
    private let arrivals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// From here on a signal counts, even before ``wait()``.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        arrivals = stream
        self.continuation = continuation
        StopSignals.whenReceived { continuation.yield() }
    }

    /// Counts the end of standard input too: a server started by a program ends with it.
    func countInputEnd() {
        Thread.detachNewThread { [continuation] in
            StandardInput.waitForEnd()
            continuation.yield()
        }
    }

    func wait() async {
        for await _ in arrivals { return }
    }
}
