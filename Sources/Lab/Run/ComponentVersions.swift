import Host
import LoadGenerator

/// Versions of everything that takes part in a measurement.
enum ComponentVersions {
    static func all() -> [String: String] {
        var versions = CurlVersion.components()
        versions["pushlab"] = ProgramVersion.current
        versions["swift"] = swift
        versions["build"] = build
        return versions
    }

    /// The Git revision that this program was built from; empty if the program is not inside its repository.
    static func source(_ executables: Executables) async -> [String: String] {
        guard let tree = await WorkingTree.of(executables.pushlab) else { return [:] }
        return ["git_revision": tree.revision, "git_dirty": tree.isDirty ? "yes" : "no"]
    }

    private static var swift: String {
        #if swift(>=6.4)
            "6.4 or later"
        #elseif swift(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }
}
