extension Sequence {
    /// Each element once, in the order of the first occurrences.
    package func distinct() -> [Element] where Element: Hashable { distinct { $0 } }

    /// The first element with each key, in the order of the sequence.
    package func distinct<Key: Hashable>(by key: (Element) -> Key) -> [Element] {
        var seen: Set<Key> = []
        return filter { seen.insert(key($0)).inserted }
    }
}
