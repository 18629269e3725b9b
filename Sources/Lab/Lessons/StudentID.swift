import Measurement

/// The name or number that a student's exercise depends on.
package struct StudentID: Sendable, Hashable, CustomStringConvertible {
    /// In lower case, so that `Anna` and `anna` are one student.
    package let description: String

    private static let allowed = "1 to 64 letters, digits, points, hyphens, underscores and @"

    /// - Throws: ``LessonFault`` with the characters that are allowed.
    package init(_ text: String) throws(LessonFault) {
        let isAllowed = text.allSatisfy { $0.isLetter || $0.isNumber || ".-_@".contains($0) }
        guard (1...64).contains(text.count), isAllowed else {
            throw LessonFault("is \(ShownValue.text(text)); allowed \(Self.allowed)")
        }
        description = text.lowercased()
    }
}

/// Why an id or an answer cannot be used: a sentence without its subject.
package struct LessonFault: Error, Equatable, CustomStringConvertible {
    /// What was seen and what is allowed: `is "a b"; allowed …`. The command line puts the option before it.
    package let description: String

    init(_ description: String) { self.description = description }
}
