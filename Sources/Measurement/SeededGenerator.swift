#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// SplitMix64 (Steele, Lea, Flood 2014; Vigna's public-domain `splitmix64.c`): spreads one seed over a larger state.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// The lab's only source of randomness: xoshiro256** (Blackman and Vigna 2018), so every run replays from its seed.
///
/// Releases of the standard library may change how it shuffles or picks from a range. The methods here never change, so
/// everything that must replay uses them.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64) {
        var mixer = SplitMix64(seed: seed)
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    /// One of many generators with the same seed, e.g. one per client; in practice their numbers do not repeat.
    package init(seed: UInt64, stream: UInt64) {
        var seedMixer = SplitMix64(seed: seed)
        var streamMixer = SplitMix64(seed: seedMixer.next() ^ stream)
        self.init(seed: streamMixer.next())
    }

    /// Starts from a given state, for tests with reference numbers.
    init(state: (UInt64, UInt64, UInt64, UInt64)) {
        precondition(state != (0, 0, 0, 0), "xoshiro256** never leaves the all-zero state")
        self.state = state
    }

    package mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    private static func rotate(_ word: UInt64, by bits: UInt64) -> UInt64 {
        (word << bits) | (word >> (64 - bits))
    }
}

extension SeededGenerator {
    /// A number in 0 ..< 1, a multiple of 2^-53.
    package mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number in 0 ..< `bound`, without bias (Lemire 2019, "Fast random integer generation in an interval").
    package mutating func uniform(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "there is no number below 0")
        var product = next().multipliedFullWidth(by: bound)
        let unfair = (0 &- bound) % bound
        while product.low < unfair {
            product = next().multipliedFullWidth(by: bound)
        }
        return product.high
    }

    /// A waiting time of a Poisson process, by inversion.
    ///
    /// - Parameter mean: The mean waiting time.
    /// - Returns: A time above or equal to 0, in the unit of `mean`.
    package mutating func exponential(mean: Double) -> Double {
        // 1 - u is in 0 < x <= 1, where the logarithm is finite.
        -mean * log(1 - uniform())
    }

    /// A number of the standard normal distribution, from two uniform ones (Box and Muller 1958).
    package mutating func normal() -> Double {
        // 1 - u is in 0 < x <= 1, where the logarithm is finite.
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// Shuffles in place (Fisher and Yates, Durstenfeld's form).
    package mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, Int(uniform(below: UInt64(last) + 1)))
        }
    }
}
