import ArgumentParser
import Measurement

/// What a command knows about mistakes on its command line.
package protocol CommandAdvice {
    /// A correct command line.
    static var example: String { get }

    /// What to do instead of an unknown option.
    ///
    /// - Parameters:
    ///   - option: The option as written, with its hyphens.
    ///   - value: The value after it, if there is one.
    /// - Returns: `nil` to suggest the option with the closest name.
    static func advice(onOption option: String, value: String?) -> String?

    /// What to do instead of an argument that the command does not take; `nil` for no advice.
    static func advice(onArgument argument: String) -> String?
}

extension CommandAdvice {
    package static func advice(onOption option: String, value: String?) -> String? { nil }
    package static func advice(onArgument argument: String) -> String? { nil }
}

/// A command line that the argument parser refuses, in one sentence with the option, the value and what is allowed.
package struct CommandLineMistake {
    private let root: any ParsableCommand.Type
    /// The command that the arguments name, or the root.
    private let command: any ParsableCommand.Type
    /// The words that name it, such as `lesson hidden`; empty for the root.
    private let path: [String]
    /// Without the program's name.
    private let arguments: [String]

    package init(_ arguments: [String], of root: any ParsableCommand.Type) {
        self.root = root
        self.arguments = arguments
        (command, path) = Self.command(of: arguments, root)
    }

    private static func command(
        of arguments: [String], _ root: any ParsableCommand.Type
    ) -> (any ParsableCommand.Type, path: [String]) {
        var (command, path) = (root, [String]())
        for word in arguments {
            let next = command.configuration.subcommands.first { $0.configuration.commandName == word }
            guard let next else { break }
            command = next
            path.append(word)
        }
        return (command, path)
    }

    /// - Returns: A sentence if the first word, or the word after `help`, is not a command, or the word after a command
    ///   with subcommands is not one of them; `nil` for a program without commands.
    package var unknownCommand: String? {
        let words = arguments.first == "help" ? Array(arguments.dropFirst()) : arguments
        let (parent, path) = Self.command(of: words, root)
        let commands = parent.configuration.subcommands
        guard !commands.isEmpty, let word = words.dropFirst(path.count).first, !word.hasPrefix("-"), word != "help"
        else { return nil }
        if let advice = (parent as? any CommandAdvice.Type)?.advice(onArgument: word) { return advice }
        let shown = commands.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
        let suggestion = Spelling.suggestion(for: word, among: shown)
        let place = path.isEmpty ? "" : " for \(path.joined(separator: " "))"
        return "there is no command \(ShownValue.text(word))\(place); allowed \(shown.joined(separator: ", "))"
            + suggestion
    }

    /// - Parameter error: An error of the argument parser, whose details are public only as text.
    /// - Returns: One sentence.
    package func sentence(for error: any Error) -> String {
        let text = root.message(for: error)
        let invalid = /The value '(.*)' is invalid for '([^ ']*)[^']*'(?:: (.*))?/.dotMatchesNewlines()
        if let found = text.wholeMatch(of: invalid) {
            return Self.refusal(of: found.1, for: found.2, found.3 ?? "")
        }
        // The parser reports a missing argument before an unknown option, which may be a misspelt one.
        if text.hasPrefix("Unknown option ") || text.hasPrefix("Missing expected "), let option = unknownOption() {
            return option
        }
        if let found = text.wholeMatch(of: /Missing expected argument '(.*)'/) {
            let example = adviser.map { ", such as: \($0.example)" } ?? ""
            return "\(name) needs \(found.1)\(example)"
        }
        if let found = text.wholeMatch(of: /Missing value for '(\S+)(.*)'/) {
            return "\(found.1) needs a value: \(found.1)\(found.2)"
        }
        let unexpected = /(?:Unexpected argument|\d+ unexpected arguments:) '(.*?)'.*/.dotMatchesNewlines()
        if let found = text.wholeMatch(of: unexpected) {
            let advice = adviser?.advice(onArgument: String(found.1)).map { "; \($0)" } ?? " for \(name)"
            return "\(ShownValue.text(found.1)) is one argument too many\(advice)"
        }
        if let found = text.wholeMatch(of: /The option '(\S+)' does not take any value, but '(.*)' was specified./) {
            return "\(found.1) takes no value, and \(ShownValue.text(found.2)) is given"
        }
        return text
    }

    private var name: String {
        path.isEmpty ? command.configuration.commandName ?? "the program" : path.joined(separator: " ")
    }

    private var adviser: (any CommandAdvice.Type)? { command as? any CommandAdvice.Type }

    // The reason comes from the option's reader: what is allowed, a sentence without its subject (`is 5 s; allowed …`,
    // `has port 0; …`), or a whole sentence.
    private static func refusal(of value: Substring, for option: Substring, _ reason: Substring) -> String {
        if reason.hasPrefix("is ") || reason.hasPrefix("has ") { return "\(option) \(reason)" }
        if reason.hasPrefix("allowed ") { return "\(option) is \(ShownValue.text(value)); \(reason)" }
        return "\(option): \(reason)"
    }

    /// The first word that begins with a hyphen and is neither an option of the command nor the value of one.
    private func unknownOption() -> String? {
        let known = Self.options(of: command, includeHidden: true)
        var rest = arguments.dropFirst(path.count)
        while let word = rest.popFirst(), word != "--" {
            guard word.hasPrefix("-"), word != "-" else { continue }
            let option = String(word.prefix { $0 != "=" })
            guard let takesValue = known[option] else { return unknownOption(option, in: word, before: rest.first) }
            if takesValue, option == word { _ = rest.popFirst() }
        }
        return nil
    }

    private func unknownOption(_ option: String, in word: String, before next: String?) -> String {
        let inWord = word == option ? nil : String(word.dropFirst(option.count + 1))
        let value = inWord ?? next.flatMap { $0.hasPrefix("-") ? nil : $0 }
        if let advice = adviser?.advice(onOption: option, value: value) {
            return "there is no option \(option); \(advice)"
        }
        let names = Self.options(of: command, includeHidden: false).keys.map { String($0.drop { $0 == "-" }) }
        let typed = String(option.drop { $0 == "-" })
        let meant = Spelling.suggestion(for: typed, among: names.sorted(), otherNames: Self.otherNames)
        return "there is no option \(option)" + meant.replacing("mean ", with: "mean --")
    }

    /// Letters and words that other programs use for an option.
    private static let otherNames = [
        "c": "clients", "d": "duration", "o": "out", "p": "port", "q": "quiet", "s": "seed", "t": "transport",
        "u": "url", "v": "version", "output": "out", "time": "duration", "connections": "clients", "address": "host",
    ]

    /// Every option of a command, and whether it takes a value. The argument parser gives them only as help text.
    private static func options(of command: any ParsableCommand.Type, includeHidden: Bool) -> [String: Bool] {
        var options = ["--version": false]
        for line in command.helpMessage(includeHidden: includeHidden, columns: 400).split(separator: "\n") {
            guard let label = line.wholeMatch(of: #/  (-\S.*?)(?:  .*)?/#)?.1 else { continue }
            let names = label.prefix { $0 != "<" }.split { ", ".contains($0) }
            for name in names { options[String(name)] = label.contains("<") }
        }
        return options
    }
}
