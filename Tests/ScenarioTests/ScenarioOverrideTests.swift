import Testing

@testable import Scenario

@Suite("Overrides on the command line")
struct ScenarioOverrideTests {
    @Test(
        "an error in an override names the override",
        arguments: [
            ("duration=0s", "duration is 0 s; allowed 1 s to 1 h"),
            ("duration=", "the value is missing"),
            ("duration", "allowed is path=value, such as duration=5s"),
            ("=5s", "allowed is a path such as duration or transports[0].interval"),
            ("transports[x].use=a", "allowed is a path such as duration or transports[0].interval"),
            ("transports[3].interval=1s", "transports has 1 entry, counted from 0"),
            ("name.length=1", "name is a single value and has no field length"),
            ("name[0]=1", "name is a single value, not a list"),
            ("link.rtt=1ms", "the scenario has no field link"),
            (
                "transports[0].hold=1s",
                "short-poll has no field hold; allowed use, label, interval, latest, connection, "
                    + "empty, gzip, headers, http, through, tls, resumption"
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
}
