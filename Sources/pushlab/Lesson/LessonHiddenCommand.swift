import ArgumentParser
import Arguments
import Foundation
import Lab
import LinkRelay

struct LessonHiddenCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "hidden",
        abstract: "Starts the server of a student; one of its properties is unusual.",
        discussion: """
            The server publishes numbered readings by every transport: 10 per second for 4 s, then none for 8 s, and \
            so on. When ready, it prints one line of JSON with its address. Ctrl-C and SIGTERM stop it.
            """)

    static let example = "pushlab lesson hidden --student 4711 --port 9001"

    @OptionGroup var options: StudentOptions

    @Option(
        help: ArgumentHelp(
            "Address to listen on. Only a loopback address keeps the server off the network.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Port to listen on, 0 to 65535; 0 lets the kernel choose. (default: 0)", valueName: "n"),
        transform: ArgumentReading.number(in: 0...UInt16.max))
    var port: UInt16 = 0

    func run() async throws {
        let (parameter, address) = (options.parameter, RelayAddress(host: host, port: Int(port)))
        try await RunControl.interruptible {
            let server: HiddenServer
            do {
                server = try await HiddenServer.start(parameter, at: address)
            } catch {
                throw Failure("\(error)")
            }
            print(ListeningLine.text(server.address))
            fflush(nil)
            // Ends when the task is cancelled.
            while (try? await Task.sleep(for: .seconds(3_600))) != nil {}
            await server.stop()
        }
    }
}
