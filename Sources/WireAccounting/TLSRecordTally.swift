/// Separates setup from application data in one direction of a TLS connection by its record headers alone (RFC 8446
/// §5.1), without decryption.
///
/// Until the handshake completes, every record is setup. After that, TLS 1.3 hides a record's type but not its length.
/// Session tickets come before the first application byte: records before it that the number of application bytes does
/// not explain are tickets. Two bytes of content that remain at the end are the closing alert.
package struct TLSRecordTally: Sendable, Equatable {
    private static let headerBytes = 5
    /// Overhead of a TLS 1.3 record: header, content type and authentication tag (RFC 8446 §5.2). All AEADs of TLS 1.3
    /// in use have tags of 16 bytes.
    package static let overheadOfRecord = 22
    private static let alertContentBytes = 2
    private static let applicationData: UInt8 = 23

    private var header: [UInt8] = []
    // The current record: bytes that are still missing, type, and length with the header.
    private var missing = 0
    private var type: UInt8 = 0
    private var length = 0
    private var isEstablished = false
    private var isTLS13 = false
    private var hasCarried = false
    // Lengths of records since the handshake that may be tickets.
    private var undecided: [Int] = []
    private var applicationContent = 0
    // Records with that content.
    private var applicationCount = 0
    private var plaintextBytes = 0
    private var knownSetupBytes = 0

    /// All bytes seen.
    package private(set) var bytes = 0

    private let carriesTickets: Bool

    /// - Parameter carriesTickets: Whether this is the server's direction: clients send no session tickets.
    package init(carriesTickets: Bool = true) {
        self.carriesTickets = carriesTickets
    }

    /// All bytes except application data.
    package var addedBytes: Int { bytes - plaintextBytes }

    /// Bytes of records without application data: handshake, session tickets, alerts.
    package var setupBytes: Int {
        knownSetupBytes + undecided.reduce(0, +)
            + (hasAlert ? Self.alertContentBytes + Self.overheadOfRecord : 0)
    }

    private var hasAlert: Bool { isTLS13 && applicationContent - plaintextBytes == Self.alertContentBytes }

    /// Records with application data.
    package var applicationRecords: Int { applicationCount - (hasAlert ? 1 : 0) }

    /// Bytes passed between TLS and the socket.
    package mutating func passed(_ raw: UnsafeRawBufferPointer) {
        bytes += raw.count
        var rest = raw[...]
        while !rest.isEmpty {
            if missing == 0 {
                takeHeader(&rest)
            } else {
                let count = min(missing, rest.count)
                rest = rest.dropFirst(count)
                missing -= count
                if missing == 0 { recordEnded() }
            }
        }
    }

    /// - Parameter isTLS13: Whether the version is TLS 1.3; otherwise it is 1.2, whose records show their type.
    package mutating func handshakeCompleted(isTLS13: Bool) {
        isEstablished = true
        self.isTLS13 = isTLS13
        hasCarried = !carriesTickets
    }

    /// Application bytes passed between TLS and the application.
    package mutating func applicationPassed(_ count: Int) {
        plaintextBytes += count
        guard isTLS13, !hasCarried, count > 0 else { return }
        hasCarried = true
        var rest = count
        while rest > 0, let last = undecided.popLast() {
            applicationContent += last - Self.overheadOfRecord
            applicationCount += 1
            rest -= last - Self.overheadOfRecord
        }
        knownSetupBytes += undecided.reduce(0, +)
        undecided = []
    }

    private mutating func takeHeader(_ rest: inout Slice<UnsafeRawBufferPointer>) {
        while header.count < Self.headerBytes, let byte = rest.popFirst() { header.append(byte) }
        guard header.count == Self.headerBytes else { return }
        type = header[0]
        missing = Int(header[3]) << 8 | Int(header[4])
        length = Self.headerBytes + missing
        header.removeAll(keepingCapacity: true)
        if missing == 0 { recordEnded() }
    }

    private mutating func recordEnded() {
        if !isEstablished || type != Self.applicationData {
            knownSetupBytes += length
        } else if isTLS13, !hasCarried {
            undecided.append(length)
        } else if isTLS13 {
            applicationContent += length - Self.overheadOfRecord
            applicationCount += 1
        }
    }
}

/// Both directions of a connection, as seen from the client.
package struct TLSTally: Sendable, Equatable {
    package var up = TLSRecordTally(carriesTickets: false)
    package var down = TLSRecordTally()

    package init() {}

    package mutating func handshakeCompleted(isTLS13: Bool) {
        up.handshakeCompleted(isTLS13: isTLS13)
        down.handshakeCompleted(isTLS13: isTLS13)
    }

    /// Counts the records with application data.
    package func count(in messages: inout MessageTally) {
        messages.count(.recordUp, times: UInt64(max(0, up.applicationRecords)))
        messages.count(.recordDown, times: UInt64(max(0, down.applicationRecords)))
    }

    /// Adds the bytes of TLS, without application data, to a ledger.
    package func book(in ledger: inout ByteLedger) {
        ledger.bookTLS(up.addedBytes, setup: up.setupBytes, .up)
        ledger.bookTLS(down.addedBytes, setup: down.setupBytes, .down)
    }
}
