import Synchronization
import SystemPackage

/// The pipe from the feeder to the standard input of a third-party server. While the lab holds its writing end, the
/// server does not see the end of its input.
final class ItemPipe: Sendable {
    let readEnd: FileDescriptor
    let writeEnd: FileDescriptor
    // Guards which ends are open.
    private let open = Mutex((read: true, write: true))

    /// - Throws: `Errno` if this process has no free descriptor.
    init() throws {
        (readEnd, writeEnd) = try FileDescriptor.pipe()
    }

    deinit {
        closeReading()
        closeWriting()
    }

    /// Writes to the server before the feeder does. Call while the reading end is open.
    func write(_ text: String) throws { try writeEnd.writeAll(text.utf8) }

    func closeReading() {
        open.withLock { open in
            if open.read { try? readEnd.close() }
            open.read = false
        }
    }

    /// The server sees the end of its input when the feeder has closed its end too.
    func closeWriting() {
        open.withLock { open in
            if open.write { try? writeEnd.close() }
            open.write = false
        }
    }
}
