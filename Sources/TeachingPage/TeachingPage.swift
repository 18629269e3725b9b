import CTeachingPage
import HTTP

/// The files of the teaching page. They are part of the program, so it can be moved and packaged alone.
///
/// `GET /` is the page itself; `GET /page/NAME` is the file of that name.
package enum TeachingPage {
    private static let index = "index.html"

    /// The response to `GET`.
    ///
    /// - Parameters:
    ///   - name: The name below `/page/`; empty for the page itself.
    ///   - request: The request.
    ///   - origins: Origins that the page may connect to.
    /// - Returns: `nil` if there is no such file.
    package static func response(_ name: String, _ request: RequestHead, _ origins: [String]) -> HTTPResponse? {
        // The page itself has one address only.
        guard name != index, let file = files[name.isEmpty ? index : name] else { return nil }
        return file.response(to: request, fields: PageSecurity.fields(connectingTo: origins))
    }

    /// The names below `/page/`, sorted.
    package static var names: [String] { files.keys.filter { $0 != index }.sorted() }

    private static let files: [String: PageFile] = {
        var files: [String: PageFile] = [:]
        var next: UnsafePointer<pushlab_page_file> = pushlab_page_files()
        while let start = next.pointee.name {
            let name = String(cString: start)
            let text = String(cString: next.pointee.text)
            files[name] = PageFile(name: name, contentType: contentType(of: name), bytes: Array(text.utf8))
            next += 1
        }
        return files
    }()

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "js": "text/javascript; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
