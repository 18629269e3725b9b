import HTTP

/// The beginning of an item for a sentence, in quotation marks: at most 60 characters, with question marks for those
/// that cannot be printed.
enum ItemExcerpt {
    private static let characters = 60

    static func text(_ item: UnsafeRawBufferPointer) -> String {
        // Four bytes per character, the longest that UTF-8 has.
        let beginning = String(decoding: item.prefix(4 * characters), as: UTF8.self).prefix(characters)
        return "'\(beginning.printableASCII)'"
    }
}
