import Foundation
import ResultFiles
import Testing

/// Launchers that record their words and run the program here take the place of those of a cluster.
@Suite("The files of Scenarios/clusters")
struct ClusterFilesTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    @Test("ssh.sh starts a load process on each host of its list")
    func ssh() throws {
        let scratch = try Scratch()
        // Like ssh, it gives its last word to a shell.
        let ending = try Self.run(
            scratch, "ssh.sh", [try scratch.write("hosts", "# nodes\nn1\n\n  n2\r\n")],
            ["ssh": #"exec sh -c "$4""#])
        #expect(ending.code == 0, "\(ending.complaint)")
        let worker = "exec \(Tool.path("pushlab")) worker"
        #expect(
            Self.words(scratch, "ssh") == ["-o|BatchMode=yes|n1|\(worker)", "-o|BatchMode=yes|n2|\(worker)"])
        #expect(try Self.unique(scratch) == 95)
    }

    @Test("mpi.sh starts a job of one rank per host")
    func mpi() throws {
        let scratch = try Scratch()
        let ending = try Self.run(
            scratch, "mpi.sh", [try scratch.write("hosts", "n1\nn2\n")],
            ["mpirun": #"shift 7; exec "$@""#], "MPIRUN_OPTIONS=--oversubscribe")
        #expect(ending.code == 0, "\(ending.complaint)")
        let rest = "\(Tool.path("pushlab"))|worker"
        #expect(
            Self.words(scratch, "mpirun")
                == ["n1", "n2"].map { "--oversubscribe|--bind-to|none|-np|1|--host|\($0)|\(rest)" })
        #expect(try Self.unique(scratch) == 95)
    }

    @Test("slurm.sbatch starts a step on each node of its job")
    func slurm() throws {
        let scratch = try Scratch()
        let ending = try Self.run(
            scratch, "slurm.sbatch", [],
            ["srun": #"shift 4; exec "$@""#, "scontrol": "printf 'n1\\nn2\\n'"], "SLURM_JOB_NODELIST=n[1-2]")
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(Self.words(scratch, "scontrol") == ["show|hostnames|n[1-2]"])
        let rest = "\(Tool.path("pushlab"))|worker"
        #expect(
            Self.words(scratch, "srun")
                == ["n1", "n2"].map { "--overlap|--nodes=1|--ntasks=1|--nodelist=\($0)|\(rest)" })
        #expect(try Self.unique(scratch) == 95)
    }

    @Test("kubernetes.sh makes the Job, runs the clients in its pods and deletes it")
    func kubernetes() throws {
        let scratch = try Scratch()
        let ending = try Self.run(
            scratch, "kubernetes.sh", [],
            ["kubectl": #"case $1 in get) echo "pod-0 pod-1" ;; exec) shift 4; exec "$@" ;; esac"#],
            "PUSHLAB_IN_PODS=\(Tool.path("pushlab"))")
        #expect(ending.code == 0, "\(ending.complaint)")
        let file = "\(Self.root)/Scenarios/clusters/kubernetes.yaml"
        let words = Self.words(scratch, "kubectl")
        #expect(words.contains("apply|--filename|\(file)"))
        #expect(words.contains("delete|--filename|\(file)|--wait=false"))
        for pod in ["pod-0", "pod-1"] {
            #expect(words.contains("exec|--stdin|\(pod)|--|\(Tool.path("pushlab"))|worker"))
        }
        #expect(try Self.unique(scratch) == 95)
    }

    @Test("a script without its arguments says how to use it", arguments: ["ssh.sh", "mpi.sh", "slurm.sbatch"])
    func usage(file: String) throws {
        let ending = try Tool.shell("PUSHLAB=x bash \(Self.root)/Scenarios/clusters/\(file)")
        #expect(ending.code == 2)
        #expect(ending.complaint.hasPrefix("usage: "))
    }

    /// Runs a script with launchers of a test in front of its PATH.
    private static func run(
        _ scratch: borrowing Scratch, _ file: String, _ arguments: [String], _ launchers: [String: String],
        _ variables: String...
    ) throws -> Tool.Ending {
        for (name, body) in launchers {
            let text = "#!/bin/sh\n(IFS='|'; printf '%s\\n' \"$*\") >> '\(scratch.path(name)).words'\n\(body)\n"
            let path = try scratch.write(name, text)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let words =
            ["PATH=\(scratch.folder.path):/usr/local/bin:/usr/bin:/bin", "PUSHLAB=\(Tool.path("pushlab"))"]
            + ["PUSHLAB_SERVER_HOST=127.0.0.1"] + variables
            + ["bash", "\(root)/Scenarios/clusters/\(file)"] + arguments
            + [scenario, "--quiet", "--out", scratch.path("out")]
        return try Tool.Running("/usr/bin/env", words, folder: nil).wait()
    }

    /// The words of each call, sorted.
    private static func words(_ scratch: borrowing Scratch, _ name: String) -> [String] {
        (scratch.read("\(name).words") ?? "").split(separator: "\n").map(String.init).sorted()
    }

    private static func unique(_ scratch: borrowing Scratch) throws -> Int? {
        try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv").first?.unique
    }
}
