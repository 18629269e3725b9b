import Foundation
import Link
import Measurement
import Testing

@testable import Lab

@Suite("The hidden parameter of a student")
struct HiddenParameterTests {
    private static func students(_ count: Int) throws -> [StudentID] {
        try (0..<count).map { try StudentID("student-\($0)") }
    }

    private static func readings(_ parameter: HiddenParameter, _ count: Int) -> [Int?] {
        var readings = HiddenReadings(parameter, seed: 1)
        return (0..<count).map { _ in
            readings.next().flatMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["reading"] as? Int
            }
        }
    }

    @Test("an id has the same parameter on every machine, in any case of letters")
    func reproducible() throws {
        #expect(HiddenParameter(of: try StudentID("4711")) == .loss(ofTwenty: 2))
        #expect(HiddenParameter(of: try StudentID("Anna")) == HiddenParameter(of: try StudentID("anna")))
    }

    @Test("a class has all three properties, and many values of each; another word gives other values")
    func spread() throws {
        let parameters = try Self.students(300).map { HiddenParameter(of: $0) }
        for kind in HiddenParameter.Kind.allCases {
            let own = parameters.filter { $0.kind == kind }
            #expect((70...130).contains(own.count))
            #expect(Set(own).count >= 8)
        }
        let others = try Self.students(300).map { HiddenParameter(of: $0, word: "2026") }
        #expect(zip(parameters, others).count { $0 == $1 } < 50)
    }

    @Test("a class may look for one property", arguments: HiddenParameter.Kind.allCases)
    func fixedKind(kind: HiddenParameter.Kind) throws {
        #expect(try Self.students(50).allSatisfy { HiddenParameter(of: $0, kind: kind).kind == kind })
    }

    @Test(
        "answers near the value are accepted, those near the next value and of another property are not",
        arguments: [
            (
                .delay(.milliseconds(120)), ["delay=120ms", "delay=0.125s", "delay=112ms"],
                ["delay=140ms", "hold=120ms"]
            ),
            (.loss(ofTwenty: 3), ["loss=15%", "loss=13%", "loss=17.1%"], ["loss=20%", "loss=10%", "delay=15ms"]),
            (.hold(.milliseconds(3_500)), ["hold=3.5s", "hold=3512ms"], ["hold=4s", "hold=3s", "delay=3.5s"]),
        ] as [(HiddenParameter, [String], [String])])
    func accepted(parameter: HiddenParameter, right: [String], wrong: [String]) throws {
        for answer in right { #expect(parameter.verdict(on: try HiddenAnswer(answer)) == .right, "\(answer)") }
        for answer in wrong { #expect(parameter.verdict(on: try HiddenAnswer(answer)) != .right, "\(answer)") }
    }

    @Test(
        "a wrong answer gets the reason, without the value",
        arguments: [
            (.delay(.milliseconds(120)), "delay=60ms", .halfOfRoundTrip),
            (.delay(.milliseconds(120)), "delay=90ms", .tooSmall),
            (.delay(.milliseconds(120)), "delay=1h", .tooLarge),
            (.delay(.milliseconds(120)), "loss=5%", .otherProperty(.loss)),
            (.loss(ofTwenty: 3), "loss=0%", .tooSmall), (.loss(ofTwenty: 3), "loss=1000%", .tooLarge),
            (.hold(.milliseconds(3_500)), "hold=25s", .tooLarge),
            (.hold(.milliseconds(3_500)), "delay=3.5s", .otherProperty(.delay)),
        ] as [(HiddenParameter, String, HiddenVerdict)])
    func reason(parameter: HiddenParameter, answer: String, verdict: HiddenVerdict) throws {
        let found = parameter.verdict(on: try HiddenAnswer(answer))
        #expect(found == verdict)
        #expect(found.description.hasPrefix("the answer is not in range: "))
    }

    @Test("the solution names value and range")
    func solution() {
        #expect(
            HiddenParameter.delay(.milliseconds(120)).solution
                == "the network has a round-trip time of 120 ms; accepted 111 ms to 129 ms")
        #expect(
            HiddenParameter.loss(ofTwenty: 3).solution == "15% of the readings are lost; accepted 12.6% to 17.4%")
    }

    @Test(
        "an unusable answer is refused with what is allowed",
        arguments: [
            ("120ms", "is 120ms; allowed delay=TIME, loss=SHARE or hold=TIME"), ("", "is \"\"; allowed"),
            ("jitter=3ms", "is \"jitter=3ms\"; allowed"), ("delay=120", "has delay=120: "),
            ("loss=15", "has loss=15: "), ("hold=", "has hold=: "),
        ])
    func badAnswer(text: String, sentence: String) {
        let fault = #expect(throws: LessonFault.self) { try HiddenAnswer(text) }
        #expect(fault?.description.hasPrefix(sentence) == true, "\(fault?.description ?? "")")
    }

    @Test("an id has letters of any language, digits and a few signs", arguments: ["4711", "张伟", "a.b-c_d@e"])
    func goodID(text: String) throws {
        #expect(try StudentID(text).description == text)
    }

    @Test("other ids are refused", arguments: ["", "a b", "a/b", String(repeating: "x", count: 65)])
    func badID(text: String) {
        #expect(throws: LessonFault.self) { try StudentID(text) }
    }

    @Test("each 20 consecutive readings lose the same number, and no other reading is lost", arguments: [1, 8])
    func losses(lost: Int) {
        let numbers = Self.readings(.loss(ofTwenty: lost), 200)
        for block in 0..<10 { #expect(numbers[(block * 20)..<(block * 20 + 20)].count { $0 == nil } == lost) }
        for (index, number) in numbers.enumerated() { #expect(number == nil || number == index + 1) }
        #expect(Self.readings(.delay(.milliseconds(40)), 100).compactMap(\.self) == Array(1...100))
    }

    @Test("readings are due ten per second for four seconds, then none for eight")
    func schedule() {
        var readings = HiddenReadings(.delay(.milliseconds(40)), seed: 1)
        let due = (0..<81).map { _ in
            defer { _ = readings.next() }
            return readings.due
        }
        #expect((due[0], due[1], due[39]) == (.milliseconds(100), .milliseconds(200), .seconds(4)))
        #expect((due[40], due[79], due[80]) == (.milliseconds(12_100), .seconds(16), .milliseconds(24_100)))
    }

    @Test("half of a delay lies in each direction; the other properties leave the network alone")
    func link() {
        let link = HiddenParameter.delay(.milliseconds(120)).link
        #expect((link.up.delay, link.down.delay) == (.milliseconds(60), .milliseconds(60)))
        #expect(HiddenParameter.loss(ofTwenty: 3).link.roundTrip == .zero)
        #expect(HiddenParameter.hold(.seconds(3)).link.roundTrip == .zero)
        #expect(HiddenParameter.hold(.seconds(3)).holdTime == .seconds(3))
        #expect(HiddenParameter.loss(ofTwenty: 3).holdTime == nil)
    }
}
