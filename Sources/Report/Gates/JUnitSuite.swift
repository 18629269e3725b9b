import Measurement
import ResultFiles

/// Results as JUnit XML, which CI systems show as tests.
package struct JUnitSuite: Sendable, Equatable {
    package struct Test: Sendable, Equatable {
        package enum Outcome: Sendable, Equatable {
            case passed
            /// What was expected does not hold.
            case failed(String)
            /// The results cannot tell.
            case undecided(String)
        }

        let group: String
        let name: String
        let outcome: Outcome

        package init(group: String, name: String, _ outcome: Outcome) {
            (self.group, self.name, self.outcome) = (group, name, outcome)
        }
    }

    let name: String
    let tests: [Test]

    package init(name: String, tests: [Test]) {
        (self.name, self.tests) = (name, tests)
    }

    /// What every such file begins with.
    package static let beginning = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "

    /// The file: `failure` for what does not hold, `error` for what the results cannot tell.
    package var xml: String {
        let failures = tests.count { if case .failed = $0.outcome { true } else { false } }
        let errors = tests.count { if case .undecided = $0.outcome { true } else { false } }
        let counts = "tests=\"\(tests.count)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"0\""
        let lines = tests.flatMap { test -> [String] in
            let names = "classname=\"\(test.group.xmlEscaped)\" name=\"\(test.name.xmlEscaped)\""
            switch test.outcome {
            case .passed: return ["    <testcase \(names)/>"]
            case .failed(let message): return Self.element("failure", message, in: names)
            case .undecided(let message): return Self.element("error", message, in: names)
            }
        }
        return
            (["\(Self.beginning)\(counts)>"]
            + ["  <testsuite name=\"\(name.xmlEscaped)\" \(counts)>"] + lines + ["  </testsuite>", "</testsuites>"])
            .map { $0 + "\n" }.joined()
    }

    private static func element(_ element: String, _ message: String, in names: String) -> [String] {
        ["    <testcase \(names)>", "      <\(element) message=\"\(message.xmlEscaped)\"/>", "    </testcase>"]
    }
}

extension JUnitSuite {
    /// A run: a test per row and per condition, and one for the whole.
    ///
    /// - Parameters:
    ///   - scenario: Its name.
    ///   - rows: The rows of the run.
    ///   - checks: The verdicts on its conditions.
    ///   - complaint: Why the run as a whole failed; `nil` if it did not.
    package init(
        scenario: String, rows: [SummaryRow], checks: [CheckRow], complaint: String?
    ) {
        let measured = rows.map { row in
            Test(
                group: "\(scenario).runs", name: "\(row.caseID) repeat \(row.repetition)",
                row.valid == true ? .passed : .failed(row.invalidReason ?? "not checked: the run stopped early"))
        }
        let judged = checks.map { check in
            Test(
                group: "\(scenario).\(check.origin)", name: "\(check.condition) (\(check.caseIDs))",
                check.outcome)
        }
        self.init(
            name: "pushlab run \(scenario)",
            tests: [Test(group: scenario, name: "run", complaint.map { .failed($0) } ?? .passed)] + measured + judged)
    }
}

extension CheckRow {
    fileprivate var outcome: JUnitSuite.Test.Outcome {
        let figures = values.isEmpty ? "no value" : "median of \(repeats) valid: \(values)"
        switch Verdict(rawValue: verdict) {
        case .passed: return .passed
        case .open where origin == Origin.until.rawValue: return .undecided("it does not hold; \(figures)")
        case .open, nil: return .undecided("a value is missing; \(figures)")
        case .failed: return .failed(origin == Origin.failIf.rawValue ? "it holds; \(figures)" : figures)
        }
    }
}

extension FolderComparison {
    /// - Parameter failing: The verdicts that fail; empty if none does.
    /// - Returns: A test per metric of each case, and one per case that a run lacks.
    package func junit(failing: Set<Verdict>) -> JUnitSuite {
        let tests = cases.flatMap { one in
            one.all.map { verdict in
                JUnitSuite.Test(group: one.caseID, name: verdict.metric, verdict.outcome(failing: failing))
            }
        }
        let lacks = { (ids: [String], run: String) in
            ids.map { JUnitSuite.Test(group: $0, name: "case", .undecided("the \(run) has no run of this case")) }
        }
        let missing = lacks(onlyInBaseline, "candidate") + lacks(onlyInCandidate, "baseline")
        return JUnitSuite(
            name: "pushlab compare \(names.baseline) \(names.candidate)",
            tests: tests + (failing.isEmpty ? [] : missing))
    }
}

extension MetricVerdict {
    fileprivate func outcome(failing: Set<Verdict>) -> JUnitSuite.Test.Outcome {
        switch finding {
        case .verdict(let word) where failing.contains(word):
            .failed("\(word.rawValue)\(p.map { ", p \(Figure.probability($0))" } ?? "")")
        case .tooFewRepeats(_, _, let needed) where !failing.isEmpty:
            .undecided("too few repeats for a verdict; needs at least \(needed) per run")
        case .verdict, .tooFewRepeats, .notMeasured, .withinDrift: .passed
        }
    }
}

extension PairedComparison {
    /// - Parameter failing: Whether any difference fails.
    /// - Returns: A test per metric under each condition.
    package func junit(failing: Bool) -> JUnitSuite {
        let tests = comparisons.flatMap { one in
            one.metrics.map { metric in
                JUnitSuite.Test(group: one.condition, name: metric.metric.name, metric.outcome(failing: failing))
            }
        }
        return JUnitSuite(name: "pushlab compare \(directory) \(baseline) \(candidate)", tests: tests)
    }
}

extension PairedComparison.Metric {
    fileprivate func outcome(failing: Bool) -> JUnitSuite.Test.Outcome {
        let p = p.map { ", p \(Figure.probability($0))" } ?? ""
        switch finding {
        case .lower where failing: return .failed("lower\(p)")
        case .higher where failing: return .failed("higher\(p)")
        case .tooFewRepeats(_, let needed) where failing:
            return .undecided("too few repeats for a verdict; needs at least \(needed)")
        case .lower, .higher, .tooFewRepeats, .noDetectableDifference, .notMeasured: return .passed
        }
    }
}

extension String {
    /// For attributes of XML 1.0, which has no control characters except tab and line ends.
    fileprivate var xmlEscaped: String {
        unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n": escaped += "&#10;"
            case "\t", "\r": escaped += " "
            case _ where scalar.value < 0x20 || (0xfffe...0xffff).contains(scalar.value): escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
