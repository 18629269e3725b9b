import ArgumentParser
import Arguments
import Foundation
import Glibc
import Host
import Transports

/// Which pages, host names and publishers may use the server.
struct AccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Origin whose pages may use every transport, as scheme://host[:port]; can be repeated. Pages of other \
            origins cannot open a WebSocket, use /echo or read other answers. Programs that send no Origin, and this \
            server's own pages, are always allowed. Pages from files have the origin null.
            """, valueName: "origin"))
    var allowOrigin: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Host name that requests may use for this server; can be repeated. IP addresses, localhost and the --host \
            value are always allowed; other names are answered 421, against DNS rebinding.
            """, valueName: "name"))
    var allowHost: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Bearer token that POST /publish requires, with --feed external; 16 to 128 letters, digits and -._~. \
            (default: a random token, printed at the start) Other users of this machine can see options; \
            --publish-token-file and the environment variable PUSHLAB_PUBLISH_TOKEN hide it.
            """, valueName: "token"))
    var publishToken: String?

    @Option(help: ArgumentHelp("File with the token on one line.", valueName: "file"))
    var publishTokenFile: String?

    static let tokenVariable = "PUSHLAB_PUBLISH_TOKEN"

    func validate() throws {
        _ = try origins()
        _ = try hosts(serverHost: "")
        try require(
            publishToken == nil || publishTokenFile == nil,
            "--publish-token and --publish-token-file are both given; allowed one of them")
        if let publishToken {
            try require(SecretToken.isAllowed(publishToken), "--publish-token is not valid; \(SecretToken.rule)")
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

    /// The user's token: from the option, the file or the environment, in this order.
    ///
    /// - Throws: ``Failure`` for a file that cannot be read or a token that is not allowed. It never shows the token.
    func chosenToken() throws -> String? {
        if let publishToken { return publishToken }
        if let publishTokenFile {
            let bytes: [UInt8]
            do {
                bytes = try TextFile.readBytes(publishTokenFile)
            } catch {
                throw Failure("--publish-token-file: \(error)", code: .usage)
            }
            let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
            if SecretToken.isAllowed(token) { return token }
            throw Failure("\(publishTokenFile):1: the token is not valid; \(SecretToken.rule)", code: .usage)
        }
        guard let token = ProcessInfo.processInfo.environment[Self.tokenVariable] else { return nil }
        if SecretToken.isAllowed(token) { return token }
        throw Failure("\(Self.tokenVariable) is not a valid token; \(SecretToken.rule)", code: .usage)
    }
}
