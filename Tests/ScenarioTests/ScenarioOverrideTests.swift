import Testing

@testable import Scenario

@Suite("Overrides on the command line")
struct ScenarioOverrideTests {
    @Test(
        "an error in an override names the override",
        arguments: [
            ("duration=0s", "duration is 0 s; allowed 1 s to 1 h"),
            ("duration=", "the value is missing"), ("duration = 0s", "duration is 0 s; allowed 1 s to 1 h"),
            ("duration", "write path=value, such as duration=5s"),
            ("=5s", "write a path such as duration or transports[0].interval"),
            ("transports[x].use=a", "write a path such as duration or transports[0].interval"),
            ("transports[3].interval=1s", "transports has no entry 3; allowed 0 to 0"),
            ("transport[0].interval=1s", "the scenario has no field transport; did you mean transports?"),
            ("transports.interval=1s", "transports is a list and has no field interval; write transports[0].interval"),
            ("name=''", "name is empty; allowed \(Label.rangeText)"),
            ("name.length=1", "name is a single value and has no field length"),
            ("name[0]=1", "name is a single value, not a list"),
            ("link.rtt=1ms", "the scenario has no field link"),
            (
                "transports[0].hold=1s",
                "hold is an option of long-poll, not of short-poll; allowed use, label, with, interval, latest, "
                    + "connection, empty, gzip, headers, http, through, tls, resumption"
            ),
        ]
    )
    func mistakes(override: String, message: String) {
        #expect(messages(minimal, overrides: [override]) == ["--set \(override): \(message)"])
    }

    @Test("for an unknown field the allowed ones are listed")
    func unknown() {
        let seen = messages(minimal, overrides: ["client=5"])
        #expect(seen.first?.hasPrefix("--set client=5: the scenario has no field client; allowed name, ") == true)
        #expect(seen.first?.hasSuffix("did you mean clients?") == true)
    }

    @Test("a later override wins")
    func order() throws {
        #expect(try read(minimal, overrides: ["seed=2", "seed=3"]).seed == 3)
    }

    @Test("of a long override with several mistakes, each line shows only the path")
    func long() {
        let seen = messages(minimal, overrides: ["transports=[{use: sse, http: 4}, {use: sse, http: 3, label: x}]"])
        #expect(
            seen == [
                "--set transports: http is 4; allowed 1.1, 2, 2-shared",
                "--set transports: http is 3; allowed 1.1, 2, 2-shared",
            ])
    }

    @Test(
        "a field is changed by its path",
        arguments: [
            ("clients", "clients=5"), ("rate", "'feeds[0].rate=5'"), ("interval", "'transports[0].interval=5'"),
            ("threads", nil),
        ])
    func change(field: String, change: String?) {
        #expect(Scenario.change(of: field, to: "5") == change)
    }
}
