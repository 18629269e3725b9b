import Foundation
import Host
import Measurement
import Subprocess
import SystemPackage

/// A shell that ends the processes of a third-party server and its feeder if the lab is killed before it can do so.
///
/// A third-party server may ignore the end of its input, and its processes may leave its process group. So the shell
/// looks for the marker in the environment of each process, and for the members of the control group.
struct PeerWatchdog: Sendable {
    let markers: [ProcessMarker]
    /// The folder of the server's control group; `nil` for none.
    let group: String?
    /// The server's folder for temporary files, which is removed.
    let scratch: String

    // The read returns a line if the lab has ended everything itself, and fails if the lab was killed. A process that
    // starts others meanwhile is found in a further round. `grep -z` reads the environment as its variables, and -x
    // compares the whole of one.
    static let script = #"""
        group=$1; scratch=$2; shift 2
        trap '' TERM INT HUP
        if read -r _; then exit 0; fi
        rounds=0
        while [ "$rounds" -lt 50 ]; do
            left=
            for variable in "$@"; do
                for file in $(grep -lszFx -e "$variable" /proc/[0-9]*/environ); do
                    file=${file#/proc/}
                    left="$left ${file%/environ}"
                done
            done
            [ -z "$group" ] || left="$left $(cat "$group/cgroup.procs")"
            [ -n "${left# }" ] || break
            kill -KILL $left
            rounds=$((rounds + 1))
            sleep 0.1
        done
        [ -z "$group" ] || rmdir "$group"
        rm -rf "$scratch"
        """#

    /// The arguments of `/bin/sh`.
    var arguments: [String] {
        ["-c", Self.script, "sh", group ?? "", scratch] + markers.map { "\($0.name)=\($0.value)" }
    }

    // Ctrl-C cancels the task that runs this, and then the watchdog must outlive the processes that are being ended.
    private static var options: PlatformOptions {
        var options = ChildProcess.options
        options.teardownSequence = ChildProcess.ending(within: .seconds(60))
        return options
    }

    /// Runs `body` under watch. `body` must end the processes itself, however it ends.
    func whileWatching<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: .init(arguments), platformOptions: Self.options, input: .inputWriter,
            output: .discarded, error: .discarded
        ) { execution -> Result<Value, any Error> in
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            // The shell is gone if it was killed; there is no need for it any more.
            _ = try? await execution.standardInputWriter.write("done\n")
            return result
        }
        return try outcome.closureResult.get()
    }
}
