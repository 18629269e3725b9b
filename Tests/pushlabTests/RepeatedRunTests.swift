import ArgumentParser
import Feed
import FeedServer
import Measurement
import ResultFiles
import Testing

@testable import Lab
@testable import LoadGenerator
@testable import Scenario
@testable import Transports
@testable import pushlab_server

/// What a run decides before it starts, per step: the items with their due times, and when each client polls.
private struct PlannedStep: Equatable {
    let caseID: String
    let repetition: Int
    let items: [FeedItem]
    /// By client, from the start.
    let polls: [[Duration]]
}

@Suite("Two runs of a scenario with one seed")
struct RepeatedRunTests {
    private static let text = """
        name: again
        feeds:
          - {source: synthetic, rate: 50/s, payload: 64B, arrivals: poisson}
          - {source: synthetic, rate: 50/s, payload: 64B, content: json}
        clients: 7
        transports: [{use: short-poll, interval: 200ms}, {use: long-poll}, {use: websocket}]
        warmup: 1s
        duration: 3s
        repeats: 2
        seed: SEED
        """

    @Test("publish the same items at the same due times, plan the same polls, in the same order")
    func same() throws {
        let first = try plan(seed: 11, startingAt: 1_000_000_000)
        #expect(first.count == 12)
        for step in first {
            #expect(step.items.count == 200)
            #expect(step.polls.count == (step.caseID.contains("short-poll") ? 7 : 0))
            #expect(step.polls.allSatisfy { $0.count == 20 })
        }
        // A later run, on another port, starts at another time.
        #expect(try plan(seed: 11, startingAt: 7_000_000_123) == first)
    }

    @Test("another seed gives other items, due times and polls; so does another repeat")
    func other() throws {
        let first = try plan(seed: 11, startingAt: 0)
        let other = try plan(seed: 12_345, startingAt: 0)
        #expect(first.map(\.caseID) != other.map(\.caseID), "the order")
        for step in first {
            let its = try #require(other.first { $0.caseID == step.caseID && $0.repetition == step.repetition })
            let next = try #require(first.first { $0.caseID == step.caseID && $0.repetition != step.repetition })
            for one in [its, next] {
                #expect(zip(one.items, step.items).allSatisfy { $0.text != $1.text })
                let isPoisson = step.caseID.contains("poisson")
                let dues = [one, step].map { $0.items.map(\.dueMicroseconds) }
                #expect((dues[0] != dues[1]) == isPoisson, "\(step.caseID)")
                #expect(step.polls.isEmpty || zip(one.polls, step.polls).allSatisfy { $0 != $1 })
            }
        }
    }

    private func plan(seed: UInt64, startingAt nanoseconds: Int64) throws -> [PlannedStep] {
        let text = Self.text.replacing("SEED", with: "\(seed)")
        let settings = RunSettings(
            out: nil, commandLine: [], executables: Executables(server: "/", pushlab: "/"), seedsMasks: false,
            progress: NoProgress())
        let run = ScenarioRun(try Scenario(text: text, file: ""), text: text)
        return try RunPlan(run, settings).steps.map { step in
            let subject = step.measurement.subject
            let server = try #require(step.measurement.server as? OwnServer)
            return PlannedStep(
                caseID: subject.id, repetition: subject.repetition, items: try items(of: server),
                polls: polls(of: subject, startingAt: MonotonicInstant(nanoseconds: nanoseconds)))
        }
    }

    /// The items that the server makes of its command line.
    private func items(of server: OwnServer) throws -> [FeedItem] {
        let command = try #require(try ServerCommand.parseAsRoot(server.arguments) as? ServerCommand)
        guard case .synthetic(var feed) = try command.feedOptions.input() else { return [] }
        return (0..<200).map { _ in feed.next() }
    }

    /// When the clients of a case poll by schedule; empty for other transports.
    private func polls(of subject: MeasuredCase, startingAt now: MonotonicInstant) -> [[Duration]] {
        let server = ServerEndpoint(target: LoadTarget(port: Int(now.nanoseconds % 50_000) + 1), isFresh: true)
        let plan = subject.plan(for: server, status: nil, through: EntryPoint(of: server), at: now, clock: nil)
        guard case .exchanges(let makeListener) = subject.transport.type.client else { return [] }
        let listeners = ListenerSetups(plan).map(makeListener)
        guard listeners.allSatisfy(\.followsSchedule) else { return [] }
        return listeners.map { listener in
            var (listener, dues) = (listener, [plan.times.start])
            for _ in 0..<20 { dues.append(listener.nextRequestDue(at: dues[dues.count - 1])) }
            return dues.dropFirst().map { $0 - plan.times.start }
        }
    }
}
