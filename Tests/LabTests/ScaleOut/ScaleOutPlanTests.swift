import ResultFiles
import Scenario
import Testing

@testable import Lab

@Suite("The plan of a scenario with several servers")
struct ScaleOutPlanTests {
    private static let text = """
        name: a
        feeds: [{source: synthetic}]
        transports: [{use: sse}, {use: raw-tcp, with: {clients: 2}}]
        """
    private static let scaled = """
        name: a
        feeds: [{source: synthetic}]
        transports: [{use: sse}]
        scale-out: [3, 1]
        """

    private static func settings() -> RunSettings {
        RunSettings(
            out: nil, commandLine: ["pushlab"], executables: Executables(server: "/s", pushlab: "/p"),
            seedsMasks: false, progress: NoProgress())
    }

    private static func plan(_ text: String) throws -> RunPlan {
        RunPlan(ScenarioRun(try Scenario(text: text, file: "a.yaml"), text: text), settings())
    }

    @Test("each step has its number of servers, with HAProxy before them; the manifest has the numbers")
    func steps() throws {
        let plan = try Self.plan(Self.scaled)
        let steps = plan.steps.map(\.measurement)
        #expect(steps.compactMap { ($0.server as? ScaleOutServer)?.servers }.sorted() == [1, 3])
        #expect(steps.allSatisfy { $0.middleboxes.boxes.map(\.name) == ["haproxy"] })
        #expect(steps.allSatisfy { $0.subject.scaleOut == ($0.server as? ScaleOutServer)?.servers })
        #expect(steps.allSatisfy { $0.subject.server == "pushlab" })
        let manifest = Runner.manifest(of: plan, at: UTCInstant(millisecondsSince1970: 0), Self.settings())
        #expect(manifest.environment["scale-out"] == ["servers": "1, 3"])
    }

    @Test("without the field each case has one server, and the manifest has no such group")
    func one() throws {
        let plan = try Self.plan(Self.text)
        #expect(plan.steps.allSatisfy { $0.measurement.server is OwnServer })
        #expect(plan.steps.allSatisfy { $0.measurement.middleboxes.boxes.isEmpty })
        let manifest = Runner.manifest(of: plan, at: UTCInstant(millisecondsSince1970: 0), Self.settings())
        #expect(manifest.environment["scale-out"] == nil)
    }

    @Test("servers and clients elsewhere cannot be combined with it")
    func places() throws {
        let scenario = try Scenario(text: Self.scaled, file: "a.yaml")
        let id = scenario.cases[0].id
        var settings = Self.settings()
        try settings.checkPlaces(of: scenario)
        settings.serverPlace = ServerPlace(address: "192.0.2.1", launch: try LaunchPrefix("ssh {host}"), program: nil)
        var fault = #expect(throws: SpreadFault.self) { try settings.checkPlaces(of: scenario) }
        #expect(
            fault?.description
                == "case \(id) starts several servers on this machine, with Redis and HAProxy; leave the case out, or "
                + "remove --server-launch")
        settings = Self.settings()
        settings.spread = LoadSpread(
            processes: 1, hosts: ["n1"], launch: try LaunchPrefix("ssh {host}"), program: "/p")
        fault = #expect(throws: SpreadFault.self) { try settings.checkPlaces(of: scenario) }
        #expect(fault == .middlebox(case: id, name: "haproxy"))
    }
}
