import Transports

/// Name, order and colour of a transport, the same in every table, sentence and plot.
struct TransportStyle: Equatable {
    /// The name in sentences.
    let name: String
    /// The position in tables and plots.
    let rank: Int
    let colour: String

    private static let grey = "#7F7F7F"

    /// - Parameters:
    ///   - transport: The name in the CSV files. An unknown transport keeps this name, is grey and comes last.
    ///   - registry: The known transports.
    init(of transport: String, in registry: TransportRegistry = .standard) {
        let rank = registry.all.firstIndex { $0.name == transport }
        self.rank = rank ?? registry.all.count
        name = rank.map { registry.all[$0].title } ?? transport
        colour = rank.map { registry.all[$0].colour } ?? Self.grey
    }
}
