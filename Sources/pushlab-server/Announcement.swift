import Foundation

/// The line of JSON that tells whoever started the server that it is ready.
struct Announcement {
    let host: String
    let port: Int
    let pid: Int32
    let tls: Bool
    /// What clients have to trust, in PEM, where the server signed its certificate itself.
    let certificate: String?
    /// What publishers have to show; `nil` where nobody publishes, or where the user chose it.
    let publishToken: String?

    func line() -> [UInt8] {
        var text = #"{"event":"listening","host":"\#(host)","port":\#(port),"pid":\#(pid),"tls":\#(tls)"#
        if let certificate { text += #","certificate":"\#(certificate.replacing("\n", with: #"\n"#))""# }
        if let publishToken { text += #","publish_token":"\#(publishToken)""# }
        return Array((text + "}\n").utf8)
    }
}
