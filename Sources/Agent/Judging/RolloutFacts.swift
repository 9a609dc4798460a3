internal import Analysis
package import Manifests
package import Rollouts
internal import YAML

/// What templates may know of a Rollout: its fields, and its pods.
package struct RolloutFacts: Sendable {
    private let source: RolloutSource?
    /// The `pod-template-hash` of each side's pods, as far as the cluster was asked.
    package var hashes: [Side: String]
    /// What the repository's configuration says for all analyses.
    package var compat: AnalysisSpec.Compatibility?
    /// The Jobs that its analyses start; nil where the cluster has not been read.
    package var jobs: [String: JobReading]?
    /// What Jobs run for in the present stage.
    package var run: String?

    package init(of source: RolloutSource?, hashes: [Side: String] = [:], compat: AnalysisSpec.Compatibility? = nil) {
        self.source = source
        self.hashes = hashes
        self.compat = compat
    }

    /// What the cluster says, where it could be read.
    mutating func take(_ live: LiveState) {
        guard case .read(let reading) = live else { return }
        (hashes, jobs) = (reading.podHashes, reading.jobs)
    }

    /// A field of the Rollout document with a single value, by a path such as `metadata.labels['team']`.
    func field(_ path: String) -> String? {
        guard let source else { return nil }
        switch path {
        case "metadata.name": return source.id.name
        case "metadata.namespace": return source.id.namespace
        default: break
        }
        var node: YAMLNode? = source.stream.documents[source.index].root
        for part in Self.parts(of: path) {
            node = node?[part] ?? Int(part).flatMap { node?[$0] }
        }
        guard let node = node?.resolved, case .scalar(let text, _) = node.content else { return nil }
        return text
    }

    /// The names of a path: separated by dots, or in brackets with or without quotes.
    private static func parts(of path: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var isBracketed = false
        for character in path {
            switch character {
            case "[" where !isBracketed:
                if !part.isEmpty { parts.append(part) }
                (part, isBracketed) = ("", true)
            case "]" where isBracketed:
                parts.append(part.filter { $0 != "'" && $0 != "\"" })
                (part, isBracketed) = ("", false)
            case "." where !isBracketed:
                if !part.isEmpty { parts.append(part) }
                part = ""
            default: part.append(character)
            }
        }
        return part.isEmpty ? parts : parts + [part]
    }

    /// The values of a Rollout's arguments.
    func arguments(_ arguments: [AnalysisSpec.Argument]) throws(TemplateError) -> [String: String] {
        var values: [String: String] = [:]
        for argument in arguments { values[argument.name] = try value(of: argument) }
        return values
    }

    private func value(of argument: AnalysisSpec.Argument) throws(TemplateError) -> String {
        if let value = argument.value { return value }
        if let path = argument.valueFrom?.fieldRef?.fieldPath {
            if let value = field(path) { return value }
            throw TemplateError(
                "args.\(argument.name): the Rollout has no \(path)",
                hint: "name a field with a single value, such as metadata.name or metadata.labels['team']")
        }
        guard let hash = argument.valueFrom?.podTemplateHashValue else {
            throw TemplateError(
                "args.\(argument.name) has neither a value nor a valueFrom", hint: "write value: TEXT")
        }
        let side: Side = hash == .stable ? .stable : .canary
        if let found = hashes[side] { return found }
        throw TemplateError(
            "args.\(argument.name): no pod of \(side.rawValue) tells its pod-template-hash",
            hint: "only Deployments' pods have one, and only while they are there")
    }
}
