import Dissection
import Foundation
import Subprocess
import SystemPackage

/// Decrypts the TLS connections of a capture with tshark, if it is installed and the secrets are there.
package struct CaptureDecryption: Sendable {
    /// The capture.
    let file: String
    /// A file with further secrets, in the format of SSLKEYLOGFILE.
    let keyLog: String?
    /// A program for tests in the place of tshark.
    var replacement: String?
    /// Bytes of one call's output.
    var longestOutput = 256 << 20

    /// One call of tshark reads the whole file, and follows this many connections.
    private static let streamsPerCall = 50
    private static let mostStreams = 1_000

    /// Why there is no output of tshark, as the end of a sentence.
    private struct Fault: Error, CustomStringConvertible {
        let reason: String
        var description: String { reason }
    }

    /// Takes the paths of a pcap or pcapng file and of a file in the format of SSLKEYLOGFILE; a capture may contain
    /// secrets itself.
    package init(file: String, keyLog: String?) {
        (self.file, self.keyLog) = (file, keyLog)
    }

    /// Adds the plaintext of every connection that can be decrypted.
    ///
    /// - Parameters:
    ///   - dissection: The capture; connections without secrets stay as they are.
    ///   - limits: What is kept of the plaintext.
    /// - Returns: What limits the result, in one sentence; `nil` if nothing does.
    package func decrypt(_ dissection: inout CaptureDissection, limits: DissectionLimits) async -> String? {
        let encrypted = dissection.streams.indices.filter { dissection.streams[$0].dissector.wireProtocol == .tls }
        if encrypted.isEmpty { return nil }
        var rest = encrypted[...]
        do throws(Fault) {
            let numbers = TLSStreamNumbers.read(try await output(TLSStreamNumbers.options), in: dissection.streams)
            rest = rest.prefix(Self.mostStreams).filter { numbers[$0] != nil }[...]
            while !rest.isEmpty {
                let streams = rest.prefix(Self.streamsPerCall)
                try await decrypt(streams, numbers, &dissection, limits)
                rest = rest.dropFirst(streams.count)
            }
        } catch {
            return "the content of \(rest.count.of("TLS connection")) is not shown, because \(error.reason)"
        }
        return encrypted.count > Self.mostStreams
            ? "only the first \(Self.mostStreams) of \(encrypted.count) TLS connections were decrypted" : nil
    }

    private func decrypt(
        _ indexes: ArraySlice<Int>, _ numbers: [Int: Int], _ dissection: inout CaptureDissection,
        _ limits: DissectionLimits
    ) async throws(Fault) {
        let known = indexes.compactMap { index in numbers[index].map { (number: $0, index: index) } }
        let indexOf = Dictionary(uniqueKeysWithValues: known.map { ($0.number, $0.index) })
        let follow = known.flatMap { ["-z", "follow,tls,raw,\($0.number)"] }
        let ports = indexOf.mapValues { dissection.streams[$0].server.port }
        for (number, pieces) in TLSPlaintext.read(try await output(["-q"] + follow), serverPort: { ports[$0] }) {
            if let index = indexOf[number] { dissection.streams[index].decrypted(pieces, limits: limits) }
        }
    }

    /// What tshark prints about the capture with these options.
    private func output(_ options: [String]) async throws(Fault) -> String {
        var arguments = ["-n", "-r", file] + options
        if let keyLog { arguments += ["-o", "tls.keylog_file:\(keyLog)"] }
        let program = replacement.map { Executable.path(FilePath($0)) } ?? .name("tshark")
        do {
            let outcome = try await Subprocess.run(
                program, arguments: .init(arguments), platformOptions: ChildProcess.options,
                output: .string(limit: longestOutput), error: .discarded)
            let text = outcome.standardOutput
            // For a capture that ends inside a packet, it prints what is before, and fails.
            if text.isEmpty, !outcome.terminationStatus.isSuccess {
                throw Fault(reason: "tshark ended with \(outcome.terminationStatus.text)")
            }
            return text
        } catch let fault as Fault {
            throw fault
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw Fault(reason: "tshark is not installed")
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            throw Fault(reason: "tshark prints more than \(longestOutput >> 20) MiB")
        } catch {
            throw Fault(reason: "tshark could not be run")
        }
    }
}
