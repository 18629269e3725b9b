/// The candidate that a misspelt word most likely meant, or `nil` if none is near.
func nearestSpelling(of word: String, among candidates: [String]) -> String? {
    let nearest = candidates.map { (name: $0, distance: editDistance(Array(word.prefix(64)), Array($0))) }
        .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= 2, nearest.distance < nearest.name.count else { return nil }
    return nearest.name
}

/// The insertions, deletions, replacements and swaps of neighbours from one word to another (optimal string alignment).
func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for row in 1..<(first.count + 1) {
        var current = [row]
        for column in 1..<(second.count + 1) {
            let isSame = first[row - 1] == second[column - 1]
            var best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (isSame ? 0 : 1))
            if row > 1, column > 1, first[row - 1] == second[column - 2], first[row - 2] == second[column - 1] {
                best = min(best, beforePrevious[column - 2] + 1)
            }
            current.append(best)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[second.count]
}
