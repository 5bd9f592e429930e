// swift-tools-version: 6.2
import PackageDescription

/// Whether this is the build for `make fuzz`: every room is instrumented, and `transom-fuzz` exists.
let isFuzzing = Context.environment["FUZZ"] != nil

/// What every target of ours is compiled with.
///
/// Warnings are errors: a warning nobody reads hides the next one.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

/// A room: one folder under `Sources`, with the imports `docs/architecture.md` allows it.
func room(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of a room: `Tests/<Room>Tests`, mirroring `Sources/<Room>`.
func tests(_ room: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(
        name: "\(room)Tests",
        dependencies: [.target(name: room)] + dependencies,
        swiftSettings: strict
    )
}

/// A C library of the system: a module map and a shim for its macros and variadic functions.
func system(_ name: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: package, providers: [])
}

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "transom",
    products: [.executable(name: "transom", targets: ["transom"])],
    // Exactly what we test with, docs/adr/0011: there is no Package.resolved in the repository.
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        system("COpenSSL", "openssl"),
        system("CCurl", "libcurl"),
        system("CGSASL", "libgsasl"),
        system("CIDN2", "libidn2"),
        system("CPCRE2", "libpcre2-8"),

        room("Mail", "CIDN2"),
        tests("Mail"),
        room("Telemetry"),
        tests("Telemetry"),
        room("Cryptography", "COpenSSL"),
        tests("Cryptography"),

        room("SMTP", "Mail"),
        tests("SMTP", "Mail", "SMTPTestSupport"),
        room("MIME", "Mail"),
        tests("MIME"),
        room("Routing", "Mail", "CPCRE2"),
        tests("Routing", "Mail"),

        room("Webhook", "Mail", "MIME", "Cryptography"),
        tests("Webhook", "Mail", "MIME", "Cryptography"),
        room("Settings", "Mail", "Routing", yams),
        .testTarget(
            name: "SettingsTests", dependencies: ["Settings", "Mail", "Routing"], exclude: ["Fixtures"],
            swiftSettings: strict),

        .target(name: "CFrameVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
        room("Spool", "CFrameVFS", "Mail", "Telemetry", "Cryptography", grdb, sqlite, logging),
        tests("Spool", "Mail", "Telemetry", "CFaultyVFS", grdb, logging),
        .target(name: "CFaultyVFS", path: "Tests/CFaultyVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
        room("TLS", "COpenSSL", nio),
        tests("TLS", nio, nioEmbedded, nioPosix),
        room("SASL", "CGSASL", "Cryptography"),
        tests("SASL", "CGSASL", "Cryptography"),
        room("DNS", "Telemetry", nio, nioPosix),
        tests("DNS", "Telemetry", nio, nioPosix),
        room("HTTPTransfer", "CCurl"),
        tests("HTTPTransfer", "TestSupport", "SlowNames"),

        room("SMTPServer", "Mail", "SMTP", "TLS", "SASL", "Telemetry", nio, nioPosix, logging, lifecycle),
        tests("SMTPServer", "Mail", "SMTP", "TLS", "SMTPTestSupport", "Telemetry", nio, nioPosix, logging),
        room("Reception", "Mail", "SMTP", "MIME", "Routing", "Spool", "Telemetry", logging),
        tests("Reception", "Mail", "SMTP", "Routing", "Spool", "Telemetry", logging),
        room(
            "Delivery", "Mail", "MIME", "Routing", "Webhook", "Spool", "HTTPTransfer", "Telemetry", logging,
            lifecycle),
        tests(
            "Delivery", "Mail", "Routing", "Webhook", "Spool", "HTTPTransfer", "Telemetry", "TestSupport",
            logging, lifecycle),

        room(
            "Admin", "Mail", "MIME", "Routing", "Spool", "Delivery", "Webhook", "Telemetry", hummingbird, nio,
            logging, lifecycle),
        tests("Admin", "Mail", "Spool", "Telemetry", "TestSupport", nio, logging),

        room(
            "Console", "Mail", "SMTP", "MIME", "Webhook", "Routing", "HTTPTransfer", "Spool", "Delivery",
            "Admin", "SASL"),
        room(
            "Assembly", "Mail", "Telemetry", "Cryptography", "SMTP", "MIME", "Routing", "Webhook", "Settings",
            "Spool", "TLS", "SASL", "DNS", "HTTPTransfer", "SMTPServer", "Reception", "Delivery", "Admin",
            "Console",
            nioPosix, logging, lifecycle, signals),

        tests(
            "Assembly", "Admin", "Console", "DNS", "Delivery", "Mail", "Reception", "SASL", "SMTP",
            "SMTPServer", "Settings", "Spool", "TLS", "Webhook", logging),

        .target(
            name: "SMTPTestSupport", dependencies: ["Mail", "SMTP"], path: "Tests/SMTPTestSupport",
            swiftSettings: strict),
        .target(
            name: "FuzzTargets", dependencies: ["DNS", "MIME", "SMTP", "SMTPTestSupport"],
            path: "Tests/Fuzz/FuzzTargets",
            swiftSettings: strict),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/FuzzTests",
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["Spool"], path: "Tests/TestSupport", swiftSettings: strict),
        .target(name: "SlowNames", path: "Tests/SlowNames"),

        .executableTarget(
            name: "transom",
            dependencies: ["Assembly", "Console", "Settings", arguments],
            swiftSettings: strict
        ),
    ]
)

if isFuzzing {
    package.targets.append(
        .executableTarget(
            name: "transom-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/transom-fuzz",
            swiftSettings: strict, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
    package.products.append(.executable(name: "transom-fuzz", targets: ["transom-fuzz"]))
}

if Context.environment["BENCHMARK"] != nil {
    package.targets.append(
        .executableTarget(
            name: "mime-bench", dependencies: ["MIME"], path: "Benchmarks/MIME/mime-bench",
            swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "spool-bench", dependencies: ["Spool", "Mail", logging],
            path: "Benchmarks/Spool/spool-bench", swiftSettings: strict))
    package.products.append(.executable(name: "mime-bench", targets: ["mime-bench"]))
}
