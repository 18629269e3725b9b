import Glibc

/// The permissions of a file.
package struct FileMode: Equatable, Sendable {
    private let bits: UInt32

    /// - Returns: `nil` if there is no file at the path.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        bits = status.st_mode & 0o777
    }

    /// Whether users other than the owner may read the file.
    package var isOpenToOthers: Bool { bits & 0o044 != 0 }

    /// Three octal digits: `644`.
    package var text: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }
}
