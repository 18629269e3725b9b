import Glibc

/// Checks, before any work, that a command can write where `--out` says.
///
/// A command makes the last part of the path and no other: a folder above it that is missing is more likely a typing
/// error than a wish.
package enum OutputPath {
    /// - Throws: ``OutputFault`` if the path is empty, exists (a link that points nowhere does too), has no folder
    ///   above it, or that folder cannot be written to.
    package static func checkIsNew(_ path: String) throws(OutputFault) {
        if path.isEmpty { throw .empty }
        // Not `access`, which follows a link.
        var status = stat()
        if lstat(path, &status) == 0 { throw .exists(path) }
        if errno == ENOTDIR { throw .noFolder(path, parent: parent(of: path)) }
        try checkParent(of: path)
    }

    private static func checkParent(of path: String) throws(OutputFault) {
        let folder = parent(of: path)
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .noFolder(path, parent: folder)
        }
        // A read-only file system is told here as well, to root too.
        if access(folder, W_OK | X_OK) != 0 { throw .notWritable(path, FileFault(path: folder, errorNumber: errno)) }
    }

    /// The path without its last part; `.` and `/` for those that name none.
    static func parent(of path: String) -> String {
        var bytes = path.utf8[...]
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        let folder = String(decoding: bytes[..<slash], as: UTF8.self)
        return folder.isEmpty ? "/" : folder
    }
}

/// Why nothing can be written where `--out` says; a fault of the command line.
package enum OutputFault: Error, Equatable, CustomStringConvertible {
    case empty
    case exists(String)
    case noFolder(String, parent: String)
    case notWritable(String, FileFault)

    package var description: String {
        switch self {
        case .empty: "--out is empty; allowed is a path that does not exist yet, in a folder that does"
        case .exists(let path): "\(path) exists already; nothing in it was touched; name a path that does not exist"
        case .noFolder(let path, let parent):
            "\(path) cannot be made: \(parent) is not a folder; make it first, or correct --out"
        case .notWritable(let path, let fault): "\(path) cannot be made: \(fault)"
        }
    }
}
