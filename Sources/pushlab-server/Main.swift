import Arguments

@main
enum Main {
    static func main() async {
        await CommandMain.run(ServerCommand.self)
    }
}
