extension RandomAccessCollection {
    /// The first position of a sorted collection whose element fulfils a condition that all later ones fulfil too;
    /// `endIndex` if none does.
    func partitionPoint(where isBehind: (Element) -> Bool) -> Index {
        var (low, count) = (startIndex, count)
        while count > 0 {
            let middle = index(low, offsetBy: count / 2)
            if isBehind(self[middle]) {
                count /= 2
            } else {
                low = index(after: middle)
                count -= count / 2 + 1
            }
        }
        return low
    }
}
