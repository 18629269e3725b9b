// swift-tools-version: 6.2
import PackageDescription

// The house, from bottom to top. A target may import only what stands above it in this list
// (`swift build --explicit-target-dependency-import-check error` holds the direction):
//
//     1  Codecs  Measurement  Feed  WireAccounting  WebSocketProtocol    pure values
//     2  Transports  Scenario  ResultFiles                         pure values
//     3  Host  FeedServer  LoadGenerator                           drivers: clock, files, sockets
//     4  Lab  Report                                               the experiment and its reading
//     5  Arguments  pushlab-server  pushlab                        argument parsing
//
// Layers 1 and 2 open no socket and no file, read no clock and draw no random number.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
    name: "pushlab",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "pushlab-server", targets: ["pushlab-server"]),
        .executable(name: "pushlab", targets: ["pushlab"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        // Only for the path type that swift-subprocess takes.
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: [
        // Layer 1
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev", "pkg-config"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev", "pkg-config"])]),
        .target(name: "Codecs", dependencies: ["CCrypto", "CZlib", nioCore], swiftSettings: strict),
        .target(name: "Feed", dependencies: ["Measurement", nioCore], swiftSettings: strict),
        .target(name: "WireAccounting", swiftSettings: strict),
        .target(name: "WebSocketProtocol", dependencies: ["Codecs", nioCore], swiftSettings: strict),
        .target(
            name: "Measurement",
            dependencies: ["Codecs", nioCore, .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: strict
        ),

        // Layer 2
        .target(
            name: "Transports",
            dependencies: ["Codecs", "Feed", "WireAccounting", "WebSocketProtocol", "Measurement", nioCore],
            swiftSettings: strict
        ),
        .target(
            name: "Scenario",
            dependencies: ["Feed", "Measurement", "Transports", "Yams"],
            swiftSettings: strict
        ),
        .target(
            name: "ResultFiles",
            dependencies: ["WireAccounting", "Measurement"],
            swiftSettings: strict
        ),

        // Layer 3
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev", "libssl-dev", "pkg-config"])]),
        .target(name: "CLinux"),
        .target(
            name: "Host", dependencies: ["Feed", "Measurement", "WireAccounting", "CLinux"], swiftSettings: strict),
        .target(
            name: "FeedServer",
            dependencies: [
                "CCrypto", "Feed", "Measurement", "WireAccounting", "Transports", "Host", nioCore, nioPosix, nioSSL,
                nioHTTP2, nioHPACK,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LoadGenerator",
            dependencies: [
                "CCurl", "CLinux", "Feed", "Measurement", "Transports", "WireAccounting", "WebSocketProtocol", "Host",
                nioCore, nioPosix, nioSSL, nioTLS, nioHTTP2, nioHPACK,
            ],
            swiftSettings: strict
        ),

        // Layer 4
        .target(
            name: "Lab",
            dependencies: [
                "Codecs", "Feed", "Measurement", "WireAccounting", "Transports", "Scenario", "ResultFiles", "Host",
                "LoadGenerator", "Report", "WebSocketProtocol",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Report",
            dependencies: ["Measurement", "ResultFiles", "Host", "WebSocketProtocol"],
            swiftSettings: strict
        ),

        // Layer 5
        .target(
            name: "Arguments",
            dependencies: ["Feed", "Host", "Measurement", "Transports", argumentParser],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "pushlab-server",
            dependencies: [
                "Arguments", "Feed", "FeedServer", "Host", "Measurement", "Transports", argumentParser,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "pushlab",
            dependencies: [
                "Arguments", "Feed", "Host", "Lab", "LoadGenerator", "Measurement", "Report", "ResultFiles", "Scenario",
                "Transports", "WebSocketProtocol",
                argumentParser,
            ],
            swiftSettings: strict
        ),

        // Tests mirror the targets.
        .testTarget(name: "CodecsTests", dependencies: ["Codecs", nioCore], swiftSettings: strict),
        .testTarget(name: "FeedTests", dependencies: ["Feed", "Measurement", nioCore], swiftSettings: strict),
        .testTarget(name: "WireAccountingTests", dependencies: ["WireAccounting"], swiftSettings: strict),
        .testTarget(
            name: "WebSocketProtocolTests", dependencies: ["WebSocketProtocol", nioCore], swiftSettings: strict),
        .testTarget(
            name: "MeasurementTests",
            dependencies: ["Measurement", .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TransportsTests",
            dependencies: [
                "Transports", "Codecs", "Feed", "Measurement", "WireAccounting", "WebSocketProtocol", nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScenarioTests", dependencies: ["Scenario", "Feed", "Measurement", "Transports"],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Codecs", "ResultFiles", "pushlab", "pushlab-server"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabTests", dependencies: ["Lab", "Feed", "Host", "LoadGenerator", "Measurement", "Transports"],
            swiftSettings: strict
        ),
        .testTarget(name: "ResultFilesTests", dependencies: ["ResultFiles", "WireAccounting"], swiftSettings: strict),
        .testTarget(
            name: "ReportTests", dependencies: ["Report", "ResultFiles", "Measurement"], swiftSettings: strict),
        .testTarget(
            name: "HostTests", dependencies: ["Host", "Feed", "Measurement", "WireAccounting"], swiftSettings: strict
        ),
        .testTarget(
            name: "FeedServerTests",
            dependencies: [
                "FeedServer", "Feed", "Host", "Measurement", "Transports", "WireAccounting", "WebSocketProtocol",
                nioCore, nioHPACK,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoadGeneratorTests",
            dependencies: [
                "LoadGenerator", "FeedServer", "Feed", "Host", "Measurement", "Transports", "WireAccounting",
                "WebSocketProtocol", nioCore,
            ],
            swiftSettings: strict
        ),
        // One suite over every transport of the registry: server and load generator, end to end.
        .testTarget(
            name: "ContractTests",
            dependencies: [
                "FeedServer", "LoadGenerator", "Feed", "Host", "Measurement", "Transports", "WebSocketProtocol",
                "WireAccounting",
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
