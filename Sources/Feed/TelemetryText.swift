import Measurement
import NIOCore

/// Readings of a machine's sensors as one JSON object, of any size: `{"id":"pump-17","t000":21.48,"p001":64.02}`.
///
/// From one object to the next, a quarter of the readings change, by less than 0.1; all else stays. Data of fewer than
/// 26 bytes are too short for a reading with its name, and are one number.
struct TelemetryText: Sendable {
    // The current object, and its readings in hundredths.
    private var bytes: [UInt8] = []
    private var readings: [Int] = []
    // Position of the first reading's first digit.
    private var firstDigit = 0

    private static let device = Array("pump-17-hall-west".utf8)
    private static let shortestDevice = 4
    private static let quantities = Array("tphfvc".utf8)
    private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    // `{"id":"` and `"}`.
    private static let frameBytes = 9
    // `,"t000":21.48`
    private static let readingBytes = 13
    private static let range = 1_000...9_999

    /// Appends the next object, of exactly `count` bytes.
    mutating func write(_ count: Int, using random: inout SeededGenerator, into buffer: inout ByteBuffer) {
        if bytes.count != count { begin(count, using: &random) }
        for _ in 0..<max(1, readings.count / 4) where !readings.isEmpty {
            let index = Int(random.uniform(below: UInt64(readings.count)))
            let step = Int(random.uniform(below: 19)) - 9
            readings[index] = min(max(readings[index] + step, Self.range.lowerBound), Self.range.upperBound)
            writeDigits(of: index)
        }
        if readings.isEmpty { writeNumber(using: &random) }
        buffer.writeBytes(bytes)
    }

    /// Makes an object of another size. Readings that it has too keep their values.
    private mutating func begin(_ count: Int, using random: inout SeededGenerator) {
        let room = count - Self.frameBytes - Self.shortestDevice
        guard room >= Self.readingBytes else {
            (bytes, readings) = ([UInt8](repeating: UInt8(ascii: "1"), count: count), [])
            return
        }
        let number = room / Self.readingBytes
        readings.removeLast(max(0, readings.count - number))
        while readings.count < number { readings.append(Self.range.lowerBound + Int(random.uniform(below: 9_000))) }
        bytes = Array("{\"id\":\"".utf8) + Self.device.prefix(Self.shortestDevice + room % Self.readingBytes)
        bytes.append(UInt8(ascii: "\""))
        firstDigit = bytes.count + Self.readingBytes - 5
        for index in readings.indices {
            bytes += Array(",\"".utf8) + Self.name(index) + Array("\":00.00".utf8)
            writeDigits(of: index)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func name(_ index: Int) -> [UInt8] {
        let base = digits.count
        let places = [index / (base * base) % base, index / base % base, index % base]
        return [quantities[index % quantities.count]] + places.map { digits[$0] }
    }

    private mutating func writeDigits(of index: Int) {
        let start = firstDigit + index * Self.readingBytes
        let value = readings[index]
        for (place, divisor) in [(0, 1_000), (1, 100), (3, 10), (4, 1)] {
            bytes[start + place] = Self.digits[value / divisor % 10]
        }
    }

    /// Changes the last digit; a number must not begin with 0.
    private mutating func writeNumber(using random: inout SeededGenerator) {
        guard let last = bytes.indices.last else { return }
        bytes[last] = Self.digits[1 + Int(random.uniform(below: 9))]
    }
}
