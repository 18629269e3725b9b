import Lab
import Testing

@Suite("Finding a scenario by name")
struct InstalledScenariosTests {
    private static let scenarios = InstalledScenarios(program: "/usr/bin/pushlab")

    @Test(
        "the file itself, then the current folder, then the installed scenarios",
        arguments: [
            (["quickstart", "quickstart.yaml", "/usr/share/pushlab/scenarios/quickstart.yaml"], "quickstart"),
            (["quickstart.yaml", "/usr/share/pushlab/scenarios/quickstart.yaml"], "quickstart.yaml"),
            (["/usr/share/pushlab/scenarios/quickstart.yaml"], "/usr/share/pushlab/scenarios/quickstart.yaml"),
            ([], nil),
        ] as [([String], String?)])
    func order(files: [String], found: String?) {
        #expect(Self.scenarios.file("quickstart") { files.contains($0) } == found)
    }

    @Test("a name may end with .yaml; a path is never searched among the installed scenarios")
    func names() {
        let installed = "/usr/share/pushlab/scenarios/idle.yaml"
        #expect(Self.scenarios.file("idle.yaml") { $0 == installed } == installed)
        #expect(Self.scenarios.file("./idle.yaml") { $0 == installed } == nil)
        #expect(Self.scenarios.file("a/idle") { $0 == "a/idle.yaml" } == nil)
    }

    @Test("without installed scenarios there are no names")
    func noNames() {
        #expect(InstalledScenarios(program: "/no/bin/pushlab").names == [])
    }
}
