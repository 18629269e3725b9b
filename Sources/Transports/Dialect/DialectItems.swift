import Codecs
import Feed
import WireAccounting

/// Finds the items of a server with another dialect: in a body, from bytes split at any positions, or in a message.
///
/// The bytes of items count as payload; line ends, and what JSON adds to an item, count as envelope.
struct DialectItems: Sendable {
    private enum Boundary {
        case line
        /// The end of the bytes: of a body, a chunk or a message.
        case end
        case element
    }

    private let boundary: Boundary
    // Whether the last line of a body is incomplete without a line end, as it is in PushLab's own form.
    private let requiresLineEnd: Bool
    private let conversion: ItemConversion
    // Beyond this size an item has only what Base64 added, which is envelope.
    private let payloadLimit: Int
    private var parts = ItemParts()
    private var array = JSONArraySplitter()
    // The rest of the body has no meaning.
    private var isBroken = false

    /// - Parameters:
    ///   - setup: Has the dialect.
    ///   - ownBoundary: The boundary of PushLab's own items with this transport.
    init(_ setup: ListenerSetup, ownBoundary: ItemBoundary) {
        let dialect = setup.dialect
        switch dialect.boundary == .own ? ownBoundary : dialect.boundary {
        case .line: boundary = .line
        case .own, .body, .chunk: boundary = .end
        case .jsonArray: boundary = .element
        }
        requiresLineEnd = dialect.boundary == .own && dialect.form == .own
        conversion = ItemConversion(setup)
        payloadLimit = setup.base64ItemBytes ?? .max
    }

    /// Whether an item or an array is incomplete.
    var isWithinItem: Bool { parts.count > 0 || (array.hasBegun && !array.isComplete && !isBroken) }
    /// Whether the rest of the body is unusable, which has been reported.
    var isUnusable: Bool { isBroken || parts.isEndless }

    /// Another body begins: discards the state of an interrupted one.
    mutating func begin() {
        parts = ItemParts()
        array = JSONArraySplitter()
        isBroken = false
    }

    /// Reads a part of a body. Counts all of its bytes.
    mutating func read(_ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void) {
        if isBroken { return ledger.book(bytes.count, .envelope, .down) }
        switch boundary {
        case .line: readLines(bytes, &ledger, events)
        case .end: keep(bytes, &ledger, events)
        case .element: readElements(bytes, &ledger, events)
        }
    }

    /// The body, or with chunks as items one chunk, is complete.
    mutating func end(events: (ListenerEvent) -> Void) {
        if boundary == .element {
            guard isWithinItem, !isUnusable else { return }
            isBroken = true
            parts = ItemParts()
            return events(.fault("the server sent a JSON array without its end"))
        }
        if parts.count == 0 || (boundary == .line && requiresLineEnd) { return }
        let conversion = conversion
        let event = parts.end(with: UnsafeRawBufferPointer(start: nil, count: 0)) { conversion.event(of: $0) }
        if let event { events(event) }
    }

    /// Reads a whole message. An empty one is not an item.
    mutating func readMessage(
        _ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        begin()
        if bytes.isEmpty { return }
        guard boundary != .end else { return complete(bytes, &ledger, events) }
        read(bytes, ledger: &ledger, events: events)
        end(events: events)
    }

    // MARK: Items as they are

    private mutating func keep(
        _ part: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        count(part.count, &ledger)
        let wasEndless = parts.isEndless
        parts.add(part)
        if parts.isEndless, !wasEndless { events(.fault(ItemLimits.endlessItem)) }
    }

    private mutating func complete(
        _ last: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        count(last.count, &ledger)
        let wasEndless = parts.isEndless
        let conversion = conversion
        if let event = parts.end(with: last, use: { conversion.event(of: $0) }) {
            events(event)
        } else if !wasEndless {
            events(.fault(ItemLimits.endlessItem))
        }
    }

    // Counts further bytes of the item.
    private func count(_ bytes: Int, _ ledger: inout ByteLedger) {
        let payload = max(0, min(bytes, payloadLimit - parts.count))
        ledger.book(payload, .payload, .down)
        ledger.book(bytes - payload, .envelope, .down)
    }

    // MARK: Lines

    private mutating func readLines(
        _ bytes: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        var rest = bytes
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return keep(rest, &ledger, events) }
            ledger.book(1, .envelope, .down)
            endLine(with: UnsafeRawBufferPointer(rebasing: rest[..<end]), &ledger, events)
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
    }

    // A carriage return before the line feed belongs to the line end.
    private mutating func endLine(
        with part: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        var last = part
        if part.last == 0x0d {
            last = UnsafeRawBufferPointer(rebasing: part.dropLast())
            ledger.book(1, .envelope, .down)
        } else if part.isEmpty, parts.removeReturn(), parts.count < payloadLimit {
            // It was counted as a byte of the item.
            ledger.book(-1, .payload, .down)
            ledger.book(1, .envelope, .down)
        }
        if parts.count > 0 || !last.isEmpty { complete(last, &ledger, events) }
    }

    // MARK: Elements of an array

    private mutating func readElements(
        _ bytes: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        var rest = bytes
        do throws(JSONFault) {
            while let piece = try array.next(&rest) {
                switch piece {
                case .outside(let count): ledger.book(count, .envelope, .down)
                case .element(let part, isComplete: false): keepElement(part, &ledger, events)
                case .element(let part, isComplete: true): completeElement(part, &ledger, events)
                }
            }
        } catch {
            isBroken = true
            // The bytes of an element that cannot be read are no item, wherever they are cut.
            ledger.book(-parts.count, .payload, .down)
            ledger.book(parts.count + rest.count, .envelope, .down)
            parts = ItemParts()
            events(.fault("the server sent a body or message that is not a JSON array: \(error)"))
        }
    }

    // How much of an element is its item shows only at its end.
    private mutating func keepElement(
        _ part: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        ledger.book(part.count, .payload, .down)
        let wasEndless = parts.isEndless
        parts.add(part)
        if parts.isEndless, !wasEndless { events(.fault(ItemLimits.endlessItem)) }
    }

    private mutating func completeElement(
        _ last: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        ledger.book(last.count, .payload, .down)
        let elementBytes = parts.count + last.count
        let wasEndless = parts.isEndless
        let conversion = conversion
        guard let found = parts.end(with: last, use: { conversion.event(ofElement: $0) }) else {
            if !wasEndless { events(.fault(ItemLimits.endlessItem)) }
            return
        }
        let around = elementBytes - min(found.itemBytes, payloadLimit)
        ledger.book(-around, .payload, .down)
        ledger.book(around, .envelope, .down)
        events(found.event)
    }
}
