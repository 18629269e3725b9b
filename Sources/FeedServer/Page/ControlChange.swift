import Feed
import Foundation
import HTTP
import Link
import Measurement
import Scenario
import Transports

/// What one `POST /control` asks for: a JSON object with some of the fields of ``ControlState``.
struct ControlChange: Sendable, Equatable {
    var rate: ItemRate?
    var payload: ByteCount?
    var paused: Bool?
    var interval: Duration?
    var hold: Duration?
    var compression: Bool?
    var cookie: ByteCount?
    /// `.some(nil)` for no network.
    var network: Scenario.Network??

    static let none = "none"

    private static let rates = ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 1_000, per: .seconds(1))
    // Larger items at this rate would be too much for a browser.
    private static let payloads = ByteCount(bytes: FeedGenerator.payloadRange.lowerBound)...ByteCount(bytes: 64 << 10)
    private static let intervals = Duration.milliseconds(20)...Duration.seconds(60)
    private static let holds = Duration.milliseconds(100)...FeedRequest.maximumHold
    // Browsers keep no larger cookie.
    private static let cookies = ByteCount(bytes: 0)...ByteCount(bytes: 4_000)

    /// Whether it needs a synthetic feed.
    var changesFeed: Bool { rate != nil || payload != nil || paused != nil }

    /// - Parameter body: JSON.
    /// - Throws: ``RequestFault`` (400) that names the field, its value and what is allowed.
    init(_ body: [UInt8]) throws(RequestFault) {
        let fields: [String: ControlValue]
        do {
            fields = try JSONDecoder().decode([String: ControlValue].self, from: Data(body))
        } catch {
            throw RequestFault(.badRequest, #"the body is not a JSON object such as {"rate": "5/s"}"#)
        }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { try set(name, value) }
    }

    private mutating func set(_ name: String, _ value: ControlValue) throws(RequestFault) {
        switch ControlState.CodingKeys(rawValue: name) {
        case .rate: rate = try Self.quantity(name, value, in: Self.rates)
        case .payload: payload = try Self.quantity(name, value, in: Self.payloads)
        case .paused: paused = try Self.flag(name, value)
        case .interval: interval = try Self.quantity(name, value, in: Self.intervals)
        case .hold: hold = try Self.quantity(name, value, in: Self.holds)
        case .compression: compression = try Self.flag(name, value)
        case .cookie: cookie = try Self.quantity(name, value, in: Self.cookies)
        case .network: network = .some(try Self.network(value))
        case .revision, nil:
            let names = ControlState.CodingKeys.allCases.filter { $0 != .revision }.map(\.rawValue)
            let suggestion = Spelling.suggestion(for: name, among: names)
            throw RequestFault(
                .badRequest,
                "there is no control \(ShownValue.text(name)); allowed \(names.joined(separator: ", "))\(suggestion)")
        }
    }

    private static func quantity<Value: Quantity>(
        _ name: String, _ value: ControlValue, in range: ClosedRange<Value>
    ) throws(RequestFault) -> Value {
        guard case .text(let text) = value else {
            throw RequestFault(
                .badRequest, #"\#(name) is \#(value.kind); allowed a text with its unit, \#(range.spokenText)"#)
        }
        do throws(QuantityError) {
            return try Value(quantity: text, in: range)
        } catch {
            throw RequestFault(.badRequest, error.sentence(about: name))
        }
    }

    private static func flag(_ name: String, _ value: ControlValue) throws(RequestFault) -> Bool {
        guard case .flag(let flag) = value else {
            throw RequestFault(.badRequest, "\(name) is \(value.kind); allowed true, false")
        }
        return flag
    }

    private static func network(_ value: ControlValue) throws(RequestFault) -> Scenario.Network? {
        guard case .text(let text) = value else {
            throw RequestFault(
                .badRequest, "network is \(value.kind); allowed a text such as none, lte or rtt=50ms,loss=1%")
        }
        let network: Scenario.Network?
        do throws(ScenarioErrors) {
            network = try Scenario.Network.read(text)
        } catch {
            throw RequestFault(.badRequest, error.messages)
        }
        // The page's streams would never arrive.
        if network?.settings.buffering != nil {
            throw RequestFault(.badRequest, "network has buffering, which the page does not offer; leave it out")
        }
        return network
    }
}

/// A value of a control, as JSON has it.
enum ControlValue: Decodable, Equatable {
    case text(String)
    case flag(Bool)
    case number
    case null
    /// A list or an object.
    case other

    init(from decoder: any Decoder) throws {
        guard let container = try? decoder.singleValueContainer() else {
            self = .other
            return
        }
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if (try? container.decode(Double.self)) != nil {
            self = .number
        } else {
            self = .other
        }
    }

    /// For sentences.
    var kind: String {
        switch self {
        case .text(let text): ShownValue.text(text)
        case .flag(let flag): "\(flag)"
        case .number: "a number"
        case .null: "null"
        case .other: "a list or an object"
        }
    }
}
