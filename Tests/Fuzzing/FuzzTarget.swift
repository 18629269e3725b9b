typealias FuzzTarget = @Sendable (inout FuzzInput) -> Void

// run.sh builds two programs: CLIENT fuzzes the parsers of everything that the load generator and a simulated link read
// from a server, and those that explain connections, captures and pasted texts; the other fuzzes WebSocket frames,
// permessage-deflate, handshakes and HTTP/1 requests.
#if CLIENT
    private let targets: [String: FuzzTarget] = [
        "Answers": fuzzAnswers, "Capture": fuzzCapture, "Dissector": fuzzDissector, "Explain": fuzzExplain,
        "Hold": fuzzHold,
    ]
#else
    private let targets: [String: FuzzTarget] = [
        "Decoder": fuzzDecoder, "Deflate": fuzzDeflate, "Handshake": fuzzHandshake, "Request": fuzzRequest,
    ]
#endif

/// The target that this process fuzzes: the name of the program (`argv[0]`), one of `targets`.
private let target: FuzzTarget = {
    let name = CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? ""
    guard let target = targets[name] else {
        fatalError("start this program under one of the names \(targets.keys.sorted().joined(separator: ", "))")
    }
    return target
}()

/// libFuzzer calls this function once per input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    target(&input)
    return 0
}
