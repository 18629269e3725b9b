import Testing

@testable import Measurement

@Suite("A line through measured points")
struct LinearFitTests {
    @Test("points on a line give that line, without an error")
    func exact() throws {
        let fit = try #require(LinearFit([(1, 5), (2, 7), (4, 11)]))
        #expect(abs(fit.slope - 2) < 1e-12 && abs(fit.intercept - 3) < 1e-12)
        let interval = fit.interval(at: 1_000)
        #expect(abs(interval.estimate - 2_003) < 1e-9)
        #expect(interval.high - interval.low < 1e-6)
    }

    /// Worked by hand: x 1 to 4, y 2, 3, 5, 6 give 0.5 + 1.4 x, squares of residuals 0.2, S = 5.
    @Test("the interval is that of the textbook")
    func interval() throws {
        let fit = try #require(LinearFit([(1, 2), (2, 3), (3, 5), (4, 6)]))
        #expect(abs(fit.slope - 1.4) < 1e-12 && abs(fit.intercept - 0.5) < 1e-12)
        // t(2) = 4.303, s² = 0.1, at x = 10: 1/4 + 7.5²/5 = 11.5.
        let reach = 4.303 * (0.1 * 11.5).squareRoot()
        let interval = fit.interval(at: 10)
        #expect(abs(interval.estimate - 14.5) < 1e-12)
        #expect(abs(interval.high - 14.5 - reach) < 1e-9 && abs(14.5 - interval.low - reach) < 1e-9)
    }

    @Test("fewer than three places are no line with an error")
    func tooFew() {
        #expect(LinearFit([(1, 1), (2, 2)]) == nil)
        #expect(LinearFit([(1, 1), (2, 2), (2, 3), (1, 4)]) == nil)
        #expect(LinearFit([]) == nil)
    }

    @Test(
        "quantiles of Student's distribution",
        arguments: [
            (1, 12.706), (4, 2.776), (30, 2.042), (31, 2.042), (40, 2.021), (119, 2.0), (120, 1.98), (9_999, 1.98),
        ])
    func quantile(degrees: Int, value: Double) {
        #expect(StudentT.quantile(degreesOfFreedom: degrees) == value)
    }
}
