import Foundation
import HTTP
import NIOCore

@testable import TeachingPage

/// The page's sources, as they are in the folder.
enum PageFiles {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")
    static let folder = sources.appending(path: "TeachingPage/Page")

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// A Swift source, by its path below `Sources`.
    static func source(_ path: String) throws -> String {
        try String(contentsOf: sources.appending(path: path), encoding: .utf8)
    }

    /// All Swift sources of a target.
    static func swiftSources(_ target: String) throws -> [String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.appending(path: target).path)
        return try paths.filter { $0.hasSuffix(".swift") }.map { try source("\(target)/\($0)") }
    }

    /// The texts of all files with this ending.
    static func texts(_ ending: String) throws -> [(name: String, text: String)] {
        try names().filter { $0.hasSuffix(ending) }.map { ($0, try text($0)) }
    }
}

/// Asks for a file of the page like a browser.
enum PageRequest {
    struct Incomplete: Error {}

    static func head(_ path: String, _ fields: String...) throws -> RequestHead {
        var bytes = ByteBuffer(
            string: (["GET \(path) HTTP/1.1", "Host: 127.0.0.1"] + fields).joined(separator: "\r\n") + "\r\n\r\n")
        var parser = RequestParser()
        guard let head = try parser.next(from: &bytes) else { throw Incomplete() }
        return head
    }
}
