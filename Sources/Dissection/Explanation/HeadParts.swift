import HTTP
import WireAccounting

/// The parts that requests and responses share.
enum HeadParts {
    static func startLine(_ section: PastedHeads.Section, meaning: String, faults: [String]) -> ExplainedPart {
        let head = section.head
        let name = head.status == nil ? "request line" : "status line"
        return ExplainedPart(
            name, value: Shown.text(head.bytes[head.start]), meaning: meaning,
            range: shifted(head.startLine, section), layer: .handshake, faults: faults)
    }

    static func fields(
        _ section: PastedHeads.Section, faults: (_ name: String, _ value: String) -> [String]
    ) -> [ExplainedPart] {
        let head = section.head
        return head.fields.map { field in
            let name = head.text(field.name)
            var found = field.isWellFormed ? faults(name, head.text(field.value)) : []
            if !field.isWellFormed {
                let line = String(decoding: head.bytes[field.line].prefix { $0 != 0x0d && $0 != 0x0a }, as: UTF8.self)
                found.append("\(line.quotedLine) is not a header line: NAME, a colon and a value")
            }
            return ExplainedPart(
                name, value: Shown.text(head.bytes[field.value]), meaning: FieldMeaning.of(name),
                range: shifted(field.line, section), layer: .handshake, faults: found)
        }
    }

    static func end(_ section: PastedHeads.Section) -> [ExplainedPart] {
        let head = section.head
        let faults = head.end.isEmpty ? ["the empty line after the headers is missing"] : []
        return [
            ExplainedPart(
                "empty line", meaning: "ends the headers", range: shifted(head.end, section), layer: .handshake,
                faults: faults)
        ]
    }

    private static func shifted(_ range: Range<Int>, _ section: PastedHeads.Section) -> Range<Int> {
        range.lowerBound + section.offset..<range.upperBound + section.offset
    }
}
