import Testing
import WireAccounting

/// A record as on the wire: type, version, length, content.
private func record(_ type: UInt8, _ length: Int) -> [UInt8] {
    [type, 3, 3, UInt8(length >> 8), UInt8(length & 0xff)] + [UInt8](repeating: 0xee, count: length)
}

/// A TLS 1.3 record with `content` bytes, plus a type byte and a tag of 16 bytes.
private func sealed(_ content: Int) -> [UInt8] { record(23, content + 17) }

extension TLSRecordTally {
    fileprivate mutating func pass(_ bytes: [UInt8], chunkBytes: Int) {
        for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
            bytes[start..<min(start + chunkBytes, bytes.count)].withUnsafeBytes { passed($0) }
        }
    }
}

@Suite("Setup bytes of TLS, from record headers alone")
struct TLSRecordTallyTests {
    private static let handshake = record(22, 90) + record(20, 1) + sealed(700)

    @Test("tickets before the first item and the alert at the end are setup", arguments: [1, 7, 10_000])
    func version13(chunkBytes: Int) {
        var tally = TLSRecordTally()
        tally.pass(Self.handshake, chunkBytes: chunkBytes)
        tally.handshakeCompleted(isTLS13: true)
        tally.pass(sealed(180) + sealed(180) + sealed(128), chunkBytes: chunkBytes)
        tally.applicationPassed(128)
        let setup = Self.handshake.count + 2 * (180 + 22)
        #expect(tally.setupBytes == setup)
        tally.pass(sealed(2), chunkBytes: chunkBytes)
        tally.applicationPassed(2)
        #expect(tally.setupBytes == setup, "two bytes of application data are not an alert")
        tally.pass(sealed(2), chunkBytes: chunkBytes)
        #expect(tally.setupBytes == setup + 24)
        #expect(tally.addedBytes == setup + 24 + 2 * 22)
    }

    @Test("a client sends no tickets, whenever the application wrote its first bytes")
    func client() {
        var tally = TLSRecordTally(carriesTickets: false)
        tally.applicationPassed(13)
        tally.pass(Self.handshake, chunkBytes: 100)
        tally.handshakeCompleted(isTLS13: true)
        tally.pass(sealed(13) + sealed(2), chunkBytes: 100)
        #expect(tally.setupBytes == Self.handshake.count + 24)
        #expect(tally.addedBytes == Self.handshake.count + 24 + 22)
    }

    @Test("tickets before an item of several records are setup")
    func manyRecords() {
        var tally = TLSRecordTally()
        tally.handshakeCompleted(isTLS13: true)
        tally.pass(sealed(180) + sealed(16_384) + sealed(100), chunkBytes: 4_096)
        tally.applicationPassed(16_484)
        #expect(tally.setupBytes == 202)
        #expect(tally.addedBytes == 202 + 44)
    }

    @Test("without application data all bytes are setup")
    func nothingCarried() {
        var tally = TLSRecordTally()
        tally.pass(Self.handshake, chunkBytes: 100)
        tally.handshakeCompleted(isTLS13: true)
        tally.pass(sealed(180), chunkBytes: 100)
        #expect(tally.setupBytes == Self.handshake.count + 202)
        #expect(tally.setupBytes == tally.bytes)
    }

    @Test("records of TLS 1.2 show their type")
    func version12() {
        var tally = TLSRecordTally()
        tally.pass(record(22, 200) + record(22, 40), chunkBytes: 50)
        tally.handshakeCompleted(isTLS13: false)
        tally.pass(record(23, 128 + 24) + record(21, 26), chunkBytes: 50)
        tally.applicationPassed(128)
        #expect(tally.setupBytes == 205 + 45 + 31)
        #expect(tally.addedBytes == 205 + 45 + 31 + 29)
    }
}
