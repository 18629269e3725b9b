import Host
import Measurement
import ResultFiles

/// The text files of a run folder, by name.
struct FolderTexts {
    let texts: [String: String]
    let directory: String

    static func read(
        _ directory: String, needed: [String], optional: [String]
    ) throws(ReportError) -> [String: String] {
        let folder = FolderTexts(texts: [:], directory: directory)
        var texts: [String: String] = [:]
        for name in needed + optional {
            let bytes: [UInt8]
            do throws(FileFault) {
                bytes = try TextFile.readBytes(folder.path(name))
            } catch {
                guard error.isMissing else { throw .unreadableFile(error) }
                if needed.contains(name) { throw missing(error.path, in: directory) }
                continue
            }
            // A file that is being copied may end within a character.
            let whole = Array(bytes[..<((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)])
            if let line = InvalidText.line(in: whole) {
                throw .malformed(CSVError(file: folder.path(name), line: line, message: "the line is not UTF-8 text"))
            }
            texts[name] = String(decoding: bytes, as: UTF8.self)
        }
        return texts
    }

    private static func missing(_ file: String, in directory: String) -> ReportError {
        switch PathKind(directory) {
        case .missing: return .unreadableFile(.missing(directory))
        case .file: return .notFolder(directory)
        case .folder:
            // A run writes its tables when its first case has finished.
            var cuts: [String] = []
            let texts = (try? read(directory, needed: [], optional: [manifestName])) ?? [:]
            let written = try? FolderTexts(texts: texts, directory: directory).manifest(&cuts)
            if written?.complete != true, let reason = IncompleteRun(written, rows: 0, cuts: cuts).text {
                return .noResults(directory, reason)
            }
            let below = folders(in: directory)
            // `Results` has a folder for each scenario, which has one for each run.
            for candidates in [below, below.flatMap(folders)] {
                let runs = candidates.filter { PathKind("\($0)/\(SummaryRow.table.fileName)") == .file }
                if !runs.isEmpty { return .folderOfRuns(directory, runs: runs) }
            }
            return .missingFile(file)
        }
    }

    private static func folders(in directory: String) -> [String] {
        let folder = FolderTexts(texts: [:], directory: directory)
        return (TextFile.folderEntries(directory) ?? []).filter { !$0.hasPrefix(".") }.sorted().map(folder.path)
            .filter { PathKind($0) == .folder }
    }

    func path(_ name: String) -> String {
        if directory.isEmpty { return name }
        return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }

    func has(_ name: String) -> Bool { texts[name] != nil }

    /// Reads a table; `cuts` gets a part of a sentence if the file ends within a row, which is left out.
    func rows<Row: CSVRow>(_ table: CSVTable<Row>, _ cuts: inout [String]) throws(ReportError) -> [Row] {
        guard let text = texts[table.fileName] else { throw .missingFile(path(table.fileName)) }
        do throws(CSVError) {
            let (rows, isCut) = try table.rowsUntilCut(from: text, file: path(table.fileName))
            if isCut { cuts.append("\(table.fileName) ends in the middle of a row, which is left out") }
            return rows
        } catch {
            throw .malformed(error)
        }
    }

    /// Empty without the file.
    func rowsIfAny<Row: CSVRow>(_ table: CSVTable<Row>, _ cuts: inout [String]) throws(ReportError) -> [Row] {
        try has(table.fileName) ? rows(table, &cuts) : []
    }

    /// Says that a table lacks runs of `summary.csv`.
    ///
    /// - Parameters:
    ///   - table: A table that has rows of each run, unless the folder lacks it.
    ///   - found: The runs of its rows.
    ///   - measured: The runs that it must have.
    /// - Returns: A part of a sentence, or nothing.
    func gap<Row: CSVRow>(_ table: CSVTable<Row>, _ found: [RunKey], of measured: [RunKey]) -> [String] {
        let known = Set(found)
        let lost = measured.count { !known.contains($0) }
        guard has(table.fileName), lost > 0 else { return [] }
        return ["\(table.fileName) lacks \(lost) of \(Figure.counted(measured.count, "run"))"]
    }

    static let manifestName = "manifest.json"

    /// `nil` without the file; `cuts` gets a part of a sentence if the file ends early, and is left out.
    func manifest(_ cuts: inout [String]) throws(ReportError) -> Manifest? {
        guard let text = texts[Self.manifestName] else { return nil }
        do throws(ManifestError) {
            return try Manifest(json: text, file: path(Self.manifestName))
        } catch {
            if Self.endsWithObject(text) { throw .manifest(error) }
            cuts.append("\(Self.manifestName) ends early and is left out")
            return nil
        }
    }

    /// Whether the last line of a JSON text closes its outermost object: inner ones are indented.
    private static func endsWithObject(_ text: String) -> Bool {
        let last = text.split(whereSeparator: \.isNewline).last ?? ""
        return last.last == "}" && last.first != " "
    }
}
