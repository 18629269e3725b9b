import FeedServer
import Foundation
import Host
import Measurement
import Testing

@Suite("The controls of the teaching page", .timeLimit(.minutes(1)))
struct PageControlTests {
    @Test("without the token, the controls can be read and not changed")
    func token() async throws {
        try await withPage(configure: slowFeed) { page in
            let port = page.port
            try await blocking { () throws in
                let state = try RawConnection(port: port).exchange("/control")
                #expect(state.status == 200)
                #expect(state.body.hasPrefix(#"{"compression":false,"cookie":"0B","hold":"25s","interval":"1s","#))
                for (target, body) in [("/control", "{}"), ("/control/publish", ""), ("/control/reset", "")] {
                    for token in [nil, "", "wrong"] {
                        let answer = try PageServer.post(port, target, body, token: token)
                        #expect(answer.status == 403)
                        #expect(answer.body.hasPrefix("this needs the control token; "))
                    }
                    #expect(try PageServer.post(port, target, body).status == 200)
                }
                let setup: PageServer.Setup = try PageServer.ask(port, "/page/setup.json", PageServer.authorization)
                #expect(setup.mayControl)
            }
        }
    }

    @Test("a change is answered with the new state and sent to all listeners")
    func events() async throws {
        try await withPage(configure: slowFeed) { page in
            let port = page.port
            try await blocking { () throws in
                let listener = try RawConnection(port: port)
                #expect(try listener.exchange("/control/events").status == 200)
                var text = try listener.readUntil("\n\n")
                #expect(text.contains("id: 0\ndata: {"))
                let answer = try PageServer.post(port, "/control", #"{"interval": "250ms", "payload": "64B"}"#)
                #expect(answer.body.contains(#""interval":"250ms""#))
                text = try listener.readUntil("\n\n")
                #expect(text.contains("id: 1\ndata: " + answer.body.dropLast()))
                #expect(try PageServer.post(port, "/control/reset").body.contains(#""payload":"100B""#))
                #expect(try listener.readUntil("\n\n").contains("id: 2\n"))
            }
        }
    }

    @Test("rate, size and pause change the feed; one item can be published at once")
    func feed() async throws {
        try await withPage(configure: slowFeed) { page in
            let port = page.port
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                #expect(try PageServer.post(port, "/control", #"{"paused": true, "rate": "200/s"}"#).status == 200)
                #expect(try PageServer.post(port, "/control/publish").body == "{\"sequence\":1}\n")
                #expect(try PageServer.post(port, "/control/publish").body == "{\"sequence\":2}\n")
                #expect(try client.exchange("/poll?after=0").sequences == [1, 2])
                #expect(try client.exchange("/long-poll?after=2&hold=50ms").status == 204, "the feed is paused")
                #expect(try PageServer.post(port, "/control", #"{"paused": false, "payload": "300B"}"#).status == 200)
                let next = try client.exchange("/long-poll?after=2")
                #expect(next.sequences.first == 3)
                #expect(next.body.split(separator: "\n").first?.utf8.count == 300)
                let schedule = try client.exchange("/feed/schedule?from=2&to=3").body
                let dues = schedule.matches(of: /"due_ns":(\d+)/).compactMap { Int64($0.1) }
                // No item is due within the pause.
                #expect(dues.count == 2 && dues[1] - dues[0] >= 50_000_000)
            }
        }
    }

    @Test("another feed has no such controls", arguments: [#"{"rate": "5/s"}"#, #"{"paused": true}"#])
    func otherFeed(body: String) async throws {
        try await withPage { page in
            let port = page.port
            try await blocking { () throws in
                let answer = try PageServer.post(port, "/control", body)
                #expect(answer.status == 409)
                #expect(answer.body.hasPrefix("the feed is not synthetic or has ended; "))
                #expect(try PageServer.post(port, "/control/publish").status == 409)
                #expect(try PageServer.post(port, "/control", #"{"interval": "5s"}"#).status == 200)
            }
        }
    }

    @Test("a bad value changes nothing and says what is allowed")
    func bad() async throws {
        try await withPage(configure: slowFeed) { page in
            let port = page.port
            try await blocking { () throws in
                let answer = try PageServer.post(port, "/control", #"{"interval": "5s", "rate": "1"}"#)
                #expect(answer.status == 400)
                #expect(answer.body.hasPrefix(#"rate: "1" has no unit; "#))
                #expect(try RawConnection(port: port).exchange("/control").body.contains(#""interval":"1s""#))
            }
        }
    }

    @Test("the network holds for new connections of the lane ports, closes their old ones, and spares the main port")
    func network() async throws {
        try await withPage(items: 1) { page in
            let (port, lane) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                let (early, main) = (try RawConnection(port: lane), try RawConnection(port: port))
                for connection in [early, main] { _ = try connection.exchange("/poll?after=0") }
                #expect(try PageServer.post(port, "/control", #"{"interval": "5s"}"#).status == 200)
                _ = try early.exchange("/poll?after=0")
                #expect(try PageServer.post(port, "/control", #"{"network": "rtt=200ms"}"#).status == 200)
                #expect(early.readToEnd().text == "")
                #expect(try milliseconds { _ = try main.exchange("/poll?after=0") } < 200)
                let late = try RawConnection(port: lane)
                // The connection itself takes the first round trip.
                #expect(try milliseconds { _ = try late.exchange("/poll?after=0") } >= 200)
                #expect(try milliseconds { _ = try late.exchange("/poll?after=0") } >= 200)
                #expect(try milliseconds { _ = try RawConnection(port: port).exchange("/poll?after=0") } < 200)
            }
        }
    }

    @Test("lane ports compress only if the control says so", arguments: [false, true])
    func compression(isOn: Bool) async throws {
        try await withPage(configure: slowFeed) { page in
            let (port, lanes) = (page.port, page)
            try await blocking { () throws in
                let change = #"{"compression": \#(isOn), "paused": true, "payload": "2kB"}"#
                #expect(try PageServer.post(port, "/control", change).status == 200)
                #expect(try PageServer.post(port, "/control/publish").status == 200)
                let poll = try RawConnection(port: lanes.port(of: "short-poll"))
                let answer = try poll.exchange("/poll?after=0&lane=p", "Accept-Encoding: gzip, deflate, br")
                #expect((answer["content-encoding"] == "gzip") == isOn)
                let socket = try RawConnection(port: lanes.port(of: "websocket"))
                let opened = try socket.exchange(
                    "/ws?after=0&lane=w", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Extensions: permessage-deflate")
                #expect((opened["sec-websocket-extensions"] != nil) == isOn)
            }
        }
    }

    private func milliseconds(_ body: () throws -> Void) rethrows -> Int64 {
        let began = MonotonicClock.now()
        try body()
        return (MonotonicClock.now() - began).nanoseconds / 1_000_000
    }
}

extension RawConnection {
    /// Reads up to and including a text.
    fileprivate func readUntil(_ end: String) throws -> String {
        var text = ""
        while !text.hasSuffix(end) { text += String(decoding: try read(1), as: UTF8.self) }
        return text
    }
}
