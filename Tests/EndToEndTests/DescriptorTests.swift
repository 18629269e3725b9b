import Foundation
import Glibc
import Testing

@Suite("Few file descriptors, or no /proc", .timeLimit(.minutes(1)))
struct DescriptorTests {
    // Prints the number of the server's descriptors, its CPU time in one second, and its exit code.
    private static let crowd = """
        ulimit -Sn 4096
        ( ulimit -n 150; exec "$1" --max-connections 50 > "$2/said" 2> "$2/complaint" ) &
        for i in $(seq 100); do [ -s "$2/said" ] && break; sleep 0.05; done
        port=$(sed 's/.*"port":\\([0-9]*\\).*/\\1/' "$2/said")
        pid=$(sed 's/.*"pid":\\([0-9]*\\).*/\\1/' "$2/said")
        exec 3<>/dev/tcp/127.0.0.1/$port
        printf 'GET /stream HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n' >&3
        for i in $(seq 300); do exec {silent}<>/dev/tcp/127.0.0.1/$port; done
        before=$(cut -d' ' -f14,15 /proc/$pid/stat)
        sleep 1
        after=$(cut -d' ' -f14,15 /proc/$pid/stat)
        set -- $before $after
        echo "descriptors $(ls /proc/$pid/fd | wc -l)"
        echo "ticks $(( $3 + $4 - $1 - $2 ))"
        read -t 2 -r line <&3 && echo "stream $line"
        kill -TERM $pid
        wait $!
        echo "code $?"
        """

    @Test("300 silent connections use no more descriptors than allowed and no CPU time; the server stops")
    func crowded() throws {
        let scratch = try Scratch()
        let output = try Tool.shell(Self.crowd, Tool.path("pushlab-server"), scratch.folder.path).output
        var said: [Substring: Substring] = [:]
        for line in output.split(whereSeparator: \.isNewline) {
            let pair = line.split(separator: " ", maxSplits: 1)
            if pair.count == 2 { said[pair[0]] = pair[1] }
        }
        let descriptors = try #require(said["descriptors"].flatMap { Int($0) })
        #expect(descriptors > 50 && descriptors <= 134)
        let ticks = try #require(said["ticks"].flatMap { Int($0) })
        #expect(ticks < 30, "CPU time in 1/100 s, within one second")
        #expect(said["stream"]?.hasPrefix("HTTP/1.1 200 OK") == true)
        #expect(said["code"] == "0")
    }

    /// Whether this user has permission to unmount /proc for a process.
    static let mayUnmount = (try? Tool.shell("unshare -m umount -l /proc"))?.code == 0

    @Test("without /proc no program starts", .enabled(if: mayUnmount), arguments: ["pushlab-server", "pushlab"])
    func withoutProc(program: String) throws {
        let ending = try Tool.shell(#"exec unshare -m sh -c 'umount -l /proc; exec "$0"' "$1""#, Tool.path(program))
        #expect(ending.code == 1)
        #expect(ending.complaint.hasPrefix("/proc cannot be read"))
        #expect(ending.complaint.split(whereSeparator: \.isNewline).count == 1)
    }
}
