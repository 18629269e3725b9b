import CLinux
import Glibc
import WebSocketProtocol

extension MaskKeySource {
    /// Keys of the kernel's random numbers, a block by one system call: a call for each key would cost about 500 ns.
    static var system: MaskKeySource {
        MaskKeySource { _, words in
            words.withUnsafeMutableBytes { bytes in
                // Up to 256 bytes come whole, and no signal interrupts them (getrandom(2)).
                let count = getrandom(bytes.baseAddress, bytes.count, 0)
                precondition(count == bytes.count, "the kernel gave no random numbers: errno \(errno)")
            }
        }
    }
}
