import Arguments

@main
enum Main {
    static func main() {
        CommandMain.run(ServerCommand.self)
    }
}
