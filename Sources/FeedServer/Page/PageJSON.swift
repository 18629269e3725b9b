import Foundation
import HTTP
import NIOCore

/// Answers of the server's pages in JSON, on one line.
enum PageJSON {
    static let contentType = "application/json"

    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    static func response(
        _ value: some Encodable, status: HTTPStatus = .ok, context: ResponseContext
    ) -> ByteBuffer {
        response(text: text(value), status: status, context: context)
    }

    static func response(text: String, status: HTTPStatus = .ok, context: ResponseContext) -> ByteBuffer {
        HTTPResponse.page(status, text + "\n", contentType: contentType, context: context)
    }
}
