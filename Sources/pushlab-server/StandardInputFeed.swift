import Arguments
import Feed
import FeedServer
import Foundation

/// Reads standard input on a separate thread and publishes each line as an item.
///
/// A line that is not an item is skipped, counted and reported on standard error. Reading waits until every event loop
/// has taken the earlier items, so fast input stays in the pipe.
struct StandardInputFeed {
    private let server: FeedServer

    private static let chunkBytes = 64 << 10
    // A binary file as input by mistake has thousands of bad lines.
    private static let maximumComplaints = 20

    init(_ server: FeedServer) {
        self.server = server
    }

    func start() {
        Thread.detachNewThread { read() }
    }

    private func read() {
        var cutter = LineCutter()
        var count = 0
        var complaints = 0
        func publish(_ lines: [LineCutter.Line]) {
            var items: [ItemLine] = []
            for line in lines {
                count += 1
                do throws(ItemLineFault) {
                    items.append(try line.item())
                } catch {
                    server.countRefusedItem()
                    complaints += 1
                    complain(of: count, error, complaints)
                }
            }
            server.publishAndWait(items)
        }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 1)
        defer { chunk.deallocate() }
        while let bytes = StandardInput.read(into: chunk) { publish(cutter.take(bytes)) }
        publish(cutter.finish().map { [$0] } ?? [])
    }

    private func complain(of line: Int, _ fault: ItemLineFault, _ complaints: Int) {
        guard complaints <= Self.maximumComplaints else { return }
        let rest = complaints == Self.maximumComplaints ? "; further lines like it are only counted" : ""
        Complaint.show("stdin:\(line): \(fault); the line is skipped\(rest)")
    }
}
