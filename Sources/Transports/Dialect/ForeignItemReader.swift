import Feed

/// Reads sequence and time of items of another format than PushLab's. All clients of a plan share one, and with it the
/// compiled patterns.
package final class ForeignItemReader: Sendable {
    private let sequence: ItemField?
    private let sentAt: ItemField?
    private let unit: ForeignForm.TimeUnit

    /// - Throws: ``ForeignFormFault`` if one of the form's paths is neither a JSON Pointer nor a regular expression
    ///   with a group.
    package init(_ form: ForeignForm) throws(ForeignFormFault) {
        sequence = try ForeignItemReader.field("sequence", form.sequence)
        sentAt = try ForeignItemReader.field("time", form.sentAt)
        unit = form.unit
    }

    /// The reader of a dialect's items; `nil` if they are PushLab's own.
    ///
    /// - Parameter form: Has been checked with ``ServerDialect/fault(for:)``.
    /// - Returns: The reader.
    package static func checked(_ form: ItemForm) -> ForeignItemReader? {
        guard case .foreign(let form) = form else { return nil }
        do throws(ForeignFormFault) {
            return try ForeignItemReader(form)
        } catch {
            preconditionFailure("a dialect must be checked before it is used: \(error)")
        }
    }

    private static func field(_ noun: String, _ path: ItemFieldPath?) throws(ForeignFormFault) -> ItemField? {
        guard let path else { return nil }
        return try ItemField(noun, at: path)
    }

    /// Reads one item.
    ///
    /// - Throws: ``ForeignItemFault`` if it lacks a field that the form has, or has no number there.
    func item(in bytes: UnsafeRawBufferPointer) throws(ForeignItemFault) -> ForeignItem {
        ForeignItem(sequence: try number(in: bytes), sentNanoseconds: try time(in: bytes))
    }

    private func number(in item: UnsafeRawBufferPointer) throws(ForeignItemFault) -> UInt64? {
        guard let sequence else { return nil }
        let text = try sequence.text(in: item)
        // No digits beyond those of the limit and a few leading zeros.
        guard !text.isEmpty, text.utf8.count <= 19, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let number = UInt64(text), number <= ItemLimits.highestSequence
        else {
            throw sequence.wrong(item, allowed: "a whole number up to \(ItemLimits.highestSequence)")
        }
        return number
    }

    private func time(in item: UnsafeRawBufferPointer) throws(ForeignItemFault) -> Int64? {
        guard let sentAt else { return nil }
        let text = try sentAt.text(in: item)
        guard let time = DecimalTime.nanoseconds(text, unit: unit) else {
            throw sentAt.wrong(item, allowed: "a number of \(unit.rawValue) since 1970, up to the year 2099")
        }
        return time
    }
}

/// Why the form of items cannot be used, in one sentence.
package struct ForeignFormFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
