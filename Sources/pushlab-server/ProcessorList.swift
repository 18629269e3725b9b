import ArgumentParser

/// A list of processors: `0,1`.
enum ProcessorList {
    static func read(_ text: String) throws -> [Int] {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        let known = numbers.compactMap { $0 }.filter { (0..<1_024).contains($0) }
        guard known.count == numbers.count else {
            throw ValidationError("'\(text)' is no list of processors; allowed are numbers with commas, such as 0,1")
        }
        return known
    }
}
