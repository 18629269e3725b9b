import Testing

@Suite("The tests' runner of programs", .timeLimit(.minutes(1)))
struct ToolTests {
    @Test("a program may print more than a pipe holds, on both outputs at once")
    func manyBytes() throws {
        let ending = try Tool.shell("head -c 300000 /dev/zero | tr '\\0' x | tee /dev/stderr; exit 3")
        #expect(ending.code == 3)
        #expect(ending.output.utf8.count == 300_000)
        #expect(ending.complaint == ending.output)
    }

    @Test("the first line is there while the program runs; the rest follows")
    func lines() throws {
        let running = try Tool.Running("/bin/bash", ["-c", "echo one; echo two; echo -n three"], folder: nil)
        #expect(running.firstLine == "one")
        #expect(running.firstLine == "two")
        #expect(running.wait().output == "three")
    }
}
