// swift-tools-version: 6.2
import PackageDescription

// Layers, lowest first. A target imports lower layers, and of its own layer only what `importsWithinLayer` lists:
// `LayersTests` compares both with the imports in the sources. Layers 1 to 3 are pure: they open no socket and no
// file, read no clock and draw no random number.
let layers = [
    ["Codecs", "Measurement", "WireAccounting", "HTTP"],
    ["Feed", "WebSocketProtocol", "WebSocketDrafts", "HTTP2Protocol", "Link", "TeachingPage", "Expressions"],
    ["Transports", "Scenario", "ResultFiles", "Dissection", "Prediction"],
    // Operating system (clock, files, kernel counters), and code that both ends of a connection share.
    ["Host", "ConnectionEnds"],
    // Server, clients and the link between them, and reports from result files.
    ["FeedServer", "LoadGenerator", "LinkRelay", "Report"],
    // Experiments, and code that both command lines share.
    ["Lab", "Arguments"],
    ["pushlab-server", "pushlab"],
]
let importsWithinLayer = [
    "ConnectionEnds": ["Host"],
    "Measurement": ["Codecs"],
    "WebSocketDrafts": ["WebSocketProtocol"],
    "Dissection": ["Transports"],
    "FeedServer": ["LinkRelay"],
    "Prediction": ["ResultFiles", "Scenario", "Transports"],
    "Scenario": ["ResultFiles", "Transports"],
]

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-enforce-exclusivity=unchecked", "-cross-module-optimization"], .when(configuration: .release)),
]

// Code that computes for seconds in tests without optimization.
let strictAndFast = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

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
        // Only for the path type that swift-subprocess requires.
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: [
        // Layer 1
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev", "pkg-config"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev", "pkg-config"])]),
        .target(name: "Codecs", dependencies: ["CCrypto", "CZlib", nioCore], swiftSettings: strict),
        .target(
            name: "Measurement",
            dependencies: ["Codecs", nioCore, .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: strictAndFast
        ),
        .target(name: "WireAccounting", swiftSettings: strict),
        .target(name: "HTTP", dependencies: [nioCore], swiftSettings: strict),

        // Layer 2
        .target(name: "Feed", dependencies: ["Codecs", "Measurement", nioCore], swiftSettings: strict),
        .target(name: "WebSocketProtocol", dependencies: ["Codecs", "HTTP", nioCore], swiftSettings: strict),
        .target(
            name: "WebSocketDrafts", dependencies: ["Codecs", "HTTP", "WebSocketProtocol", nioCore],
            swiftSettings: strict),
        .target(
            name: "HTTP2Protocol", dependencies: ["HTTP", "WireAccounting", nioCore, nioHPACK], swiftSettings: strict),
        .target(
            name: "Link", dependencies: ["HTTP", "Measurement", "WireAccounting", nioCore], swiftSettings: strict),

        // The page is part of the program, so that one file can be moved and packaged.
        .target(name: "CTeachingPage"),
        .target(
            name: "TeachingPage", dependencies: ["CTeachingPage", "Codecs", "HTTP", nioCore], exclude: ["Page"],
            swiftSettings: strict),
        .target(name: "Expressions", dependencies: ["Measurement"], swiftSettings: strict),

        // Layer 3
        .target(
            name: "Transports",
            dependencies: [
                "Codecs", "Feed", "HTTP", "WireAccounting", "WebSocketProtocol", "WebSocketDrafts", "Measurement",
                nioCore,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Scenario",
            dependencies: ["Expressions", "Feed", "HTTP", "Link", "Measurement", "ResultFiles", "Transports", "Yams"],
            swiftSettings: strict
        ),
        .target(
            name: "ResultFiles",
            dependencies: ["Expressions", "Measurement", "WireAccounting"],
            swiftSettings: strict
        ),
        .target(
            name: "Dissection",
            dependencies: [
                "Codecs", "Feed", "HTTP", "Measurement", "Transports", "WebSocketProtocol", "WireAccounting", nioCore,
                nioHPACK,
            ],
            swiftSettings: strict
        ),

        .target(
            name: "Prediction",
            dependencies: [
                "Codecs", "Feed", "HTTP", "Link", "Measurement", "ResultFiles", "Scenario", "Transports",
                "WireAccounting", nioCore,
            ],
            swiftSettings: strictAndFast
        ),

        // Layer 4
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev", "libssl-dev", "pkg-config"])]),
        // Without pkgConfig: SwiftPM warns about a flag in hiredis.pc that it does not pass on. The header and the
        // library are in the folders that compilers search.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .target(name: "CLinux"),
        .target(
            name: "Host", dependencies: ["Feed", "Measurement", "WireAccounting", "CLinux"], swiftSettings: strict),
        .target(
            name: "ConnectionEnds",
            dependencies: ["CLinux", "Host", "Measurement", "WireAccounting", nioCore, nioHTTP2, nioHPACK],
            swiftSettings: strict),

        // Layer 5
        .target(
            name: "FeedServer",
            dependencies: [
                "CCrypto", "CHiredis", "ConnectionEnds", "Dissection", "Feed", "HTTP", "HTTP2Protocol", "Link",
                "LinkRelay", "Measurement", "Scenario", "WireAccounting", "Transports", "Host", nioCore, nioPosix,
                nioSSL,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LoadGenerator",
            dependencies: [
                "CCurl", "CLinux", "Dissection", "Feed", "HTTP", "Measurement", "Transports", "WireAccounting",
                "WebSocketProtocol", "Host", "ConnectionEnds", nioCore, nioPosix, nioSSL, nioTLS, nioHTTP2,
            ],
            // The script of a page, part of the program like the teaching page.
            resources: [.embedInCode("Browsers/receive.js")],
            swiftSettings: strict
        ),
        .target(
            name: "LinkRelay", dependencies: ["CLinux", "Host", "Link", "Measurement", "WireAccounting", nioCore],
            swiftSettings: strict),
        .target(
            name: "Report",
            dependencies: ["Expressions", "Measurement", "ResultFiles", "Host", "Transports", "WebSocketDrafts"],
            swiftSettings: strict
        ),

        // Layer 6
        .target(
            name: "Lab",
            dependencies: [
                "Codecs", "Dissection", "Expressions", "Feed", "FeedServer", "HTTP", "Host", "Link", "LinkRelay",
                "LoadGenerator", "Measurement", "Prediction", "Report", "ResultFiles", "Scenario", "Transports",
                "WebSocketProtocol", "WireAccounting", .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Arguments",
            dependencies: ["Feed", "FeedServer", "Host", "Measurement", argumentParser],
            swiftSettings: strict
        ),

        // Layer 7
        .executableTarget(
            name: "pushlab-server",
            dependencies: [
                "Arguments", "Feed", "FeedServer", "Host", "LinkRelay", "Measurement", "TeachingPage", "Transports",
                argumentParser,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "pushlab",
            dependencies: [
                "Arguments", "Dissection", "Expressions", "Feed", "FeedServer", "HTTP", "Host", "Lab", "Link",
                "LinkRelay", "LoadGenerator", "Measurement", "Prediction", "Report", "ResultFiles", "Scenario",
                "Transports", "WebSocketProtocol", "WireAccounting", argumentParser,
            ],
            swiftSettings: strict
        ),

        // Tests mirror the targets.
        .testTarget(name: "PackageTests", swiftSettings: strict),
        .testTarget(name: "CodecsTests", dependencies: ["Codecs", nioCore], swiftSettings: strict),
        .testTarget(
            name: "FeedTests", dependencies: ["Codecs", "Feed", "Measurement", nioCore], swiftSettings: strict),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", nioCore], swiftSettings: strict),
        .testTarget(name: "WireAccountingTests", dependencies: ["WireAccounting"], swiftSettings: strict),
        .testTarget(name: "ExpressionsTests", dependencies: ["Expressions"], swiftSettings: strict),
        .testTarget(
            name: "LinkTests", dependencies: ["Link", "HTTP", "Measurement", "WireAccounting"], swiftSettings: strict),
        .testTarget(
            name: "TeachingPageTests",
            dependencies: ["TeachingPage", "Codecs", "HTTP", "ResultFiles", "WireAccounting", nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "HTTP2ProtocolTests",
            dependencies: ["HTTP2Protocol", "HTTP", nioCore, nioHPACK], swiftSettings: strict),
        .testTarget(
            name: "WebSocketProtocolTests", dependencies: ["WebSocketProtocol", "HTTP", nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "WebSocketDraftsTests", dependencies: ["WebSocketDrafts", "WebSocketProtocol", "HTTP", nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "MeasurementTests",
            dependencies: ["Measurement", .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TransportsTests",
            dependencies: [
                "Transports", "Codecs", "Feed", "HTTP", "Measurement", "WireAccounting", "WebSocketProtocol",
                "WebSocketDrafts", nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ScenarioTests",
            dependencies: ["Expressions", "Scenario", "Feed", "Link", "Measurement", "ResultFiles", "Transports"],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Codecs", "Dissection", "ResultFiles", "Transports", "pushlab", "pushlab-server"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LabTests",
            dependencies: [
                "Lab", "Codecs", "Dissection", "Expressions", "Feed", "Host", "Link", "LinkRelay", "LoadGenerator",
                "Measurement", "Report", "ResultFiles", "Scenario", "Transports", "WireAccounting",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "pushlabTests",
            dependencies: [
                "pushlab", "pushlab-server", "Arguments", "Feed", "FeedServer", "Lab", "Link", "LoadGenerator",
                "Measurement", "Prediction", "Report", "ResultFiles", "Scenario", "Transports", "WebSocketProtocol",
                argumentParser,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DissectionTests",
            dependencies: [
                "Dissection", "Feed", "HTTP", "Measurement", "Transports", "WebSocketProtocol", "WireAccounting",
                nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PredictionTests",
            dependencies: [
                "Prediction", "Link", "Measurement", "ResultFiles", "Scenario", "Transports", "WireAccounting",
            ],
            swiftSettings: strict),
        .testTarget(name: "ResultFilesTests", dependencies: ["ResultFiles"], swiftSettings: strict),
        .testTarget(
            name: "ReportTests", dependencies: ["Expressions", "Report", "ResultFiles", "Measurement"],
            swiftSettings: strict),
        .testTarget(
            name: "HostTests", dependencies: ["Host", "Feed", "Measurement", "WireAccounting"], swiftSettings: strict
        ),
        .testTarget(
            name: "ConnectionEndsTests",
            dependencies: [
                "ConnectionEnds", "Measurement", nioCore, nioHTTP2, nioHPACK,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FeedServerTests",
            dependencies: [
                "FeedServer", "Feed", "HTTP", "Host", "Measurement", "Transports", "WireAccounting",
                "WebSocketProtocol", nioCore, nioHPACK, nioPosix,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoadGeneratorTests",
            dependencies: [
                "LoadGenerator", "CCurl", "Dissection", "FeedServer", "Feed", "HTTP", "Host", "Measurement",
                "Transports", "WireAccounting", "WebSocketProtocol", nioCore, nioPosix,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LinkRelayTests", dependencies: ["LinkRelay", "Host", "Link", "Measurement"], swiftSettings: strict),
        // One suite runs for every registered transport, end to end.
        .testTarget(
            name: "ContractTests",
            dependencies: [
                "FeedServer", "LoadGenerator", "LinkRelay", "Feed", "HTTP", "Host", "Link", "Measurement", "Prediction",
                "Report", "Scenario", "Transports", "WebSocketDrafts", "WireAccounting", nioCore,
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
