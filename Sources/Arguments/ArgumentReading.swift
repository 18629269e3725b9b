import ArgumentParser
import Feed
import Measurement
import Transports

/// Readers for option values: each says what was seen and what is allowed.
package enum ArgumentReading {
    /// A quantity with its unit, such as `25s`, `10/s` or `128B`.
    package static func quantity<Value: Quantity>(_ text: String) throws -> Value {
        do {
            return try Value(quantity: text)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// A whole number within bounds.
    package static func number<Value: FixedWidthInteger & Sendable>(
        in range: ClosedRange<Value>
    ) -> @Sendable (String) throws -> Value {
        { text in
            if let value = Value(text), range.contains(value) { return value }
            throw ValidationError("it is '\(text.prefix(64))'; allowed \(range.lowerBound) to \(range.upperBound)")
        }
    }

    package static func port(_ text: String) throws -> UInt16 {
        if let port = UInt16(text) { return port }
        throw ValidationError("it is '\(text)'; allowed 0 to 65535")
    }

    package static func feedSource(_ text: String) throws -> FeedSource {
        do {
            return try FeedSource(text)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// One of a fixed set of words.
    package static func choice<Value: RawRepresentable & CaseIterable>(_ text: String) throws -> Value
    where Value.RawValue == String {
        if let value = Value(rawValue: text) { return value }
        let allowed = Value.allCases.map { $0.rawValue }.joined(separator: ", ")
        throw ValidationError("it is '\(text)'; allowed: \(allowed)")
    }
}
