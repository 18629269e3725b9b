import Dissection
import Foundation
import Testing
import WireAccounting

@testable import Lab

@Suite("Decrypting captures")
struct CaptureDecryptionTests {
    /// The first bytes of a TLS connection in one packet, on a link without headers.
    private static var dissection: CaptureDissection {
        let record: [UInt8] = [22, 3, 1, 0, 1, 1]
        let tcp: [UInt8] = [0x9c, 0x40, 1, 0xbb, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x18, 0, 0, 0, 0, 0, 0] + record
        let ip: [UInt8] = [0x45, 0, 0, UInt8(20 + tcp.count), 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        var dissection = CaptureDissection()
        dissection.take(CapturedPacket(nanoseconds: 1, linkType: LinkType.rawIP.rawValue, bytes: ip + tcp))
        dissection.finish(comments: [], isCut: false)
        return dissection
    }

    /// Decrypts with a script in the place of tshark; without a script there is no program.
    private static func decrypt(_ dissection: inout CaptureDissection, script: String?) async throws -> String? {
        let program = NSTemporaryDirectory() + "pushlab-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: program) }
        if let script {
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: program))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        }
        var decryption = CaptureDecryption(file: "capture.pcapng", keyLog: nil)
        (decryption.replacement, decryption.longestOutput) = (program, 1 << 20)
        return await decryption.decrypt(&dissection, limits: .countsOnly)
    }

    private static let hello = #"printf '7\t1\t10.0.0.1\t\t40000\t10.0.0.2\t\t443\n'"#

    @Test(
        "every reason not to decrypt is named",
        arguments: [
            ("exit 3", "tshark ended with exit code 3"), ("yes", "tshark prints more than 1 MiB"),
            ("case $4 in -q) yes;; *) \(hello);; esac", "tshark prints more than 1 MiB"),
            (nil, "tshark is not installed"),
        ] as [(String?, String)])
    func reasons(script: String?, reason: String) async throws {
        var dissection = Self.dissection
        let sentence = try await Self.decrypt(&dissection, script: script)
        #expect(sentence == "the content of 1 TLS connection is not shown, because \(reason)")
    }

    @Test("the plaintext of tshark's connection becomes that of the one with its ports and addresses")
    func matched() async throws {
        let script = """
            case "$*" in
            *follow,tls,raw,7*) printf 'Filter: tcp.stream eq 7\\nNode 0: 10.0.0.1:40000\\n474554202f0d0a\\n';;
            *) \(Self.hello);;
            esac
            """
        var dissection = Self.dissection
        #expect(try await Self.decrypt(&dissection, script: script) == nil)
        #expect(dissection.streams.first?.plaintext?.ledger.tcpPayloadBytes(.up) == 7)
    }
}
