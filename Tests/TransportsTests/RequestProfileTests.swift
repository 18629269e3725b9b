import Codecs
import Foundation
import Testing

@testable import Transports

@Suite("Request headers")
struct RequestProfileTests {
    @Test("each client has its own cookie of constant size")
    func cookie() throws {
        let lines = try (1...20).map { try line(.cookie, session: $0) }
        #expect(Set(lines).count == 20)
        #expect(lines.allSatisfy { $0.utf8.count + 2 == 96 })
        #expect(lines.allSatisfy { $0.wholeMatch(of: /Cookie: csrftoken=\w{32}; sessionid=[a-z0-9]{32}/) != nil })
        #expect(try line(.cookie, session: 7) == lines[6])
    }

    @Test("each client has its own JSON Web Token of constant size")
    func bearer() throws {
        let lines = try (1...20).map { try line(.bearer, session: $0) }
        #expect(Set(lines).count == 20)
        #expect(lines.allSatisfy { $0.utf8.count + 2 == 781 })
        let parts = try #require(lines[0].wholeMatch(of: /Authorization: Bearer ([\w-]+)\.([\w-]+)\.([\w-]{342})/))
        for part in [parts.1, parts.2] {
            let text = part.replacing("-", with: "+").replacing("_", with: "/")
            let bytes = try #require(Base64.decode(text + String(repeating: "=", count: (4 - text.count % 4) % 4)))
            _ = try JSONSerialization.jsonObject(with: Data(bytes))
        }
    }

    @Test("a stream sends the client's session before its own fields")
    func stream() throws {
        var options = ServerSentEvents.defaultOptions
        options[RequestProfile.key] = .cookie
        var setup = setup(options)
        setup.session = 7
        guard case .exchanges(let make) = ServerSentEvents.client else { return }
        #expect(make(setup).fieldLines == [try line(.cookie, session: 7), "Accept: text/event-stream"])
    }

    @Test("a browser's fetch() polls; the article of 2009 only short polls")
    func words() throws {
        let options = try LongPolling.checkedOptions(["headers": .choice("modern-browser")])
        guard case .exchanges(let make) = LongPolling.client else { return }
        #expect(make(setup(options)).fieldLines.contains { $0.hasPrefix("User-Agent: Mozilla/5.0") })
        #expect(throws: TransportOptionFault.self) {
            try ServerSentEvents.checkedOptions(["headers": .choice("modern-browser")])
        }
        #expect(throws: TransportOptionFault.self) {
            try LongPolling.checkedOptions(["headers": .choice("quantum2009")])
        }
        #expect(throws: TransportOptionFault.self) {
            try LongPolling.checkedOptions(["headers": .choice("modern-browser"), "connection": .choice("new")])
        }
    }

    private func line(_ profile: RequestProfile, session: UInt64) throws -> String {
        var setup = setup()
        setup.session = session
        return try #require(profile.fieldLines(setup).first)
    }
}
