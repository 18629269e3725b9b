import Feed
import Glibc
import Host
import NIOCore

/// Writes each item's text and LF to a file descriptor: one write(2) per batch, as long as the kernel takes all of it.
package struct LineSink: ItemSink {
    private let descriptor: Int32
    package let name: String

    // All items of a batch: they are due together.
    package let itemsPerWrite = Int.max

    /// - Parameters:
    ///   - descriptor: Open for writing; it stays open.
    ///   - name: What faults call it.
    package init(_ descriptor: Int32, named name: String) {
        Descriptor.ignoreBrokenPipes()
        (self.descriptor, self.name) = (descriptor, name)
    }

    package func write(_ items: ArraySlice<FeedItem>, willWrite: () -> Void) throws(SinkFault) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(items.reduce(0) { $0 + $1.payloadBytes + 1 })
        for item in items {
            bytes.append(contentsOf: item.text.readableBytesView)
            bytes.append(UInt8(ascii: "\n"))
        }
        willWrite()
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { rest = rest.dropFirst(count) } else { try waitOrThrow(errno) }
        }
    }

    /// Waits until the descriptor takes more bytes, where another program has set it to non-blocking.
    private func waitOrThrow(_ errorNumber: Int32) throws(SinkFault) {
        switch errorNumber {
        case EINTR: break
        case EAGAIN:
            var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&event, 1, -1)
        case EPIPE: throw SinkFault("\(name): its reader has closed it")
        default: throw SinkFault("\(name): \(String(cString: strerror(errorNumber)))")
        }
    }
}
