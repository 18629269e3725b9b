import Foundation
import Host

/// Waits for a request to stop: a signal, the end of standard input, or a call.
package struct StopRequest: Sendable {
    private let arrivals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// Signals count from here on, even before ``wait()``.
    package init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        arrivals = stream
        self.continuation = continuation
        StopSignals.whenReceived { continuation.yield() }
    }

    /// Also stops at the end of standard input, so that the program ends with the one that started it.
    package func countInputEnd() {
        Thread.detachNewThread { [continuation] in
            StandardInput.waitForEnd()
            continuation.yield()
        }
    }

    /// The program itself has a reason to stop.
    package func request() { continuation.yield() }

    package func wait() async {
        for await _ in arrivals { return }
    }
}
