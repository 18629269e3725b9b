import Host
import ResultFiles

/// Says that a folder lacks results of its run.
package enum IncompleteRun {
    /// - Parameter folder: The folder of a run.
    /// - Returns: One sentence; `nil` if the run is complete, or if its manifest is missing or cannot be read.
    package static func sentence(on folder: String) -> String? {
        let text = TextFile.read("\(folder)/manifest.json")
        let manifest = text.flatMap { try? Manifest(json: $0, file: "") }
        return manifest.flatMap { sentence($0, in: folder) }
    }

    static func sentence(_ manifest: Manifest, in folder: String) -> String? {
        if manifest.complete { return nil }
        let canGoOn = manifest.options != nil && manifest.mergedRuns == nil
        let advice = canGoOn ? "; to go on: pushlab run --resume \(folder)" : ""
        return "\(folder) is incomplete: \(manifest.incompleteReason ?? "the run has not finished")\(advice)"
    }
}
