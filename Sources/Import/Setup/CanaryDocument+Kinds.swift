internal import Manifests
internal import YAML

/// What each kind of object becomes as the canary's.
extension CanaryDocument {
    static func deployment(of subject: SetupSubject, name: String) throws(SetupRefusal) -> CanaryDocument {
        var document = try CanaryDocument(of: subject.workload, name: name)
        document.dropMarkers()
        let label = subject.label
        try document.edit { (editor) throws(YAMLError) in
            try editor.setLabel(label, in: "metadata.labels")
            try editor.setLabel(label, in: "spec.selector.matchLabels")
            try editor.setLabel(label, in: "spec.template.metadata.labels")
            try editor.removeIfPresent("spec.paused")
        }
        if subject.autoscaler == nil {
            try document.rest()
        } else {
            try document.edit { (editor) throws(YAMLError) in try editor.removeIfPresent("spec.replicas") }
        }
        return document
    }

    /// How Flux's image automation finds the images that it writes: it would write the canary's, too.
    static let marker = "# {\"$imagepolicy\""

    private mutating func dropMarkers() {
        let lines = text.fileLines.map { line in
            guard let range = line.firstRange(of: Self.marker) else { return line }
            return String(line[..<range.lowerBound].reversed().drop { $0 == " " }.reversed())
        }
        replace(withText: lines.joined(separator: "\n"))
    }

    private static let comment = "# At rest. Headgate scales it while a release is on its way."

    /// No replicas, with a word on why, in the place of what is said about stable's count.
    private mutating func rest() throws(SetupRefusal) {
        try edit { (editor) throws(YAMLError) in
            let count: FieldPath = "spec.replicas"
            if editor.has(count) {
                try editor.set(count, to: .int(0))
            } else {
                try editor.insert(count, .int(0), at: 0)
            }
        }
        guard let spec = editor.stream.documents[0].root["spec"], !isFlow(spec),
            let entry = spec.entries.first(where: { $0.name == "replicas" })
        else { return }
        var lines = editor.text.fileLines
        let indent = String(repeating: " ", count: max(0, entry.key.position.column - 1))
        var line = entry.key.position.line - 1
        guard lines.indices.contains(line) else { return }
        let ending = lines[line].utf8.last == UInt8(ascii: "\r") ? "\r" : ""
        lines[line] = "\(indent)replicas: 0\(ending)"
        while line > 0, lines[line - 1].drop(while: { $0 == " " }).hasPrefix("#") {
            lines.remove(at: line - 1)
            line -= 1
        }
        lines.insert(indent + Self.comment + ending, at: line)
        replace(withText: lines.joined(separator: "\n"))
    }

    private func isFlow(_ node: YAMLNode) -> Bool {
        if case .mapping(_, .block) = node.content { false } else { true }
    }

    static func service(of subject: SetupSubject, name: String) throws(SetupRefusal) -> CanaryDocument {
        var document = try CanaryDocument(of: subject.service, name: name)
        let label = subject.label
        let isHeadless = subject.service.node(at: "spec.clusterIP")?.string == "None"
        try document.edit { (editor) throws(YAMLError) in
            try editor.setLabel(label, in: "metadata.labels")
            try editor.setLabel(label, in: "spec.selector")
            // Addresses belong to one Service, and the canary is reached through the route alone.
            if !isHeadless {
                for field in ["clusterIP", "clusterIPs"] {
                    try editor.removeIfPresent(FieldPath([.field("spec"), .field(field)]))
                }
            }
            for field in exposure { try editor.removeIfPresent(FieldPath([.field("spec"), .field(field)])) }
            for port in editor.stream.documents[0].root["spec"]?["ports"]?.items.indices ?? 0..<0 {
                try editor.removeIfPresent(
                    FieldPath([.field("spec"), .field("ports"), .field(String(port)), .field("nodePort")]))
            }
            try editor.removeEntries(of: "metadata.annotations") { key in announcements.contains { key.contains($0) } }
        }
        return document
    }

    /// Fields that expose a Service outside of the cluster.
    private static let exposure = [
        "type", "loadBalancerIP", "loadBalancerClass", "loadBalancerSourceRanges", "externalIPs", "externalName",
        "externalTrafficPolicy", "healthCheckNodePort", "allocateLoadBalancerNodePorts",
    ]
    /// Parts of annotations that ask for load balancers and DNS names.
    private static let announcements = [
        "external-dns", "service.beta.kubernetes.io", "load-balancer", "cloud.google.com/", "metallb",
    ]

    static func autoscaler(
        _ scaler: ManifestObject, of subject: SetupSubject, name: String, target: String
    ) throws(SetupRefusal) -> CanaryDocument {
        var document = try CanaryDocument(of: scaler, name: name)
        let label = subject.label
        try document.edit { (editor) throws(YAMLError) in
            try editor.setLabel(label, in: "metadata.labels")
            try editor.set("spec.scaleTargetRef.name", to: .string(target))
            if editor.has("spec.minReplicas") {
                try editor.set("spec.minReplicas", to: .int(1))
            } else {
                try editor.insert("spec.minReplicas", .int(1), at: 1)
            }
        }
        return document
    }
}
