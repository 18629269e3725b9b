import Foundation

/// A command to a browser. Chromium understands the Chrome DevTools Protocol, Firefox WebDriver BiDi; both carry JSON
/// over WebSocket.
enum ControlCommand: Equatable {
    /// Begins to control the browser; only WebDriver BiDi has this.
    case begin
    /// Makes a page: of this URL with the DevTools protocol, an empty one with BiDi.
    case makePage(url: String)
    /// Begins to control a page; only the DevTools protocol has this.
    case attach(target: String)
    /// Loads a URL and waits until it is loaded; only BiDi has this.
    case load(url: String, page: String)
    /// Evaluates JavaScript in a page, whose value must be a text.
    case evaluate(String, page: String)

    /// - Parameters:
    ///   - kind: The browser.
    ///   - id: A number for the answer.
    /// - Returns: The message; `nil` if the browser's protocol does not have the command.
    func message(for kind: BrowserKind, id: Int) -> String? {
        switch (kind, self) {
        case (.firefox, .begin): Self.message(id, "session.new", #"{"capabilities":{}}"#)
        case (.firefox, .makePage): Self.message(id, "browsingContext.create", #"{"type":"tab"}"#)
        case (.firefox, .load(let url, let page)):
            Self.message(
                id, "browsingContext.navigate",
                #"{"context":\#(Self.quoted(page)),"url":\#(Self.quoted(url)),"wait":"complete"}"#)
        case (.firefox, .evaluate(let text, let page)):
            Self.message(
                id, "script.evaluate",
                #"{"awaitPromise":true,"expression":\#(Self.quoted(text)),"target":{"context":\#(Self.quoted(page))}}"#)
        case (.chromium, .makePage(let url)):
            Self.message(id, "Target.createTarget", #"{"url":\#(Self.quoted(url))}"#)
        case (.chromium, .attach(let target)):
            Self.message(id, "Target.attachToTarget", #"{"flatten":true,"targetId":\#(Self.quoted(target))}"#)
        case (.chromium, .evaluate(let text, let page)):
            Self.message(
                id, "Runtime.evaluate",
                #"{"awaitPromise":true,"expression":\#(Self.quoted(text)),"returnByValue":true}"#, session: page)
        case (.chromium, .begin), (.chromium, .load), (.firefox, .attach): nil
        }
    }

    private static func message(_ id: Int, _ method: String, _ parameters: String, session: String? = nil) -> String {
        let session = session.map { #","sessionId":\#(quoted($0))"# } ?? ""
        return #"{"id":\#(id),"method":"\#(method)","params":\#(parameters)\#(session)}"#
    }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}

/// The answer to a command; events of the browser have no number and are ignored.
struct ControlAnswer: Equatable, Sendable {
    let id: Int
    /// Why the command failed, in one sentence; `nil` if it did not.
    var fault: String?
    /// The page that was made, or the session that controls it.
    var page: String?
    /// The text that an evaluation gave.
    var value: String?

    /// Reads a message of the browser.
    ///
    /// - Returns: `nil` for anything but an answer.
    init?(_ message: String) {
        guard let read = try? JSONDecoder().decode(Message.self, from: Data(message.utf8)), let id = read.id else {
            return nil
        }
        self.id = id
        fault = (read.fault ?? read.result?.fault).map { String($0.prefix(300)) }
        page = read.result?.page
        value = read.result?.value
    }

    /// The parts of both protocols' answers that matter here.
    private struct Message: Decodable {
        let id: Int?
        let fault: String?
        let result: Outcome?

        private enum Key: String, CodingKey { case id, error, message, result }
        private struct Failure: Decodable { let message: String }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            id = try? fields.decode(Int.self, forKey: .id)
            result = try? fields.decode(Outcome.self, forKey: .result)
            // An object with DevTools; a word, and with it a sentence, with BiDi.
            let sentence = try? fields.decode(String.self, forKey: .message)
            let word = try? fields.decode(String.self, forKey: .error)
            fault = (try? fields.decode(Failure.self, forKey: .error))?.message ?? word.map { sentence ?? $0 }
        }
    }

    private struct Outcome: Decodable {
        let fault: String?
        let page: String?
        let value: String?

        private enum Key: String, CodingKey { case targetId, sessionId, context, result, exceptionDetails }
        private struct Value: Decodable { let value: String }
        private struct Exception: Decodable {
            let text: String
            let exception: Described?
        }
        private struct Described: Decodable { let description: String? }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            let names = [Key.targetId, .sessionId, .context].map { try? fields.decode(String.self, forKey: $0) }
            page = names.compactMap(\.self).first
            value = (try? fields.decode(Value.self, forKey: .result))?.value
            let thrown = try? fields.decode(Exception.self, forKey: .exceptionDetails)
            fault = thrown.map { "the page's script failed: \($0.exception?.description ?? $0.text)" }
        }
    }
}
