import Glibc

/// Checks, before any work, that a command can write where `--out` says.
///
/// A command creates only the last part of the path: a missing parent folder is most likely a typing error.
package enum OutputPath {
    /// - Throws: ``OutputFault`` if the path is empty or exists (a dangling link does too), or if its parent folder is
    ///   missing or not writable.
    package static func checkIsNew(_ path: String) throws(OutputFault) {
        if path.isEmpty { throw .empty }
        // Not `access`, which follows a link.
        var status = stat()
        if lstat(path, &status) == 0 { throw .exists(path) }
        if errno == ENOTDIR { throw .noFolder(path, parent: parent(of: path)) }
        try checkParent(of: path)
    }

    /// For a file that is replaced if an earlier call of the same command wrote it.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - option: The option that names it, for the error.
    ///   - beginnings: What the command's own files begin with. A file that begins differently, such as a scenario or
    ///     the measured rows of a run, is never replaced; an empty one is.
    /// - Throws: ``OutputFileFault`` if the path is empty, a folder or another file, or if its folder is missing or not
    ///   writable.
    package static func checkFile(
        _ path: String, of option: String, replacing beginnings: [String]
    ) throws(OutputFileFault) {
        if path.isEmpty { throw OutputFileFault("\(option) is empty; name a file in an existing folder") }
        switch PathKind(path) {
        case .missing: break
        case .folder: throw OutputFileFault("\(option) is \(path), which is a folder; name a file")
        case .file:
            if !begins(path, with: beginnings) {
                throw OutputFileFault(
                    "\(option) is \(path), which exists and was not written by \(option); it was not touched; name "
                        + "another file")
            }
        }
        do throws(OutputFault) {
            try checkParent(of: path)
        } catch {
            throw OutputFileFault(error.description.replacing("--out", with: option))
        }
    }

    /// Whether a file that can be read is empty or begins with one of these texts. A device or a pipe is written, not
    /// replaced.
    private static func begins(_ path: String, with beginnings: [String]) -> Bool {
        guard PathKind.isRegular(path) else { return true }
        do {
            var pieces = try FilePieces(path)
            guard let piece = try pieces.next() else { return true }
            return beginnings.contains { piece.starts(with: $0.utf8) }
        } catch {
            return false
        }
    }

    private static func checkParent(of path: String) throws(OutputFault) {
        let folder = parent(of: path)
        guard PathKind(folder) == .folder else { throw .noFolder(path, parent: folder) }
        // This detects a read-only file system too, also for root.
        if access(folder, W_OK | X_OK) != 0 { throw .notWritable(path, FileFault(path: folder, errorNumber: errno)) }
    }

    /// The path without its last part; `.` or `/` if nothing is left.
    static func parent(of path: String) -> String {
        var bytes = path.utf8[...]
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        let folder = String(decoding: bytes[..<slash], as: UTF8.self)
        return folder.isEmpty ? "/" : folder
    }
}

/// Why `--out` cannot be used; a usage error.
package enum OutputFault: Error, Equatable, CustomStringConvertible {
    case empty
    case exists(String)
    case noFolder(String, parent: String)
    case notWritable(String, FileFault)

    package var description: String {
        switch self {
        case .empty: "--out is empty; allowed is a path that does not exist yet, in an existing folder"
        case .exists(let path):
            "--out is \(path), which exists already; nothing in it was touched; name a path that does not exist"
        case .noFolder(let path, let parent):
            "--out is \(path), but \(parent) is not a folder; create it first, or correct --out"
        case .notWritable(let path, let fault): "--out is \(path), which cannot be created: \(fault)"
        }
    }
}

/// Why a file cannot be written where an option says; a usage error.
package struct OutputFileFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    fileprivate init(_ sentence: String) { description = sentence }
}
