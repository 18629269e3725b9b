import Measurement
import NIOCore

/// Sentences of English words in random order. The frequency of a word falls with its rank as in English (Zipf's law,
/// in Mandelbrot's form), so the text compresses about as well as prose; it has no meaning.
enum EnglishText {
    /// Appends text of exactly `count` bytes: whole sentences, the last one cut.
    static func write(_ count: Int, using random: inout SeededGenerator, into buffer: inout ByteBuffer) {
        var text: [UInt8] = []
        text.reserveCapacity(count + 32)
        var wordsLeft = 0
        while text.count < count {
            let word = words[Int(table[Int(random.next() >> tableShift)])]
            if wordsLeft == 0 {
                // The first word of a sentence begins with a capital letter.
                wordsLeft = 5 + Int(random.next() >> 60)
                text.append(word[0] & ~0x20)
                text += word[1...]
            } else {
                text += word
            }
            wordsLeft -= 1
            if wordsLeft == 0 {
                text.append(UInt8(ascii: "."))
            } else if random.next() >> 60 == 0 {
                text.append(UInt8(ascii: ","))
            }
            text.append(UInt8(ascii: " "))
        }
        buffer.writeBytes(text[..<count])
    }

    private static let tableShift: UInt64 = 51
    private static let tablePlaces = 1 << (64 - tableShift)
    // Of 1 MB of this text gzip leaves 37 %; of English novels it leaves 36 to 41 %.
    private static let rankOffset = 12.0

    private static let words = EnglishWords.byFrequency.split(separator: " ").map { Array($0.utf8) }

    /// A word's index occurs as often as the word is frequent.
    private static let table: [UInt16] = {
        let weights = words.indices.map { 1 / (Double($0) + rankOffset) }
        let sum = weights.reduce(0, +)
        var table: [UInt16] = []
        var reached = 0.0
        for (index, weight) in weights.enumerated() {
            reached += weight
            let end = Int((reached / sum * Double(tablePlaces)).rounded())
            while table.count < end { table.append(UInt16(index)) }
        }
        return table
    }()
}
