import Glibc
import Host
import NIOCore

/// A file with the secrets of TLS connections, in the format of SSLKEYLOGFILE (RFC 9850).
package final class TLSKeyLog: Sendable {
    // Opened for appending, so each write adds whole lines, from any thread.
    private let descriptor: Int32
    private let path: String

    /// Opens the file for appending; only its owner can read a new one.
    ///
    /// - Throws: `FileFault` with the system's reason.
    package init(appendingTo path: String) throws(FileFault) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        self.path = path
        guard descriptor >= 0 else { throw FileFault(path: path, errorNumber: errno) }
    }

    deinit {
        if descriptor >= 0 { Descriptor.close(descriptor) }
    }

    /// Adds a line. A full disk loses it; the connection continues.
    func append(_ line: ByteBuffer) {
        var bytes = Array(line.readableBytesView)
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        try? Descriptor.write(bytes, to: descriptor, named: path)
    }
}
