/// Where a part of the clients ran, for the manifest.
package struct LoadProcessFacts: Codable, Sendable, Hashable {
    /// As named on the command line; `nil` for a process on this machine.
    package var place: String?
    package var hello: WorkerHello
    package var clients: Int
    /// How its clock compares with the server's; `nil` if both are the same.
    package var clock: ClockFigures?

    package init(place: String?, hello: WorkerHello, clients: Int, clock: ClockFigures?) {
        (self.place, self.hello, self.clients, self.clock) = (place, hello, clients, clock)
    }
}
