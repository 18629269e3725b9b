import ResultFiles
import Testing

@testable import Report

@Suite("Table of WebSocket versions")
struct DraftTableTests {
    private static let rows = ["rfc6455", "hixie-76", "hybi-10"].map { name in
        Rows.summary("websocket", variant: "version-\(name)")
    }

    @Test("one row per version, the oldest first, from layers.csv only")
    func table() throws {
        let table = try #require(DraftTable.all(Rows.folder(Self.rows)).first)
        #expect(table.rows.map { $0[0] } == ["hixie-76", "hybi-10", "rfc6455"])
        #expect(
            table.rows[0] == [
                "hixie-76", "2010-05-06", "Chrome 6, Safari 5.0.1; switched off in Firefox 4 and Opera 11",
                // 12,000 items to 100 clients; Rows has 1 B of handshake per item in each direction.
                "120", "120", "4.00", "120",
            ])
        #expect(table.caption == "replay-host, 100 clients")
    }

    @Test("both reports have the table, independent of the order of rows")
    func pages() throws {
        let files = try Rows.folder(Self.rows).files()
        let tables = try [Self.rows, Self.rows.reversed()].map { DraftTable.all(try Rows.folder($0)) }
        #expect(tables[0] == tables[1])
        #expect(files[0].contents.contains("## WebSocket versions: drafts and RFC 6455\n"))
        #expect(files[0].contents.contains("| hybi-10 | 2011-07-11 | Chrome 14, Firefox 7 (MozWebSocket) | 120 |"))
        #expect(files[1].contents.contains("<h3>WebSocket versions: drafts and RFC 6455</h3>"))
        #expect(files[1].contents.contains("<td class=\"words\">2011-07-11</td>"))
    }

    @Test(
        "no table without a draft",
        arguments: [[""], ["version-rfc6455", "deflate"], ["version-hixie-7"], ["conversion-hixie-75"]])
    func none(variants: [String]) throws {
        let rows = variants.map { Rows.summary("websocket", variant: $0) }
        #expect(try DraftTable.all(Rows.folder(rows)).isEmpty)
        #expect(try !Rows.folder(rows).files()[0].contents.contains("WebSocket versions"))
    }

    @Test("the version is found among other options", arguments: ["version-hixie-76", "a-b-version-hixie-76-deflate"])
    func amongOthers(variant: String) throws {
        let tables = try DraftTable.all(Rows.folder([Rows.summary("websocket", variant: variant)]))
        #expect(tables.first?.rows.first?.first == "hixie-76")
    }

    @Test("other transports have no version, and an invalid row gives no numbers")
    func invalid() throws {
        #expect(try DraftTable.all(Rows.folder([Rows.summary("sse", variant: "version-hixie-76")])).isEmpty)
        var row = Rows.summary("websocket", variant: "version-hixie-75")
        row.valid = false
        let table = try #require(DraftTable.all(Rows.folder([row])).first)
        #expect(table.rows.first?.suffix(4) == ["–", "–", "–", "–"])
    }

    @Test("repeats are pooled: all their bytes divided by all their clients or items")
    func repeats() throws {
        var rows = [1, 2].map { Rows.summary("websocket", repeat: $0, variant: "version-hixie-75") }
        (rows[1].clients, rows[1].delivered) = (100, 36_000)
        let table = try #require(DraftTable.all(Rows.folder(rows)).first)
        #expect(table.rows.first?.suffix(4) == ["240", "240", "4.00", "240"])
    }
}
