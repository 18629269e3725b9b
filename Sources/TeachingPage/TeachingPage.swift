import HTTP

/// The files of the teaching page. They are part of the program, so it can be moved and packaged alone.
///
/// `GET /` is ``index``; `GET /page/NAME` is the file of that name.
package enum TeachingPage {
    /// The page itself, for `GET /`.
    static let index = PageFile(
        name: "index.html", contentType: "text/html; charset=utf-8", bytes: PackageResources.index_html)

    /// The response to `GET`.
    ///
    /// - Parameters:
    ///   - name: The name below `/page/`; empty for the page itself.
    ///   - request: The request.
    ///   - origins: Origins that the page may connect to.
    /// - Returns: `nil` if there is no such file.
    package static func response(_ name: String, _ request: RequestHead, _ origins: [String]) -> HTTPResponse? {
        guard let file = name.isEmpty ? index : files[name] else { return nil }
        return file.response(to: request, fields: PageSecurity.fields(connectingTo: origins))
    }

    /// The names below `/page/`, sorted.
    package static var names: [String] { files.keys.sorted() }

    private static let files = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let all =
        scripts.map { PageFile(name: $0.name, contentType: "text/javascript; charset=utf-8", bytes: $0.bytes) }
        + [
            PageFile(name: "page.css", contentType: "text/css; charset=utf-8", bytes: PackageResources.page_css),
            PageFile(name: "icon.svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg),
        ]

    private static let scripts: [(name: String, bytes: [UInt8])] = [
        ("card.js", PackageResources.card_js),
        ("clock.js", PackageResources.clock_js),
        ("controls.js", PackageResources.controls_js),
        ("csv.js", PackageResources.csv_js),
        ("dom.js", PackageResources.dom_js),
        ("driver.js", PackageResources.driver_js),
        ("examples.js", PackageResources.examples_js),
        ("explained.js", PackageResources.explained_js),
        ("export.js", PackageResources.export_js),
        ("figures.js", PackageResources.figures_js),
        ("histogram.js", PackageResources.histogram_js),
        ("inspector.js", PackageResources.inspector_js),
        ("item.js", PackageResources.item_js),
        ("lane.js", PackageResources.lane_js),
        ("lanes-view.js", PackageResources.lanes_view_js),
        ("language.js", PackageResources.language_js),
        ("layers.js", PackageResources.layers_js),
        ("main.js", PackageResources.main_js),
        ("memory.js", PackageResources.memory_js),
        ("messages.js", PackageResources.messages_js),
        ("paint.js", PackageResources.paint_js),
        ("phrases.js", PackageResources.phrases_js),
        ("phrases.zh.js", PackageResources.phrases_zh_js),
        ("picture.js", PackageResources.picture_js),
        ("polls.js", PackageResources.polls_js),
        ("predict.js", PackageResources.predict_js),
        ("server.js", PackageResources.server_js),
        ("session.js", PackageResources.session_js),
        ("shapes.js", PackageResources.shapes_js),
        ("streams.js", PackageResources.streams_js),
        ("strings.en.js", PackageResources.strings_en_js),
        ("strings.zh.js", PackageResources.strings_zh_js),
        ("tables.js", PackageResources.tables_js),
        ("tabs.js", PackageResources.tabs_js),
        ("units.js", PackageResources.units_js),
    ]
}
