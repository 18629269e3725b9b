import Foundation
import Host

/// Waits for a request to stop: a signal, or the end of standard input.
struct StopRequest {
    private let arrivals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// Signals count from here on, even before ``wait()``.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        arrivals = stream
        self.continuation = continuation
        StopSignals.whenReceived { continuation.yield() }
    }

    /// Also stops at the end of standard input, so that the server ends with the program that started it.
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
