import WebSocketProtocol

/// What encodings leave behind so that the next one is quicker. It belongs to one event loop and has no say in the
/// bytes.
package struct EncodingScratch {
    private var deflaters: [Int: SharedDeflater] = [:]

    package init() {}

    /// zlib's stream for messages compressed each on its own, about 270 kB that need not be made for every one.
    mutating func deflater(windowBits: Int) -> SharedDeflater {
        if let deflater = deflaters[windowBits] { return deflater }
        let deflater = SharedDeflater(windowBits: windowBits)
        deflaters[windowBits] = deflater
        return deflater
    }
}
