import ArgumentParser
import Arguments
import FeedServer
import Foundation
import Transports

/// The teaching page and its lane ports.
struct PageOptions: ParsableArguments {
    @Flag(help: "Serve no teaching page, and open no lane ports.")
    var noPage = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Port of the teaching page's first lane, 1 to \(Self.highestPort); the other lanes have the ports after \
            it. (default: any free ports)
            """, valueName: "n"),
        transform: ArgumentReading.number(in: 1...Self.highestPort))
    var lanePorts: UInt16?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Token that permits control of the teaching page, 16 to 128 letters, digits and -._~; - reads it from the \
            first line of standard input. (default: a random token) Other users of this machine can see options; to \
            hide the token, use - or the environment variable PUSHLAB_CONTROL_TOKEN.
            """, valueName: "token"))
    var controlToken: String?

    static let tokenVariable = "PUSHLAB_CONTROL_TOKEN"
    private static let fromInput = "-"
    private static let highestPort = FeedServer.highestFirstLanePort(.standard)

    func validate() throws {
        for (option, isGiven) in [("--lane-ports", lanePorts != nil), ("--control-token", controlToken != nil)] {
            try require(!isGiven || !noPage, "\(option) is given, which does not go with --no-page")
        }
        if let controlToken, controlToken != Self.fromInput {
            try require(SecretToken.isAllowed(controlToken), "--control-token is not valid; \(SecretToken.rule)")
        }
    }

    /// What to do about a lane port that cannot be used.
    static let portAdvice = "choose another --lane-ports, or leave it out for any free ones"

    var readsInput: Bool { controlToken == Self.fromInput }

    /// The token: from the option, standard input or the environment, or a random one.
    ///
    /// - Throws: ``Failure`` for a token that is not allowed. It never shows the token.
    func token() throws -> String {
        if readsInput {
            guard let token = StandardInput.readLine(upTo: SecretToken.longest) else {
                throw Failure("stdin:1: there is no control token; \(SecretToken.rule)", code: .usage)
            }
            if SecretToken.isAllowed(token) { return token }
            throw Failure("stdin:1: the control token is not valid; \(SecretToken.rule)", code: .usage)
        }
        if let controlToken { return controlToken }
        guard let token = ProcessInfo.processInfo.environment[Self.tokenVariable] else { return SecretToken.random() }
        if SecretToken.isAllowed(token) { return token }
        throw Failure("\(Self.tokenVariable) is not a valid token; \(SecretToken.rule)", code: .usage)
    }
}
