import ArgumentParser
import Feed
import Measurement

/// Readers for option values. Their errors say what is allowed; ``CommandLineMistake`` adds the option and the value.
package enum ArgumentReading {
    /// A quantity within bounds, with its unit, such as `25s`, `10/s` or `128B`.
    ///
    /// - Parameters:
    ///   - range: The bounds.
    ///   - other: A value out of bounds that is allowed too.
    /// - Returns: A reader for an option.
    package static func quantity<Value: Quantity>(
        in range: ClosedRange<Value>, or other: Value? = nil
    ) -> @Sendable (String) throws -> Value {
        { text in
            if let other, (try? Value(quantity: text)) == other { return other }
            do {
                return try Value(quantity: text, in: range)
            } catch {
                throw ValidationError("\(error)" + (other.map { ", or \($0.spokenText)" } ?? ""))
            }
        }
    }

    /// A whole number within bounds.
    package static func number<Value: FixedWidthInteger & Sendable>(
        in range: ClosedRange<Value>
    ) -> @Sendable (String) throws -> Value {
        { text in
            if let value = Value(text), range.contains(value) { return value }
            throw ValidationError("allowed \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// A number within bounds that may have decimals.
    package static func decimal(in range: ClosedRange<Double>) -> @Sendable (String) throws -> Double {
        { text in
            // No range contains NaN.
            if let value = Double(text), range.contains(value) { return value }
            throw ValidationError("allowed \(range.lowerBound.quantityText) to \(range.upperBound.quantityText)")
        }
    }

    /// A list of processors: `0,1`.
    package static func processors(_ text: String) throws -> [Int] {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        let known = numbers.compactMap { $0 }.filter { (0..<1_024).contains($0) }
        guard known.count == numbers.count else {
            throw ValidationError("allowed a list of processor numbers from 0 to 1023, such as 0,1")
        }
        return known
    }

    package static func feedSource(_ text: String) throws -> FeedSource {
        do {
            return try FeedSource(text)
        } catch {
            throw ValidationError(error.complaint)
        }
    }

    /// One of a fixed set of words.
    package static func choice<Value: RawRepresentable & CaseIterable>(_ text: String) throws -> Value
    where Value.RawValue == String {
        if let value = Value(rawValue: text) { return value }
        let words = Value.allCases.map { $0.rawValue }
        throw ValidationError("allowed \(words.joined(separator: ", "))\(Spelling.suggestion(for: text, among: words))")
    }
}
