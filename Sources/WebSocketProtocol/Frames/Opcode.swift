/// What a frame carries (RFC 6455 §5.2, §11.8).
package enum Opcode: UInt8, Sendable, Hashable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Close, Ping and Pong: at most 125 bytes, never fragmented, allowed between fragments (§5.5).
    package var isControl: Bool { rawValue & 0x8 != 0 }
}
