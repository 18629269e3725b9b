#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why a manifest cannot be read, in one sentence.
package struct ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    package let message: String

    package var description: String { "\(file): \(message)" }
}

extension Manifest {
    private struct Version: Decodable {
        let number: Int

        private enum CodingKeys: String, CodingKey {
            case number = "schema_version"
        }
    }

    /// Reads `manifest.json`.
    ///
    /// - Parameters:
    ///   - json: The file's text.
    ///   - file: Its name for error messages.
    /// - Throws: ``ManifestError`` if the text is not a manifest of this version.
    package init(json: String, file: String) throws(ManifestError) {
        let bytes = Data(json.utf8)
        do {
            let version = try JSONDecoder().decode(Version.self, from: bytes).number
            if version != Self.currentSchemaVersion {
                throw ManifestError(
                    file: file,
                    message: "schema_version is \(version); this program reads \(Self.currentSchemaVersion)")
            }
            self = try JSONDecoder().decode(Manifest.self, from: bytes)
        } catch let error as ManifestError {
            throw error
        } catch let error as DecodingError {
            throw ManifestError(file: file, message: error.sentence)
        } catch {
            throw ManifestError(file: file, message: "not a manifest")
        }
    }
}

extension DecodingError {
    fileprivate var sentence: String {
        switch self {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(path(context)) has the wrong type"
        case .dataCorrupted(let context) where context.codingPath.isEmpty: return "not JSON"
        case .dataCorrupted(let context): return "\(path(context)): \(context.debugDescription)"
        @unknown default: return "not a manifest"
        }
    }

    private func path(_ context: Context) -> String {
        context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
