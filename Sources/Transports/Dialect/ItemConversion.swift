import Codecs
import Feed

/// Makes an event of the bytes of one item.
enum ItemConversion: Sendable {
    /// PushLab's text form.
    case own
    case foreign(ForeignItemReader)

    init(_ setup: ListenerSetup) {
        if let reader = setup.foreignItems ?? ForeignItemReader.checked(setup.dialect.form) {
            self = .foreign(reader)
        } else {
            self = .own
        }
    }

    func event(of item: UnsafeRawBufferPointer) -> ListenerEvent {
        switch self {
        case .own:
            guard let header = ItemText.header(of: item) else {
                return .fault(
                    "the server sent \(ItemExcerpt.text(item)), which is not an item; an item is SEQUENCE,DUE,DATA")
            }
            return .item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds))
        case .foreign(let reader):
            do throws(ForeignItemFault) {
                return .foreign(try reader.item(in: item))
            } catch {
                return .fault("\(error)")
            }
        }
    }

    /// Reads an element of a JSON array. An element that is a string contains the item; any other is the item.
    ///
    /// - Returns: The event, and the size of the item in bytes.
    func event(ofElement element: UnsafeRawBufferPointer) -> (event: ListenerEvent, itemBytes: Int) {
        do throws(JSONFault) {
            try JSONScanner.check(element)
        } catch {
            let sentence = "the server sent an element of a JSON array that cannot be read: \(error)"
            return (.fault("\(sentence): \(ItemExcerpt.text(element))"), element.count)
        }
        guard element.first == JSONString.quote else { return (event(of: element), element.count) }
        let content = UnsafeRawBufferPointer(rebasing: element.dropFirst().dropLast())
        guard JSONString.hasEscapes(content) else { return (event(of: content), content.count) }
        let text = JSONString.decoded(content)
        return (text.withUnsafeBytes { event(of: $0) }, text.count)
    }
}
