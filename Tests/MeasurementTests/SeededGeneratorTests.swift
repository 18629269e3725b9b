import Testing

@testable import Measurement

@Suite("Seeded random numbers")
struct SeededGeneratorTests {
    @Test("SplitMix64 gives its reference numbers")
    func splitMix() {
        // Seed 1234567; the numbers are from rosettacode.org, "Pseudo-random numbers/Splitmix64".
        var mixer = SplitMix64(seed: 1_234_567)
        let numbers = (0..<3).map { _ in mixer.next() }
        #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test("xoshiro256** gives its reference numbers")
    func xoshiro() {
        // State 1, 2, 3, 4; the numbers are from the tests of the Rust crate rand_xoshiro.
        var generator = SeededGenerator(state: (1, 2, 3, 4))
        let numbers = (0..<6).map { _ in generator.next() }
        #expect(
            numbers == [
                11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
            ])
    }

    @Test("streams of one seed differ; the same stream repeats")
    func streams() {
        var first = SeededGenerator(seed: 7, stream: 0)
        var again = SeededGenerator(seed: 7, stream: 0)
        var second = SeededGenerator(seed: 7, stream: 1)
        let number = first.next()
        #expect(number == again.next())
        #expect(number != second.next())
    }

    @Test("uniform numbers fill 0 ..< 1 evenly")
    func uniform() {
        var generator = SeededGenerator(seed: 1)
        var tenths = [Int](repeating: 0, count: 10)
        for _ in 0..<100_000 { tenths[Int(generator.uniform() * 10)] += 1 }
        // Standard deviation of a tenth: 95.
        #expect(tenths.allSatisfy { abs($0 - 10_000) < 475 })
    }

    @Test("bounded numbers cover exactly the range")
    func bounded() {
        var generator = SeededGenerator(seed: 1)
        var seen = [Int](repeating: 0, count: 3)
        for _ in 0..<30_000 { seen[Int(generator.uniform(below: 3))] += 1 }
        #expect(seen.allSatisfy { abs($0 - 10_000) < 410 })
    }

    @Test("waiting times have the requested mean")
    func exponential() {
        var generator = SeededGenerator(seed: 1)
        let times = (0..<100_000).map { _ in generator.exponential(mean: 0.1) }
        let mean = times.reduce(0, +) / 100_000
        #expect(abs(mean - 0.1) < 0.0016)
        #expect(times.allSatisfy { $0 >= 0 && $0.isFinite })
    }

    @Test("normal numbers have mean 0, variance 1 and the quantiles of the distribution")
    func normal() {
        var generator = SeededGenerator(seed: 1)
        let numbers = (0..<100_000).map { _ in generator.normal() }
        let mean = numbers.reduce(0, +) / 100_000
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
        #expect(abs(mean) < 0.015)
        #expect(abs(variance - 1) < 0.02)
        // P(Z < 1.645) = 95 %; standard deviation of the count: 69.
        #expect(abs(numbers.filter { $0 < 1.644_854 }.count - 95_000) < 345)
        #expect(numbers.allSatisfy { $0.isFinite })
    }

    @Test("a shuffle keeps all elements and is reproducible")
    func shuffle() {
        var generator = SeededGenerator(seed: 42)
        var again = SeededGenerator(seed: 42)
        var left = Array(0..<100)
        var right = left
        generator.shuffle(&left)
        again.shuffle(&right)
        #expect(left == right)
        #expect(left != Array(0..<100))
        #expect(left.sorted() == Array(0..<100))
    }
}
