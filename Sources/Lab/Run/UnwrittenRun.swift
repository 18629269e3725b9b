import Host

/// A run that ended because its results could not be written, for example on a full disk.
struct UnwrittenRun: Error, CustomStringConvertible {
    /// The file and the system's reason, what is kept, and how to go on.
    let description: String

    /// - Parameters:
    ///   - fault: What could not be written.
    ///   - folder: The folder of the run.
    ///   - hasRows: Whether a run of a case had ended before.
    ///   - canGoOn: Whether `pushlab run --resume` takes runs of this kind.
    init(_ fault: FileFault, folder: String, hasRows: Bool, canGoOn: Bool) {
        let isKept = hasRows && AtomicFile.exists("\(folder)/summary.csv")
        let kept = isKept ? "; the runs of cases that were written before are kept in \(folder)" : ""
        let isRun = canGoOn && AtomicFile.exists("\(folder)/manifest.json")
        let advice = isRun ? "; to go on when it can be written: pushlab run --resume \(folder)" : ""
        description = "\(fault)\(kept)\(advice)"
    }
}
