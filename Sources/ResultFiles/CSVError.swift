/// Why a result file cannot be read, in one sentence with its place.
package struct CSVError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let message: String

    package var description: String { "\(file):\(line): \(message)" }
}
