#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Probabilities that the statistical tests need.
enum Gauss {
    /// P(Z > z) of the standard normal distribution.
    static func upperTail(_ z: Double) -> Double {
        0.5 * erfc(z / 2.0.squareRoot())
    }

    /// The z with P(Z > z) = `tail`, by bisection; 0 < `tail` ≤ 0.5.
    static func quantile(upperTail tail: Double) -> Double {
        precondition(tail > 0 && tail <= 0.5, "a tail probability is above 0 and at most 0.5")
        var (low, high) = (0.0, 40.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if upperTail(middle) > tail { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The binomial probability of `successes` in `count` trials of probability ½.
    static func fairBinomial(_ successes: Int, of count: Int) -> Double {
        var logarithm = -Double(count) * log(2.0)
        for index in 0..<successes {
            logarithm += log(Double(count - index) / Double(index + 1))
        }
        return exp(logarithm)
    }
}
