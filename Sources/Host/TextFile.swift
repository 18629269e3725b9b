import Glibc
import Measurement

/// Reads whole files: `/proc`, recordings and scenarios.
package enum TextFile {
    /// - Returns: `nil` if the file cannot be read; ``readBytes(_:)`` throws the reason.
    package static func read(_ path: String) -> String? {
        (try? readBytes(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Names in a folder, or `nil` if it cannot be read.
    package static func folderEntries(_ path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    /// What a pipe or a device may give at most: some never end.
    package static let mostBytesOfStream = 64 << 20

    /// - Throws: ``FileFault`` with the system's reason, or `EFBIG` for a pipe or a device that gives more than
    ///   ``mostBytesOfStream``.
    package static func readBytes(_ path: String) throws(FileFault) -> [UInt8] {
        var pieces = try FilePieces(path)
        let most = PathKind.isRegular(path) ? Int.max : mostBytesOfStream
        var contents: [UInt8] = []
        while let piece = try pieces.next() {
            contents += piece
            if contents.count > most { throw FileFault(path: path, errorNumber: EFBIG) }
        }
        return contents
    }
}

/// A file that could not be read or written.
package struct FileFault: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let errorNumber: Int32

    // Of a new entry: its folder is there, but takes none, such as those of /proc.
    private var isRefused = false

    package init(path: String, errorNumber: Int32) {
        self.path = path
        self.errorNumber = errorNumber
    }

    /// - Parameters:
    ///   - path: A file or folder that could not be created.
    ///   - errorNumber: The system's reason.
    init(creating path: String, errorNumber: Int32) {
        self.init(path: path, errorNumber: errorNumber)
        isRefused = errorNumber == ENOENT && PathKind(OutputPath.parent(of: path)) == .folder
    }

    package static func missing(_ path: String) -> FileFault { FileFault(path: path, errorNumber: ENOENT) }

    /// Whether the file, or a folder of its path, does not exist.
    package var isMissing: Bool { errorNumber == ENOENT || errorNumber == ENOTDIR }

    package var description: String {
        switch errorNumber {
        case ENOENT where isRefused:
            "\(path) cannot be created: \(OutputPath.parent(of: path)) takes no new files or folders"
        case ENOENT, ENOTDIR: missing
        case EISDIR: "\(path) is a folder, not a file"
        case EEXIST: "\(path) exists already"
        case ESPIPE: "\(path) is no regular file; name one that keeps its content"
        case EFBIG: "\(path) is no regular file, and does not end within \(TextFile.mostBytesOfStream >> 20) MiB"
        default: "\(path): \(String(cString: strerror(errorNumber)))"
        }
    }

    /// A missing folder is named; for a file, the name in its folder that is closest.
    private var missing: String {
        let folder = OutputPath.parent(of: path)
        guard PathKind(folder) == .folder else { return "\(path) does not exist: \(folder) is not a folder" }
        let name = String(path.split(separator: "/").last ?? "")
        let prefix = path.hasSuffix(name) ? path.dropLast(name.count) : ""
        let others = (TextFile.folderEntries(folder) ?? []).filter { $0 != name }.sorted()
        let meant = Spelling.nearest(to: name, among: others)
        return "\(path) does not exist" + (meant.map { "; did you mean \(prefix)\($0)?" } ?? "")
    }
}

/// What is at a path.
package enum PathKind: Sendable {
    case missing
    case folder
    /// A file, or something that is read like one.
    case file

    package init(_ path: String) {
        var status = stat()
        if stat(path, &status) != 0 {
            self = .missing
        } else {
            self = status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
        }
    }

    /// Whether a file is there that keeps its bytes: no pipe, device or socket.
    package static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
