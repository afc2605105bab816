// swift-tools-version:6.2
import PackageDescription

/// Settings of every target of ours. Warnings are errors: a warning that stays is a habit of not reading them.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Every target but the wrappers of C libraries: an unsafe pointer that leaves its wrapper is a compile error.
let memorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// Where pictures are worked on pixel by pixel: without optimisation a node in a debug build sees a few pictures a second, and whoever tests a whole
/// installation waits for it. It is still checked for overflows, and tests still see into it.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// Tests may call what the compiler cannot see to be safe (file-system and process calls), so they are only `strict`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

func cLibrary(_ name: String, pkgConfig: String, debian: String) -> Target {
    .systemLibrary(name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([debian])])
}

let package = Package(
    name: "vigilar",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "vigilar-edge", targets: ["vigilar-edge"]),
        .executable(name: "vigilar-hub", targets: ["vigilar-hub"]),
        .executable(name: "vigilar-fleet", targets: ["vigilar-fleet"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries, each imported by exactly one wrapper.
        cLibrary(
            "CLibAV", pkgConfig: "libavformat libavcodec libavutil libswscale", debian: "libavformat-dev libavcodec-dev libswscale-dev"),
        cLibrary("CLibPQ", pkgConfig: "libpq", debian: "libpq-dev"),
        cLibrary("CMosquitto", pkgConfig: "libmosquitto", debian: "libmosquitto-dev"),
        cLibrary("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
        cLibrary("CQREncode", pkgConfig: "libqrencode", debian: "libqrencode-dev"),
        cLibrary("CZstd", pkgConfig: "libzstd", debian: "libzstd-dev"),
        // Opened when the program runs, so that nothing of it is needed to build.
        .target(name: "COpenVINO", path: "Sources/CLibraries/COpenVINO"),
        .target(name: "Inference", dependencies: ["Base", "COpenVINO", "Vision"], swiftSettings: strict),
        .target(
            name: "Models",
            dependencies: [
                "Base", "Inference", "Trust", "Vision",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: memorySafe
        ),
        .target(name: "Media", dependencies: ["MediaTypes", "Base", "CLibAV", "CZlib"], swiftSettings: strict + optimised),
        .target(
            name: "Sight", dependencies: ["Inference", "Media", "MediaTypes", "Models", "Vision"], swiftSettings: memorySafe + optimised),
        .target(
            name: "MQTT",
            dependencies: [
                "Base", "CMosquitto",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(name: "Postgres", dependencies: ["Base", "CLibPQ"], swiftSettings: strict),
        .target(name: "Zstandard", dependencies: ["CZstd"], swiftSettings: strict),

        // Shared and pure.
        .target(name: "Base", swiftSettings: strict + optimised),
        .target(name: "Protocol", dependencies: ["Base"], swiftSettings: memorySafe),
        .target(name: "Settings", dependencies: ["Base", "Protocol"], swiftSettings: memorySafe),
        .target(
            name: "Trust",
            dependencies: [
                "Base", "Protocol",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: memorySafe
        ),
        .target(name: "MediaTypes", dependencies: ["Base"], swiftSettings: memorySafe + optimised),
        .target(name: "Vision", dependencies: ["MediaTypes"], swiftSettings: memorySafe + optimised),
        .target(
            name: "Recording",
            dependencies: ["Base", "Protocol", "MediaTypes", "Trust", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: memorySafe
        ),

        // The two programs.
        .target(
            name: "EdgeNode",
            dependencies: [
                "Base", "Inference", "Protocol", "MediaTypes", "Media", "Models", "Recording", "Sight", "Vision", "MQTT", "Settings",
                "Trust", "Zstandard",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: memorySafe
        ),
        .target(
            name: "Hub",
            dependencies: [
                "Base", "CQREncode", "Inference", "Media", "MQTT", "Models", "Postgres", "Protocol", "Recording", "Settings", "Sight",
                "Trust",
                "Vision", "Zstandard",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Web/Resources")],
            swiftSettings: memorySafe
        ),
        .executableTarget(
            name: "vigilar-edge",
            dependencies: ["EdgeNode", "Models", "Protocol", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: memorySafe
        ),
        .executableTarget(
            name: "vigilar-hub",
            dependencies: ["Hub", "Protocol", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: memorySafe
        ),
        .executableTarget(
            name: "vigilar-fleet",
            dependencies: [
                "Base", "EdgeNode", "Fleet", "Protocol", "Settings",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: memorySafe
        ),

        // Tests.
        .target(name: "TestSupport", dependencies: ["Base", .product(name: "Logging", package: "swift-log")], swiftSettings: strict),
        .target(
            name: "Fleet",
            dependencies: [
                "Base", "EdgeNode", "Media", "MQTT", "Postgres", "Protocol", "Settings", "TestSupport", "Trust", "Zstandard",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        tests("BaseTests", ["Base"]),
        tests("SettingsTests", ["Settings"]),
        tests("ProtocolTests", ["Base", "Protocol"]),
        tests("TrustTests", ["Base", "Trust", .product(name: "Crypto", package: "swift-crypto")]),
        tests("MediaTests", ["Base", "Media", "MediaTypes"]),
        tests("InferenceTests", ["EdgeNode", "Hub", "Inference", "Media", "MediaTypes", "Sight", "Vision"]),
        tests("ModelsTests", ["Base", "Inference", "Models", "Trust", "Vision"]),
        tests("VisionTests", ["Vision", "MediaTypes"]),
        tests(
            "RecordingTests",
            ["Base", "MediaTypes", "Protocol", "Recording", "Trust", .product(name: "Crypto", package: "swift-crypto")]),
        tests(
            "MQTTTests",
            [
                "MQTT",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        tests("PostgresTests", ["Base", "Postgres"]),
        tests(
            "EdgeNodeTests",
            [
                "Base", "EdgeNode", "Hub", "Media", "MediaTypes", "MQTT", "Protocol", "Recording", "Settings", "Sight", "Trust", "Vision",
                "Zstandard",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        tests(
            "HubTests",
            [
                "Base", "Hub", "Media", "MediaTypes", "MQTT", "Postgres", "Protocol", "Recording", "Settings", "Sight", "Trust", "Vision",
                "vigilar-hub",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        tests(
            "IntegrationTests",
            [
                "Base", "EdgeNode", "Fleet", "Postgres", "Protocol", "Recording", "vigilar-edge", "vigilar-fleet", "vigilar-hub",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Base", "EdgeNode", "Hub", "Inference", "MQTT", "Protocol", "Settings", "Sight", "TestSupport", "Trust", "Vision",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Browser"],
            swiftSettings: strict
        ),
    ]
)
