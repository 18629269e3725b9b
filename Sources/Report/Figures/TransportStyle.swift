import Transports

/// Name, colour and marker of a transport, the same in every table, sentence and plot.
struct TransportStyle: Equatable {
    /// The name in sentences.
    let name: String
    let colour: String
    /// As well as the colour, for colour-blind readers and for print.
    let marker: Marker

    /// The shape of a point.
    enum Marker: CaseIterable {
        case circle, square, triangle, diamond, droppedTriangle, cross, hollow

        /// gnuplot's number of the shape.
        var gnuplot: Int {
            switch self {
            case .circle: 7
            case .square: 5
            case .triangle: 9
            case .diamond: 13
            case .droppedTriangle: 11
            case .cross: 2
            case .hollow: 6
            }
        }

        /// gnuplot's number of the shape for the n-th case of a transport: every second one is hollow.
        func gnuplot(use: Int) -> Int { LineDash.isHollow(use) && self != .hollow ? gnuplot - 1 : gnuplot }
    }

    private static let grey = "#7F7F7F"

    /// - Parameters:
    ///   - transport: The name in the CSV files. An unknown transport keeps this name and is grey.
    ///   - registry: The known transports.
    init(of transport: String, in registry: TransportRegistry = .standard) {
        let place = registry.known.firstIndex { $0.name == transport }
        name = place.map { registry.known[$0].title } ?? transport
        colour = place.map { registry.known[$0].colour } ?? Self.grey
        marker = Marker.allCases[(place ?? registry.known.count) % Marker.allCases.count]
    }

    private init(name: String, colour: String, marker: Marker) {
        (self.name, self.colour, self.marker) = (name, colour, marker)
    }

    /// The same with a darker or lighter colour.
    ///
    /// - Parameter step: 0 for the colour itself; then darker and lighter in turns.
    /// - Returns: The style with another colour.
    func shaded(_ step: Int) -> TransportStyle {
        TransportStyle(name: name, colour: Shade.colour(colour, step: step), marker: marker)
    }
}

/// Dashes of lines, which distinguish several cases of one transport.
enum LineDash {
    private static let all = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2"]

    /// The SVG dash array of the n-th case of a transport.
    static func svg(_ number: Int) -> String { all[number % all.count] }

    /// Whether the markers of the n-th case of a transport are hollow, for points without a line.
    static func isHollow(_ number: Int) -> Bool { !number.isMultiple(of: 2) }

    /// gnuplot's dash type of predictions, which no series has.
    static let predicted = 10

    /// The number of different dashes.
    static var count: Int { all.count }

    /// gnuplot's number of the dash type.
    static func gnuplot(_ number: Int) -> Int { number % all.count + 1 }
}
