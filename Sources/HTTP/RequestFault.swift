/// A refused request, with the status and the sentence of the response.
package struct RequestFault: Error, Equatable, Sendable, CustomStringConvertible {
    package let status: HTTPStatus
    /// What was seen and what is allowed; becomes the body.
    package let sentence: String
    /// Additional headers of the response, such as `Allow`.
    package let fields: [ResponseField]

    package init(_ status: HTTPStatus, _ sentence: String, fields: [ResponseField] = []) {
        self.status = status
        self.sentence = sentence
        self.fields = fields
    }

    package var description: String { sentence }

    /// The same fault with additional headers.
    package func adding(_ further: [ResponseField]) -> RequestFault {
        further.isEmpty ? self : RequestFault(status, sentence, fields: fields + further)
    }
}

/// One header field of a response.
package struct ResponseField: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The status codes that the server sends (RFC 9110 §15, RFC 6585 §5).
package enum HTTPStatus: Int, Sendable {
    case switchingProtocols = 101
    case ok = 200
    case created = 201
    case noContent = 204
    case notModified = 304
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case requestTimeout = 408
    case conflict = 409
    case gone = 410
    case lengthRequired = 411
    case contentTooLarge = 413
    case uriTooLong = 414
    case misdirectedRequest = 421
    case unprocessableContent = 422
    case upgradeRequired = 426
    case headTooLarge = 431
    case serviceUnavailable = 503
    case versionNotSupported = 505

    package var reason: String {
        switch self {
        case .switchingProtocols: "Switching Protocols"
        case .ok: "OK"
        case .created: "Created"
        case .noContent: "No Content"
        case .notModified: "Not Modified"
        case .badRequest: "Bad Request"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .requestTimeout: "Request Timeout"
        case .conflict: "Conflict"
        case .gone: "Gone"
        case .lengthRequired: "Length Required"
        case .contentTooLarge: "Content Too Large"
        case .uriTooLong: "URI Too Long"
        case .misdirectedRequest: "Misdirected Request"
        case .unprocessableContent: "Unprocessable Content"
        case .upgradeRequired: "Upgrade Required"
        case .headTooLarge: "Request Header Fields Too Large"
        case .serviceUnavailable: "Service Unavailable"
        case .versionNotSupported: "HTTP Version Not Supported"
        }
    }
}
