// swift-tools-version: 6.2

import PackageDescription

// The tests and the checks take no warnings; a newer compiler's new ones must not keep anybody from building.
let strictness: [SwiftSetting] =
    Context.environment["HEADGATE_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + strictness

/// A library target of the program; `ArchitectureTests` holds each one to the imports listed here.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// Tests that read files of their own in a folder.
let folders = ["ReportTests": "Golden", "CommandTests": "Golden", "ManifestsTests": "Traffic/Schemas"]

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["Support"],
        exclude: folders[name].map { [$0] } ?? [], swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let flyingFox = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")

let package = Package(
    name: "headgate",
    products: [
        .executable(name: "headgate", targets: ["headgate"]),
        .executable(name: "headgate-simulator", targets: ["headgate-simulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        // System libraries, and the C that they need beside them.
        .systemLibrary(name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CGitTransport", dependencies: ["CLibGit2", "CCurl"]),

        // Pure: values in, values out.
        module("Analysis"),
        module("YAML", ["CLibYAML"]),
        module("Rollouts", ["Analysis", crypto]),
        module("Manifests", ["Rollouts", "Analysis", "YAML"]),
        module("Import", ["Manifests", "Rollouts", "YAML"]),
        module("Trials", ["Analysis", "YAML"]),
        module("Report", ["Rollouts", "Analysis"]),
        .target(
            name: "Policies", path: "policies", exclude: [],
            resources: [
                .embedInCode("traffic"), .embedInCode("metrics"), .embedInCode("plans"),
            ], swiftSettings: settings),

        // Edges: one concern and one library each.
        module("Git", ["CLibGit2", "CGitTransport", subprocess, systemPackage]),
        module("HTTP", ["CCurl"]),
        module("WebTokens", ["HTTP", "Rollouts", crypto, cryptoExtras]),
        module("Kubernetes", ["HTTP", "Rollouts", "YAML", subprocess, systemPackage]),
        module("Metrics", ["HTTP", "Rollouts", "Analysis", "WebTokens", crypto]),
        module("Forges", ["HTTP", "Rollouts", "Analysis", "WebTokens"]),

        // The tick.
        module("Agent", ["Rollouts", "Analysis", "Manifests", "YAML", "Git", logging]),

        // The programs.
        .executableTarget(
            name: "headgate",
            dependencies: [
                "Agent", "Analysis", "Forges", "Git", "HTTP", "Import", "Kubernetes", "Manifests", "Metrics",
                "Policies",
                "Report",
                "Rollouts", "Trials", "YAML", argumentParser, logging,
            ], swiftSettings: settings),
        module("Simulator", ["Git", "YAML", flyingFox, subprocess, systemPackage]),
        .executableTarget(
            name: "headgate-simulator", dependencies: ["Simulator", argumentParser, subprocess, systemPackage],
            swiftSettings: settings),

        // Tests.
        .target(
            name: "Support", dependencies: ["Analysis", "Git", "Rollouts", "YAML", flyingFox], path: "Tests/Support",
            swiftSettings: settings),
        .executableTarget(
            name: "headgate-bench",
            dependencies: ["Agent", "Analysis", "CLibYAML", "Manifests", "Rollouts", "Support", "YAML"],
            path: "Tests/Bench",
            swiftSettings: settings),
        tests("AnalysisTests", ["Analysis"]),
        tests("YAMLTests", ["YAML"]),
        tests("RolloutsTests", ["Rollouts", "Analysis"]),
        tests("ManifestsTests", ["Manifests", "Rollouts", "Analysis", "YAML", "Policies"]),
        tests("ImportTests", ["Import", "Manifests", "Rollouts", "YAML", "Policies"]),
        tests("ReportTests", ["Report", "Rollouts", "Analysis"]),
        tests("TrialsTests", ["Trials", "Analysis", "YAML"]),
        tests("GitTests", ["Git"]),
        tests("HTTPTests", ["HTTP", flyingFox]),
        tests("KubernetesTests", ["Kubernetes", "HTTP", "Rollouts", flyingFox]),
        tests("MetricsTests", ["Metrics", "HTTP", "Rollouts", "Analysis", "YAML", crypto, cryptoExtras, flyingFox]),
        tests(
            "ForgesTests",
            ["Forges", "HTTP", "Rollouts", "Analysis", "WebTokens", crypto, cryptoExtras, flyingFox]),
        tests(
            "AgentTests",
            ["Agent", "Git", "Manifests", "Metrics", "Rollouts", "Analysis", "YAML", "Policies", "Simulator", logging]),
        tests("SimulatorTests", ["Simulator", "Git"]),
        tests("CommandTests", ["Analysis", "Git", "YAML"]),
        tests("EndToEndTests", ["Simulator", "Git", "Rollouts"]),
        tests("ArchitectureTests", []),
    ],
    swiftLanguageModes: [.v6]
)
