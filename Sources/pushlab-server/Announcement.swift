import Foundation
import Glibc
import Host

/// The line of JSON that the server prints when it is ready.
struct Announcement {
    let host: String
    let port: Int
    let pid: Int32
    let tls: Bool
    /// The certificate that clients have to trust, in PEM; `nil` unless the server signed it itself.
    let certificate: String?
    /// The token for publishing; `nil` unless the server generated it.
    let publishToken: String?
    /// The page's address with the token that permits control; `nil` without the page.
    let control: String?

    func line() -> [UInt8] {
        var text = #"{"event":"listening","host":"\#(host)","port":\#(port),"pid":\#(pid),"tls":\#(tls)"#
        if let certificate { text += #","certificate":"\#(certificate.replacing("\n", with: #"\n"#))""# }
        if let publishToken { text += #","publish_token":"\#(publishToken)""# }
        if let control { text += #","control":"\#(control)""# }
        return Array((text + "}\n").utf8)
    }
}

/// Standard output, where the server prints its announcement.
enum StandardOutput {
    private static let name = "standard output"

    /// - Throws: ``FileFault`` if it is closed. Its descriptor may then belong to an event queue of the runtime, opened
    ///   before the program starts; such a file has no type.
    static func check() throws(FileFault) {
        var status = stat()
        if fstat(STDOUT_FILENO, &status) < 0 || status.st_mode & S_IFMT == 0 {
            throw FileFault(path: name, errorNumber: EBADF)
        }
    }

    /// - Throws: ``FileFault`` with the system's reason.
    static func write(_ bytes: [UInt8]) throws(FileFault) {
        try Descriptor.write(bytes, to: STDOUT_FILENO, named: name)
    }
}
