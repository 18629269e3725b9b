import ArgumentParser
import Arguments
import Feed
import Foundation
import Host
import Transports

/// Who may use the server: pages, names and publishers.
struct AccessOptions: ParsableArguments {
    @Option(
        help: """
            Origin whose pages may use every transport, as scheme://host[:port]; repeat for more. Without it, pages of \
            other origins may open no WebSocket and not use /echo, and cannot read the other answers. Programs, which \
            send no Origin, and this server's own pages always may.
            """)
    var allowOrigin: [String] = []

    @Option(
        help: """
            Name under which clients may ask for this server; repeat for more. IP addresses, localhost and the --host \
            value are always allowed; other names are answered 421, as a page could point its own name here.
            """)
    var allowHost: [String] = []

    @Option(
        help: """
            Bearer token that POST /publish asks for, with --feed external; 16 to 128 letters, digits and -._~. \
            Without one, a random token is printed at the start. Other users of this machine can see it; better use \
            --publish-token-file or the environment variable PUSHLAB_PUBLISH_TOKEN.
            """)
    var publishToken: String?

    @Option(help: "File that holds the token, on one line.")
    var publishTokenFile: String?

    static let tokenVariable = "PUSHLAB_PUBLISH_TOKEN"

    func validate() throws {
        _ = try origins()
        _ = try hosts(serverHost: "")
        try require(
            publishToken == nil || publishTokenFile == nil,
            "--publish-token and --publish-token-file are both given; allowed is one of them")
        if let publishToken {
            try require(PublishToken.isAllowed(publishToken), "--publish-token is not allowed; \(PublishToken.rule)")
        }
    }

    func origins() throws -> OriginPolicy {
        do throws(OriginFault) {
            return try OriginPolicy(allowed: allowOrigin)
        } catch {
            throw ValidationError("--allow-origin is \(error)")
        }
    }

    func hosts(serverHost: String) throws -> HostPolicy {
        do throws(HostNameFault) {
            return try HostPolicy(serverHost: serverHost, allowed: allowHost)
        } catch {
            throw ValidationError("--allow-host is \(error)")
        }
    }

    /// The token that the user chose, by option, file or environment, in this order.
    ///
    /// - Throws: ``Failure`` for a file that cannot be read or a token that is not allowed; it does not show the token.
    func chosenToken() throws -> String? {
        if let publishToken { return publishToken }
        if let publishTokenFile {
            let bytes: [UInt8]
            do { bytes = try TextFile.readBytes(publishTokenFile) } catch { throw Failure("\(error)", code: .usage) }
            let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
            if PublishToken.isAllowed(token) { return token }
            throw Failure("\(publishTokenFile):1: the token is not allowed; \(PublishToken.rule)", code: .usage)
        }
        guard let token = ProcessInfo.processInfo.environment[Self.tokenVariable] else { return nil }
        if PublishToken.isAllowed(token) { return token }
        throw Failure("\(Self.tokenVariable) is not allowed as a token; \(PublishToken.rule)", code: .usage)
    }
}
