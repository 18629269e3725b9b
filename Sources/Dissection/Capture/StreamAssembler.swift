/// Puts the segments of one direction of a TCP connection in order (RFC 9293 §3.4), without duplicates.
struct StreamAssembler {
    /// What a segment adds.
    struct Addition: Equatable {
        /// Bytes that now follow without a gap.
        var bytes: [UInt8] = []
        /// Bytes before them that the capture does not have.
        var lost = 0
    }

    /// Bytes and segments that may wait for an earlier segment. Beyond either, the earlier one counts as lost.
    private let mostWaiting: Int
    static let mostSegments = 4_096
    /// Sequence number of the next byte, counted from the start without wrapping.
    private var next: Int64?
    // In their order; those before `firstWaiting` have been passed on.
    private var waiting: [(start: Int64, bytes: [UInt8])] = []
    private var firstWaiting = 0
    private var waitingBytes = 0
    /// Bytes that arrived again.
    private(set) var duplicateBytes = 0
    /// Bytes that were on the wire but not captured.
    private(set) var cutBytes = 0

    init(mostWaiting: Int = 1 << 20) {
        self.mostWaiting = mostWaiting
    }

    /// Whether the beginning has been seen.
    private(set) var hasBeginning = false

    mutating func take(_ segment: TCPSegment) -> Addition {
        if segment.isSYN {
            hasBeginning = true
            next = next ?? Int64(segment.sequence) + 1
        }
        guard segment.payloadBytes > 0 else { return Addition() }
        let first = segment.isSYN ? segment.sequence &+ 1 : segment.sequence
        let start = position(of: first)
        // If only a part of a payload was captured, zeros replace the rest, so that later bytes keep their place.
        let cut = segment.payloadBytes - segment.payload.count
        cutBytes += cut
        insert(start, cut == 0 ? segment.payload : segment.payload + Array(repeating: 0, count: cut))
        return drain(all: waitingBytes > mostWaiting || waiting.count - firstWaiting > Self.mostSegments)
    }

    /// Everything that still waits, with its gaps.
    mutating func finish() -> Addition { drain(all: true) }

    private mutating func position(of sequence: UInt32) -> Int64 {
        guard let next else {
            self.next = Int64(sequence)
            return Int64(sequence)
        }
        // The nearest position with these lower 32 bits.
        let difference = Int32(truncatingIfNeeded: Int64(sequence) - next)
        return next + Int64(difference)
    }

    private mutating func insert(_ start: Int64, _ bytes: [UInt8]) {
        guard let next else { return }
        let known = Int(max(0, min(Int64(bytes.count), next - start)))
        duplicateBytes += known
        guard known < bytes.count else { return }
        let rest = Array(bytes[known...])
        let place = start + Int64(known)
        let index = waiting[firstWaiting...].partitionPoint { $0.start > place }
        waiting.insert((place, rest), at: index)
        waitingBytes += rest.count
    }

    private mutating func drain(all: Bool) -> Addition {
        var addition = Addition()
        while firstWaiting < waiting.count, let position = next {
            let first = waiting[firstWaiting]
            if first.start > position {
                // An addition has at most one gap, before its bytes. Later bytes wait for the next call.
                guard all, addition.bytes.isEmpty else { break }
                addition.lost += Int(first.start - position)
                next = first.start
                continue
            }
            waiting[firstWaiting].bytes = []
            firstWaiting += 1
            waitingBytes -= first.bytes.count
            let known = Int(min(Int64(first.bytes.count), position - first.start))
            duplicateBytes += known
            addition.bytes += first.bytes[known...]
            next = position + Int64(first.bytes.count - known)
        }
        // Rarely, because it moves all others.
        if firstWaiting > waiting.count / 2 {
            waiting.removeSubrange(..<firstWaiting)
            firstWaiting = 0
        }
        return addition
    }
}
