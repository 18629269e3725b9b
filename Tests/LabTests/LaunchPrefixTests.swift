import Testing

@testable import Lab

@Suite("The command that runs a program elsewhere")
struct LaunchPrefixTests {
    @Test(
        "words are split as a shell does it, without a shell",
        arguments: [
            ("ssh n1", ["ssh", "n1"]), ("  ssh\t n1 ", ["ssh", "n1"]), (#"a 'b c' d"#, ["a", "b c", "d"]),
            (#"a "b c" d"#, ["a", "b c", "d"]), (#"a\ b c"#, ["a b", "c"]), (#"a'b'"c"d"#, ["abcd"]),
            (#"a '' b"#, ["a", "", "b"]), (#"a "\"\\\n" b"#, ["a", #""\\n"#, "b"]), (#"'a\b'"#, [#"a\b"#]),
            (#"sh -c 'echo $HOME; $(rm -r x) `y` > z'"#, ["sh", "-c", "echo $HOME; $(rm -r x) `y` > z"]),
            ("kubectl exec -i pod --", ["kubectl", "exec", "-i", "pod", "--"]),
        ])
    func words(text: String, words: [String]) throws {
        #expect(try LaunchPrefix(text).command([], on: "h") == words)
    }

    @Test("the program follows, with its arguments")
    func appended() throws {
        let prefix = try LaunchPrefix("srun --nodes=1 --nodelist={host}")
        #expect(prefix.namesHost)
        #expect(
            prefix.command(["/opt/pushlab", "worker"], on: "n2")
                == ["srun", "--nodes=1", "--nodelist=n2", "/opt/pushlab", "worker"])
    }

    @Test("a word {program} becomes the program and its arguments")
    func inPlace() throws {
        let prefix = try LaunchPrefix("docker run -i image {program} --")
        #expect(!prefix.namesHost)
        #expect(prefix.command(["/p", "worker"], on: "x") == ["docker", "run", "-i", "image", "/p", "worker", "--"])
    }

    @Test("within a longer word, the program is quoted for the shell that reads it")
    func quoted() throws {
        let prefix = try LaunchPrefix("ssh {host} 'cd /tmp && exec {program} 2> log'")
        #expect(
            prefix.command(["/my lab/pushlab", "worker", "it's"], on: "n1") == [
                "ssh", "n1", #"cd /tmp && exec '/my lab/pushlab' worker 'it'\''s' 2> log"#,
            ])
        #expect(LaunchPrefix.quoted("") == "''")
        #expect(LaunchPrefix.quoted("--feed=replay:/a,b@c%+x") == "--feed=replay:/a,b@c%+x")
    }

    @Test("a host with blanks stays one word")
    func host() throws {
        #expect(try LaunchPrefix("a {host}{host}").command(["p"], on: "x y") == ["a", "x yx y", "p"])
    }

    @Test(
        "what cannot be a command is refused",
        arguments: [
            ("", "it names no command"), ("  ", "it names no command"), ("'' a", "it names no command"),
            ("ssh 'n1", "a ' has no second one"), (#"ssh "n1"#, #"a " has no second one"#),
            (#"ssh n1\"#, "its last character is a backslash, which needs one after it"),
            ("ssh {node}", "it has {node}; allowed are {host} and {program}"),
        ])
    func refused(text: String, sentence: String) {
        #expect(throws: LaunchPrefixFault(sentence)) { try LaunchPrefix(text) }
    }

    @Test("each host has its processes; without hosts they are on this machine")
    func places() throws {
        let spread = LoadSpread(processes: 2, hosts: ["a", "b"], launch: try LaunchPrefix("ssh {host}"), program: "/x")
        let places = spread.places(own: "/own")
        #expect(places.map(\.name) == ["a, process 1", "a, process 2", "b, process 1", "b, process 2"])
        #expect(places[2].command == ["ssh", "b", "/x", "worker"])
        #expect(places.allSatisfy { !$0.isHere })
        #expect(spread.count == 4 && spread.processesHere == 1)
        #expect(
            spread.facts == ["processes_per_host": "2", "hosts": "a,b", "launch": "ssh {host}", "program": "/x"])
        let here = LoadSpread(processes: 2, hosts: [], launch: nil, program: nil)
        #expect(here.places(own: "/own").map(\.command) == [["/own", "worker"], ["/own", "worker"]])
        #expect(here.places(own: "/own").map(\.name) == ["process 1", "process 2"])
        #expect(here.processesHere == 2)
        #expect(here.clientsPerProcess(5) == 3)
        #expect(LoadSpread.one.facts == nil && LoadSpread.one.executor(own: "/own") is LoadProcess)
    }

    @Test("each load process has at most 20,000 clients")
    func limit() throws {
        func refusal(_ clients: Int, processes: Int = 1, hosts: [String] = []) -> String? {
            let spread = LoadSpread(processes: processes, hosts: hosts, launch: nil, program: nil)
            do throws(CrowdedProcesses) {
                try spread.check(clients: clients, named: "--clients")
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal(20_000) == nil && refusal(40_000, processes: 2) == nil)
        #expect(refusal(120_000, processes: 2, hosts: ["a", "b", "c"]) == nil)
        #expect(
            refusal(20_001) == "--clients is 20001, for one load process; allowed up to 20000 for each; use "
                + "--processes 2 or more, or more hosts with --load-hosts")
        #expect(
            refusal(1_000_000, processes: 2) == "--clients is 1000000, which is 500000 for each of 2 load processes; "
                + "allowed up to 20000 for each; use --processes 50 or more, or more hosts with --load-hosts")
        #expect(
            refusal(60_001, hosts: ["a", "b", "c"]) == "--clients is 60001, which is 20001 for each of 3 load "
                + "processes; allowed up to 20000 for each; use --processes 2 or more, or more hosts with --load-hosts")
        #expect(LoadSpread(processes: 2, hosts: ["a", "b", "c"], launch: nil, program: nil).mostClients == 120_000)
    }

    @Test("a server elsewhere gets its arguments through the prefix")
    func server() throws {
        let place = ServerPlace(address: "10.0.0.9", launch: try LaunchPrefix("ssh {host}"), program: nil)
        #expect(place.command(own: "/s", arguments: ["--port", "0"]) == ["ssh", "10.0.0.9", "/s", "--port", "0"])
        #expect(place.facts == ["address": "10.0.0.9", "launch": "ssh {host}"])
        #expect(ServerPlace.here.command(own: "/s", arguments: ["-v"]) == ["/s", "-v"])
        #expect(ServerPlace.here.facts == nil)
    }
}
