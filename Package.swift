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

/// The settings of the C target: every macro of `pkg-config --cflags xmlsec1-openssl`, which the package manager drops.
///
/// Without `XMLSEC_NO_SIZE_T` the structures of libxmlsec1 have another layout than the library was built with.
let xmlsecSettings: [CSetting] = [
    .treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra"), .define("_GNU_SOURCE"),
    .define("__XMLSEC_FUNCTION__", to: "__func__"), .define("XMLSEC_NO_SIZE_T"),
    .define("XMLSEC_OPENSSL3_ENGINES", to: "1"), .define("XMLSEC_NO_GOST", to: "1"),
    .define("XMLSEC_NO_GOST2012", to: "1"), .define("XMLSEC_NO_CRYPTO_DYNAMIC_LOADING", to: "1"),
    .define("XMLSEC_CRYPTO_OPENSSL", to: "1"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library room of the house.
///
/// A room depends only on rooms above it.
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
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
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
        room("JOSE", ["StrictJSON", crypto, cryptoExtras]),
        room("Identity", ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "Documents", "JOSE"]),
        room(
            "Residency",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", "JOSE",
                "Identity", crypto,
            ]),
        room("OpenIDConnect", ["StrictJSON", "CedarSyntax", "CedarModel", "JOSE", "Identity", crypto]),
        .systemLibrary(
            name: "CXMLSecSystem", pkgConfig: "xmlsec1-openssl",
            providers: [.apt(["libxml2-dev", "libxmlsec1-dev", "libssl-dev"])]),
        .target(name: "CXMLSec", dependencies: ["CXMLSecSystem"], cSettings: xmlsecSettings),
        room(
            "SAML",
            [
                "CXMLSec", "StrictJSON", "CedarSyntax", "CedarModel", "Documents", "Identity", "OpenIDConnect", crypto,
            ]),
        room(
            "PolicyBundles",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", "Residency",
                "Identity", "SAML", crypto,
            ]),
        room(
            "IssuerKeys",
            [
                "StrictJSON", "CedarSyntax", "JOSE", "Identity", "OpenIDConnect", "SAML", crypto, asyncHTTPClient,
                nioCore,
                nioPosix, nioHTTP1,
            ]),
        room(
            "DecisionPoint",
            ["CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Residency", "Identity", "PolicyBundles"]),
        room(
            "DecisionWire",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine", "Residency", "Identity", "PolicyBundles",
                "DecisionPoint",
            ]),
        room(
            "Gateways",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "Residency", "Identity", "PolicyBundles", "OpenIDConnect",
                "IssuerKeys",
                "DecisionPoint", "DecisionWire", nioCore, nioPosix, nioHTTP1,
            ]),
        room(
            "ConformanceSuites",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", "Residency",
                "PolicyBundles", "DecisionPoint", "DecisionWire", "JOSE", "Identity", "OpenIDConnect", "SAML", crypto,
                cryptoExtras,
            ]),
        .target(
            name: "PublishedFormats", resources: [.embedInCode("Formats"), .embedInCode("Codes")],
            swiftSettings: settings),
        .executableTarget(
            name: "verdict",
            dependencies: [
                "PublishedFormats",
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Residency",
                "PolicyBundles", "DecisionPoint", "DecisionWire", "Gateways", "ConformanceSuites", "Documents", "JOSE",
                "Identity", "OpenIDConnect", "IssuerKeys", "SAML", crypto, cryptoExtras, argumentParser,
                logging, serviceLifecycle,
                unixSignals, nioCore, nioHTTP1, nioPosix,
            ],
            swiftSettings: settings),

        .target(name: "SeededRandom", path: "Tests/Support/SeededRandom", swiftSettings: settings),
        .target(
            name: "MarkedSource", dependencies: ["CedarSyntax"], path: "Tests/Support/MarkedSource",
            swiftSettings: settings),
        tests("StrictJSONTests", ["StrictJSON", "SeededRandom"]),
        tests("CedarSyntaxTests", ["CedarSyntax", "MarkedSource", "SeededRandom"]),
        tests("PolicyJSONTests", ["StrictJSON", "CedarSyntax", "SeededRandom"]),
        tests("CedarModelTests", ["StrictJSON", "CedarSyntax", "CedarModel", "SeededRandom"]),
        tests(
            "CedarSchemaTests",
            ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "MarkedSource", "SeededRandom"], fixtures: true),
        tests("CedarEngineTests", ["StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine", "SeededRandom"]),
        tests("DocumentsTests", ["StrictJSON", "CedarSyntax", "Documents", "SeededRandom"]),
        .target(
            name: "SigningKeys", dependencies: ["JOSE", crypto, cryptoExtras], path: "Tests/Support/SigningKeys",
            swiftSettings: settings),
        .target(
            name: "SAMLMessages", dependencies: [crypto, cryptoExtras], path: "Tests/Support/SAMLMessages",
            swiftSettings: settings),
        .executableTarget(
            name: "MessageMint", dependencies: ["SAMLMessages"], path: "Tests/Support/MessageMint",
            swiftSettings: settings),
        tests("JOSETests", ["StrictJSON", "JOSE", "SigningKeys", crypto, cryptoExtras]),
        tests(
            "IdentityTests",
            ["StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "Documents", "JOSE", "Identity"]),
        tests(
            "OpenIDConnectTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "Documents", "JOSE", "Identity", "OpenIDConnect",
                "SigningKeys", crypto,
            ]),
        tests(
            "SAMLTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "Documents", "Identity", "OpenIDConnect", "SAML",
                "SAMLMessages", crypto, cryptoExtras,
            ], fixtures: true),
        tests(
            "IssuerKeysTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "JOSE", "Identity", "OpenIDConnect", "SAML", "IssuerKeys",
                "SigningKeys", "SAMLMessages", nioCore,
            ]),
        tests(
            "PolicyBundlesTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", "PolicyBundles",
                "DecisionPoint", "DecisionWire", "SeededRandom",
            ], fixtures: true),
        tests(
            "DecisionPointTests",
            ["CedarSyntax", "CedarModel", "CedarEngine", "Identity", "PolicyBundles", "DecisionPoint"]),
        tests(
            "DecisionWireTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine", "Identity", "PolicyBundles",
                "DecisionPoint", "DecisionWire", "SeededRandom",
            ]),
        tests("GatewaysTests", ["Gateways", "PolicyBundles", "SeededRandom", nioCore, nioPosix], fixtures: true),
        tests(
            "ConformanceSuitesTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine", "Documents", "Residency", "Identity",
                "PolicyBundles", "DecisionPoint", "DecisionWire", "ConformanceSuites", "SeededRandom",
            ], fixtures: true),
        .testTarget(
            name: "PublishedFormatsTests",
            dependencies: [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarEngine", "PolicyBundles", "DecisionPoint",
                "DecisionWire", "ConformanceSuites", "PublishedFormats", "OpenIDConnect",
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
            dependencies: [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "JOSE", "Identity",
                "OpenIDConnect",
            ],
            path: "Tests/Fuzzing/Properties", swiftSettings: settings),
        .testTarget(
            name: "FuzzingTests", dependencies: ["FuzzProperties"], path: "Tests/Fuzzing/Tests",
            swiftSettings: settings),
        // Under the root, because what it measures is not part of any product.
        .executableTarget(
            name: "LoadTimes", dependencies: ["CedarSyntax", "CedarModel", "PolicyBundles", "DecisionPoint"],
            path: "Benchmarks/Loading", swiftSettings: settings),
        tests("ArchitectureTests", []),
        tests("CedarCorpusTests", ["ConformanceSuites"]),
        tests("JWTVectorTests", ["ConformanceSuites"]),
        .testTarget(
            name: "SAMLVectorTests", dependencies: ["ConformanceSuites", "SAMLMessages"],
            exclude: ["Fixtures", "peers.py", "requirements.txt"], swiftSettings: settings),
        tests(
            "ResidencyTests",
            [
                "StrictJSON", "CedarSyntax", "CedarModel", "CedarSchema", "CedarEngine", "Documents", "Residency",
                "JOSE", "SigningKeys", "SeededRandom",
            ]),
        tests("ResidencyVectorTests", ["CedarModel", "Residency", "ConformanceSuites"]),
        .testTarget(
            name: "VerdictTests",
            dependencies: ["verdict", "JOSE", "SigningKeys", "SAMLMessages", nioCore, nioPosix, nioHTTP1],
            exclude: ["Fixtures"], swiftSettings: settings),
    ]
)
