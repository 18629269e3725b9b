import ArgumentParser
import Measurement
import Transports

/// The options on what is in an item.
extension DialectOptions {
    /// The first option that says that items are not PushLab's.
    var itemOption: String? {
        given.first { ["--sequence", "--sent-at", "--unknown-items"].contains($0) }
    }

    func form() throws -> ItemForm {
        if unknownItems, let other = given.first(where: { $0 == "--sequence" || $0 == "--sent-at" }) {
            throw ValidationError(
                "--unknown-items says that items have neither sequence nor time, and \(other) is given; give one")
        }
        if sentUnit != nil, sentAt == nil {
            throw ValidationError("--sent-unit is given without --sent-at, whose unit it is; give both or none")
        }
        if itemOption == nil { return .own }
        return .foreign(
            ForeignForm(
                sequence: try sequence.map { try ItemFieldText.path($0, of: "--sequence") },
                sentAt: try sentAt.map { try ItemFieldText.path($0, of: "--sent-at") },
                unit: sentUnit ?? .milliseconds))
    }
}

/// Reads where a number is in an item: a regular expression or a JSON Pointer.
enum ItemFieldText {
    private static let allowed =
        #"allowed a regular expression with a group, such as "seq":(\d+), or a JSON Pointer, such as /seq"#

    // JSON is read to this depth.
    private static let mostSteps = 128

    /// - Parameters:
    ///   - text: A text that begins with `/` is a JSON Pointer, any other a regular expression.
    ///   - option: For the error.
    /// - Returns: Where the number is.
    /// - Throws: `ValidationError`.
    static func path(_ text: String, of option: String) throws -> ItemFieldPath {
        let path = ItemFieldPath(text)
        switch path {
        case .pointer:
            let steps = text.count { $0 == "/" }
            if steps > mostSteps { throw ValidationError("\(option) has \(steps) steps; allowed up to \(mostSteps)") }
            guard let place = misusedTilde(in: text) else { break }
            throw ValidationError(
                "\(option) is \(ShownValue.text(text)), where ~ at position \(place) is not followed by 0 or 1; a JSON "
                    + "Pointer (RFC 6901) has ~0 for ~ and ~1 for /")
        case .pattern: try check(pattern: text, of: option)
        }
        return path
    }

    /// RFC 6901 §3.
    private static func misusedTilde(in pointer: String) -> Int? {
        let characters = Array(pointer)
        return characters.indices.first { place in
            characters[place] == "~" && !["0", "1"].contains(characters.dropFirst(place + 1).first)
        }.map { $0 + 1 }
    }

    private static func check(pattern: String, of option: String) throws {
        if pattern.isEmpty { throw ValidationError("\(option) is empty; \(allowed)") }
        do { _ = try Regex(pattern) } catch {
            let place = RegexFault.position(of: error, in: pattern).map { " at position \($0)" } ?? ""
            throw ValidationError("\(option) is \(ShownValue.text(pattern)): \(error)\(place); \(allowed)")
        }
        if groups(in: pattern) > 0 { return }
        throw ValidationError(
            "\(option) is \(ShownValue.text(pattern)), which has no group; put the number in parentheses: \(allowed)")
    }

    /// The number of capture groups of a valid pattern. An empty alternative before it matches the empty text, and the
    /// match has an element for each group.
    private static func groups(in pattern: String) -> Int {
        guard let regex = try? Regex("|" + pattern), let match = try? regex.firstMatch(in: "") else { return 0 }
        return match.output.count - 1
    }
}

/// Where the standard library found a mistake in a regular expression. It has no public type for that.
enum RegexFault {
    private static let deepest = 6

    /// - Returns: The position of the first wrong character, from 1; `nil` if the error does not say.
    static func position(of error: any Error, in pattern: String) -> Int? {
        guard let index = index(in: Mirror(reflecting: error), depth: 0), index <= pattern.endIndex else { return nil }
        return pattern.distance(from: pattern.startIndex, to: index) + 1
    }

    private static func index(in mirror: Mirror, depth: Int) -> String.Index? {
        if depth == deepest { return nil }
        for child in mirror.children {
            if let range = child.value as? Range<String.Index> { return range.lowerBound }
            if child.label == "start", let index = child.value as? String.Index { return index }
            if let found = index(in: Mirror(reflecting: child.value), depth: depth + 1) { return found }
        }
        return nil
    }
}
