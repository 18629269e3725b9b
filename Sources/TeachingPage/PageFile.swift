import Codecs
import HTTP
import NIOCore

/// One file of the teaching page, in the two forms in which it is sent.
package struct PageFile: Sendable {
    /// Its name below `/page/`, such as `main.js`.
    package let name: String
    let contentType: String
    let plain: Representation
    /// `nil` if compression does not make it smaller.
    let compressed: Representation?

    /// A form of the file with its entity tag: a strong tag differs between codings (RFC 9110 §8.8.3.3).
    struct Representation: Sendable {
        let body: ByteBuffer
        let entityTag: String
    }

    init(name: String, contentType: String, bytes: [UInt8]) {
        let digest = SHA256.hexDigest(of: bytes).prefix(20)
        let body = ByteBuffer(bytes: bytes)
        let smaller = DeflateStream.compress(body, .gzip, level: 9)
        self.name = name
        self.contentType = contentType
        plain = Representation(body: body, entityTag: "\"\(digest)\"")
        compressed =
            smaller.readableBytes < body.readableBytes
            ? Representation(body: smaller, entityTag: "\"\(digest)-gzip\"") : nil
    }

    /// Answers `GET`.
    ///
    /// - Parameters:
    ///   - request: The request, for its `Accept-Encoding` and `If-None-Match`.
    ///   - fields: Further fields, such as ``PageSecurity/fields(connectingTo:)``.
    /// - Returns: 304 if the browser's copy is current (RFC 9110 §13.1.2), else the file.
    package func response(to request: RequestHead, fields: [ResponseField]) -> HTTPResponse {
        let chosen = request.acceptsGzip ? compressed ?? plain : plain
        var fields = fields
        // Browsers must ask each time, so that a new program never runs with an old page.
        fields.append(ResponseField("Cache-Control", "no-cache"))
        fields.append(ResponseField("ETag", chosen.entityTag))
        if compressed != nil { fields.append(ResponseField("Vary", "Accept-Encoding")) }
        let known = request.ifNoneMatch.map { request.text($0) }
        if let known, Self.lists(known, chosen.entityTag) { return HTTPResponse(.notModified, fields: fields) }
        if chosen.entityTag != plain.entityTag { fields.append(ResponseField("Content-Encoding", "gzip")) }
        return HTTPResponse(.ok, contentType: contentType, fields: fields, body: .whole(chosen.body))
    }

    /// Whether a value of `If-None-Match` contains the tag. It uses weak comparison (RFC 9110 §8.8.3.2).
    private static func lists(_ value: String, _ tag: String) -> Bool {
        value.split(separator: ",").contains { part in
            var part = part.drop { $0 == " " || $0 == "\t" }
            if part.hasPrefix("W/") { part = part.dropFirst(2) }
            let end = part.lastIndex { $0 != " " && $0 != "\t" }
            let trimmed = end.map { part[...$0] } ?? ""
            return trimmed == "*" || trimmed == tag
        }
    }
}
