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
