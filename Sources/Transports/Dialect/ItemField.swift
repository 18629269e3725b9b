import Codecs
import HTTP

/// A number in the items of another format: its place, and how to read it there.
struct ItemField: Sendable {
    private enum Place {
        case pattern(ItemPattern)
        case pointer(JSONPointer)
    }

    private let place: Place
    // What the field is, and where, for sentences.
    private let noun: String
    private let path: String

    // Longest text of a number, in bytes. Escapes in a JSON string take up to six bytes per character.
    private static let maximumBytes = 384

    /// - Throws: ``ForeignFormFault`` if the path is neither a JSON Pointer nor a regular expression with a group.
    init(_ noun: String, at path: ItemFieldPath) throws(ForeignFormFault) {
        self.noun = noun
        switch path {
        case .pattern(let text):
            place = .pattern(try ItemPattern(text))
            self.path = text.quotedLine
        case .pointer(let text):
            guard let pointer = JSONPointer(text) else {
                throw ForeignFormFault(
                    "\(text.quotedLine) is not a JSON Pointer; in a name, ~0 means ~ and ~1 means /")
            }
            place = .pointer(pointer)
            self.path = text.isEmpty ? "whole value" : text.quotedLine
        }
    }

    /// The text of the number in an item.
    ///
    /// - Throws: ``ForeignItemFault`` if the item has no such field, or no number there.
    func text(in item: UnsafeRawBufferPointer) throws(ForeignItemFault) -> String {
        switch place {
        case .pattern(let pattern):
            guard let value = pattern.value(in: item) else {
                throw ForeignItemFault(
                    "the server sent an item without a \(noun): \(path) does not match \(ItemExcerpt.text(item))")
            }
            guard value.utf8.count <= Self.maximumBytes else { throw wrong(item, allowed: "a number") }
            return String(value)
        case .pointer(let pointer): return try text(at: pointer, in: item)
        }
    }

    private func text(at pointer: JSONPointer, in item: UnsafeRawBufferPointer) throws(ForeignItemFault) -> String {
        let value: JSONScanner.Value?
        do throws(JSONFault) {
            value = try JSONScanner.value(at: pointer, in: item)
        } catch {
            throw ForeignItemFault("the server sent an item that cannot be read: \(error): \(ItemExcerpt.text(item))")
        }
        switch value {
        case .number(let range) where range.count <= Self.maximumBytes:
            return String(decoding: item[range], as: UTF8.self)
        case .string(let range) where range.count <= Self.maximumBytes:
            let content = UnsafeRawBufferPointer(rebasing: item[range])
            return String(decoding: JSONString.decoded(content), as: UTF8.self)
        case .number, .string, .other: throw wrong(item, allowed: "a number")
        case nil:
            throw ForeignItemFault(
                "the server sent an item without a \(noun): there is no \(path) in \(ItemExcerpt.text(item))")
        }
    }

    /// The item has something else where the number should be.
    func wrong(_ item: UnsafeRawBufferPointer, allowed: String) -> ForeignItemFault {
        ForeignItemFault(
            "the server sent an item with a wrong \(noun) (\(path)); allowed is \(allowed): \(ItemExcerpt.text(item))")
    }
}

/// An item of another format that lacks a field, in one sentence.
struct ForeignItemFault: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
