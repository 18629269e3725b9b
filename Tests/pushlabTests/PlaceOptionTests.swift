import ArgumentParser
import Measurement
import Testing

@testable import Lab
@testable import pushlab

@Suite("Options for load processes and servers elsewhere")
struct PlaceOptionTests {
    @Test("hosts, launch prefix and server's address are read")
    func read() throws {
        let options = try RunOptions.parse([
            "a.yaml", "--processes", "2", "--load-hosts", "n1,n2", "--launch", "ssh {host}", "--load-program", "/p",
            "--clock-tolerance", "2ms", "--server-host", "10.0.0.1",
        ])
        #expect(
            options.load.spread
                == LoadSpread(processes: 2, hosts: ["n1", "n2"], launch: try LaunchPrefix("ssh {host}"), program: "/p"))
        #expect(options.load.clockTolerance == .milliseconds(2))
        #expect(options.server.place == ServerPlace(address: "10.0.0.1", launch: nil, program: nil))
        let plain = try RunOptions.parse(["a.yaml"])
        #expect(plain.load.spread == .one && plain.server.place == .here && plain.load.clockTolerance == nil)
    }

    @Test(
        "what does not fit together is refused in one sentence",
        arguments: [
            (
                "run a.yaml --load-hosts n1 --server-host 10.0.0.1",
                "--load-hosts is given, which needs --launch, how to run a program there: --launch 'ssh {host}'"
            ),
            (
                "run a.yaml --load-hosts n1 --launch ssh_{host}",
                "--load-hosts is given, which needs --server-host, an address of this machine that the hosts reach"
            ),
            (
                "capacity a.yaml --raise clients --until errors>0 --load-hosts n1 --launch ssh_{host}",
                "--load-hosts is given, which needs --server-host, an address of this machine that the hosts reach"
            ),
            ("run a.yaml --launch ssh", "--launch is given, which needs --load-hosts"),
            ("run a.yaml --load-program /p", "--load-program is given, which needs --load-hosts"),
            (
                "run a.yaml --load-hosts n1,n2 --launch ssh --server-host 10.0.0.1",
                "--launch has no {host}, but --load-hosts names 2 hosts; allowed without it: one host"
            ),
            (
                "run a.yaml --load-hosts n1,n1 --launch ssh_{host}",
                "--load-hosts: names \"n1\" twice; for several load processes on a host use --processes"
            ),
            (
                "run a.yaml --load-hosts n1,,n2 --launch ssh_{host}",
                "--load-hosts is \"n1,,n2\"; allowed host names with commas between them, such as n1,n2"
            ),
            ("run a.yaml --launch ssh_{x}", "--launch: it has {x}; allowed are {host} and {program}"),
            ("run a.yaml --processes 65", "--processes is 65; allowed 1 to 64"),
            (
                "run a.yaml --server-launch ssh_big",
                "--server-launch is given, which needs --server-host, the server's address there"
            ),
            (
                "run a.yaml --server-host 10.0.0.1 --server-program /p",
                "--server-program is given, which needs --server-launch"
            ),
            (
                "run a.yaml --server-host 0.0.0.0",
                "--server-host is 0.0.0.0; allowed one address or name that clients can connect to, such as "
                    + "10.0.0.1"
            ),
            (
                "load --url http://h:1 --transport sse --network lte --load-hosts n1 --launch ssh_{host}",
                "--network is given with --load-hosts; the simulated network is on this machine, which other hosts "
                    + "cannot go through; allowed --processes"
            ),
            (
                "load --url http://h:1 --transport sse --stamps f --processes 2",
                "--stamps is given, which needs one load process on this machine"
            ),
            (
                "run a.yaml --fault-foreign-clock 5ms",
                "--fault-foreign-clock is 5ms; allowed OFFSET,DRIFT up to 24 h and 400 ppm, such as 5ms,50ppm or "
                    + "-2s,-20ppm"
            ),
        ])
    func refused(line: String, sentence: String) {
        let words = line.split(separator: " ").map { String($0.replacing("_", with: " ")) }
        #expect(Parsing.refusal(words) == sentence)
    }
}
