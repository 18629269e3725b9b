import Glibc

/// Reads a file piece by piece, so that its size does not matter.
package struct FilePieces: ~Copyable {
    private let path: String
    private var descriptor: Int32
    private var piece: [UInt8]

    /// Opens the file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - offset: Where to begin, in bytes. Above 0, the file must not be a pipe.
    ///   - pieceBytes: The longest piece.
    /// - Throws: ``FileFault`` if the file cannot be opened.
    package init(_ path: String, from offset: Int = 0, pieceBytes: Int = 64 << 10) throws(FileFault) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        piece = [UInt8](repeating: 0, count: pieceBytes)
        guard descriptor >= 0 else { throw FileFault(path: path, errorNumber: errno) }
        if offset > 0, lseek(descriptor, offset, SEEK_SET) < 0 { throw FileFault(path: path, errorNumber: errno) }
    }

    deinit { if descriptor >= 0 { Descriptor.close(descriptor) } }

    /// - Returns: The next bytes, at least one; `nil` at the end.
    /// - Throws: ``FileFault`` with the system's reason.
    package mutating func next() throws(FileFault) -> ArraySlice<UInt8>? {
        // Files in /proc report no size, so the end is found by reading.
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { return piece[..<count] }
            if count == 0 { return nil }
            if errno != EINTR { throw FileFault(path: path, errorNumber: errno) }
        }
    }
}
