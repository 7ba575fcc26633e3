// swift-tools-version: 6.2
import PackageDescription

/// The settings of every target: Swift 6 language mode, no warnings, unsafe code marked where it stands.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library room of the house. A room depends only on rooms above it.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of a room, with their fixtures copied beside them where there are any.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], fixtures: Bool = false
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, resources: fixtures ? [.copy("Fixtures")] : [],
        swiftSettings: settings)
}

let package = Package(
    name: "Verdict",
    products: [
        .executable(name: "verdict", targets: ["verdict"]),
        .library(name: "Cedar", targets: ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        room("StrictJSON"),
        room("CedarSyntax", ["StrictJSON"]),
        room("CedarModel", ["StrictJSON", "CedarSyntax"]),
        room("CedarSchema", ["StrictJSON", "CedarSyntax", "CedarModel"]),
        room("CedarEngine", ["CedarSyntax", "CedarModel"]),
        room("Documents", ["StrictJSON", "CedarSyntax", yams]),
        room(
            "PolicyBundles",
            ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", crypto]),
        room("DecisionPoint", ["CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "PolicyBundles"]),
        room(
            "DecisionWire",
            ["StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine", "PolicyBundles", "DecisionPoint"]),
        room(
            "Gateways", ["StrictJSON", "DecisionPoint", "DecisionWire", "PolicyBundles", nioCore, nioPosix, nioHTTP1]),
        room(
            "ConformanceSuites",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", "PolicyBundles",
                "DecisionPoint", "DecisionWire",
            ]),
        .target(
            name: "PublishedFormats", resources: [.embedInCode("Formats"), .embedInCode("Codes")],
            swiftSettings: settings),
        .executableTarget(
            name: "verdict",
            dependencies: [
                "PublishedFormats",
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "PolicyBundles", "DecisionPoint",
                "DecisionWire", "Gateways", "ConformanceSuites", argumentParser, logging, serviceLifecycle,
                unixSignals, nioCore, nioHTTP1, nioPosix,
            ],
            swiftSettings: settings),

        tests("StrictJSONTests", ["StrictJSON"]),
        tests("CedarSyntaxTests", ["CedarSyntax"]),
        tests("PolicyJSONTests", ["StrictJSON", "CedarSyntax"]),
        tests("CedarModelTests", ["StrictJSON", "CedarSyntax", "CedarModel"]),
        tests(
            "CedarSchemaTests", ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema"], fixtures: true),
        tests("CedarEngineTests", ["StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine"]),
        tests("DocumentsTests", ["StrictJSON", "CedarSyntax", "Documents"]),
        tests(
            "PolicyBundlesTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", "PolicyBundles", "DecisionPoint",
                "DecisionWire",
            ], fixtures: true),
        tests(
            "DecisionPointTests",
            ["CedarSyntax", "CedarModel", "CedarEngine", "PolicyBundles", "DecisionPoint"]),
        tests(
            "DecisionWireTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine", "PolicyBundles", "DecisionPoint",
                "DecisionWire",
            ]),
        tests("GatewaysTests", ["Gateways", "PolicyBundles", nioCore, nioPosix], fixtures: true),
        tests(
            "ConformanceSuitesTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "Documents", "PolicyBundles", "DecisionPoint",
                "DecisionWire", "ConformanceSuites",
            ], fixtures: true),
        .testTarget(
            name: "PublishedFormatsTests",
            dependencies: [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine", "PolicyBundles", "DecisionPoint",
                "DecisionWire", "ConformanceSuites", "PublishedFormats",
            ],
            exclude: ["Fixtures", "validate.py"], swiftSettings: settings),
        tests(
            "DiagnosticPageTests",
            ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "Documents", "PublishedFormats"]),
        .executableTarget(
            name: "DifferentialPeer",
            dependencies: ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine"],
            path: "Tests/Differential/Peer", swiftSettings: settings),
        .testTarget(
            name: "DifferentialTests", dependencies: ["DifferentialPeer"], path: "Tests/Differential/Tests",
            swiftSettings: settings),
        .target(
            name: "FuzzProperties",
            dependencies: ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine"],
            path: "Tests/Fuzzing/Properties", swiftSettings: settings),
        .testTarget(
            name: "FuzzingTests", dependencies: ["FuzzProperties"], path: "Tests/Fuzzing/Tests",
            swiftSettings: settings),
        tests("ArchitectureTests", []),
        tests("CedarCorpusTests", ["ConformanceSuites"]),
        tests("VerdictTests", ["verdict"]),
    ]
)
