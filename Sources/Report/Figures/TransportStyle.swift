import Transports

/// How a transport is called and coloured, the same in every table, sentence and plot.
struct TransportStyle: Equatable {
    /// As it stands in a sentence.
    let name: String
    /// Its place in tables and plots.
    let rank: Int
    let colour: String

    private static let grey = "#7F7F7F"

    /// - Parameters:
    ///   - transport: Its name in the CSV files. One that is not registered keeps it, is grey and comes last.
    ///   - registry: The transports that are known.
    init(of transport: String, in registry: TransportRegistry = .standard) {
        let rank = registry.all.firstIndex { $0.name == transport }
        self.rank = rank ?? registry.all.count
        name = rank.map { registry.all[$0].title } ?? transport
        colour = rank.map { registry.all[$0].colour } ?? Self.grey
    }
}
