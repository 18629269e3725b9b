import Foundation
import Host
import Measurement

/// The first line of a load process: it is ready for its plan, and this is where it runs.
package struct WorkerHello: Codable, Sendable, Hashable {
    /// Distinguishes the line from other text, such as a banner of ssh.
    private let event: String
    package let version: String
    package let host: String
    /// Identity of the kernel's boot; `nil` if unknown.
    package let bootID: String?
    /// Identity of the process' clock; `nil` if unknown.
    package let clock: String?
    package let processors: Int
    /// What the clock showed when the line was written, ns.
    package let nowNanoseconds: Int64

    private static let name = "hello"
    private static let latestInstant = Int64(1) << 61

    enum CodingKeys: String, CodingKey {
        case event, version, host, clock, processors
        case bootID = "boot_id"
        case nowNanoseconds = "now_ns"
    }

    package init(
        version: String, host: String, bootID: String?, clock: String?, processors: Int, nowNanoseconds: Int64
    ) {
        event = Self.name
        (self.version, self.host, self.bootID, self.clock) = (version, host, bootID, clock)
        (self.processors, self.nowNanoseconds) = (processors, nowNanoseconds)
    }

    /// Of this process, now.
    package static func ofThisProcess() -> WorkerHello {
        WorkerHello(
            version: ProgramVersion.current, host: HostName.current, bootID: MonotonicClock.bootIdentity,
            clock: MonotonicClock.identity, processors: ProcessorPlacement.allowedProcessors().count,
            nowNanoseconds: MonotonicClock.now().nanoseconds)
    }

    /// Reads a line of a load process.
    ///
    /// - Returns: `nil` for any other text.
    package init?(line: String) {
        // A terminal between both programs may end lines with CR LF.
        let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.hasPrefix("{"), let hello = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)),
            hello.event == Self.name, (0...Self.latestInstant).contains(hello.nowNanoseconds)
        else { return nil }
        self = hello
    }

    /// One line of JSON, without its end.
    package var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
