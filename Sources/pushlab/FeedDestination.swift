import ArgumentParser
import Feed
import FeedServer
import Foundation
import Measurement

/// Where `pushlab feed` writes items, as in `--to`.
enum FeedDestination: Equatable {
    case standardOutput
    case post(PostTarget)
    case stream(RedisStream)

    private static let form = "-, http://HOST:PORT/PATH, \(RedisStream.form)"

    /// - Throws: `ValidationError` that says what was seen and what is allowed, without naming the option.
    static func read(_ text: String) throws -> FeedDestination {
        if text == "-" { return .standardOutput }
        let refusal = ValidationError("is \(ShownValue.text(text)); allowed \(form)")
        // RFC 3986 §3.1: the case of a scheme does not matter.
        let scheme = text.prefix { $0 != ":" }.lowercased()
        switch scheme {
        case "redis", "rediss":
            do throws(RedisStreamFault) {
                return .stream(try RedisStream(text))
            } catch {
                throw ValidationError(error.complaint)
            }
        case "http":
            guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.fragment == nil
            else { throw refusal }
            if parts.user != nil { throw ValidationError("has a user or a password; allowed \(form)") }
            let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
            return .post(
                PostTarget(
                    host: host.filter { $0 != "[" && $0 != "]" }, port: try ServerURL.port(of: parts, orDefault: 80),
                    target: path + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")))
        case "https": throw ValidationError("has the scheme https; allowed \(form)")
        default: throw refusal
        }
    }
}
