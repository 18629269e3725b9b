typealias FuzzTarget = @Sendable (inout FuzzInput) -> Void

/// What this program fuzzes: the target that it is called by (`argv[0]`), one of `targets`.
private let target: FuzzTarget = {
    let name = CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? ""
    guard let target = targets[name] else {
        fatalError("call this program by one of the names \(targets.keys.sorted().joined(separator: ", "))")
    }
    return target
}()

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    target(&input)
    return 0
}
