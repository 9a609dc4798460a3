internal import Manifests
internal import YAML

/// What each kind of object becomes as the canary's.
extension CanaryDocument {
    /// - Parameter governing: the canary's own Service that gives a StatefulSet's pods their names; nil to keep stable's.
    static func workload(
        of subject: SetupSubject, name: String, governing: String?
    ) throws(SetupRefusal) -> CanaryDocument {
        var document = try CanaryDocument(of: subject.workload, name: name)
        document.dropMarkers()
        let label = subject.label
        try document.edit { (editor) throws(YAMLError) in
            try editor.setLabel(label, in: "metadata.labels")
            try editor.setLabel(label, in: "spec.selector.matchLabels")
            try editor.setLabel(label, in: "spec.template.metadata.labels")
            try editor.removeIfPresent("spec.paused")
            if let governing { try editor.set("spec.serviceName", to: .string(governing)) }
            // Below a partition pods that are new get the template that was there before: the canary's are all new.
            try editor.removeIfPresent("spec.updateStrategy.rollingUpdate.partition")
        }
        if subject.kind == "DaemonSet" {
            try document.leaveNodes()
        } else if subject.autoscaler == nil {
            try document.rest()
        } else {
            try document.edit { (editor) throws(YAMLError) in try editor.removeIfPresent("spec.replicas") }
        }
        return document
    }

    /// A DaemonSet has no count: at rest its pods ask for a label that no node has.
    private mutating func leaveNodes() throws(SetupRefusal) {
        try edit { (editor) throws(YAMLError) in try editor.place(.string("true"), at: RestMarker.path) }
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

    /// A Service like `service` for the pods of one side.
    ///
    /// - Parameter isHeadless: whether it gets no address, because it serves nobody.
    static func service(
        like service: ManifestObject, name: String, for label: (key: String, value: String), insteadOf former: String,
        isHeadless: Bool = false
    ) throws(SetupRefusal) -> CanaryDocument {
        var document = try CanaryDocument(of: service, name: name)
        let own = TellingLabel(key: label.key, stable: former, canary: label.value)
        let wasHeadless = service.isHeadless
        try document.edit { (editor) throws(YAMLError) in
            try editor.setLabel(own, in: "metadata.labels")
            try editor.setLabel(own, in: "spec.selector")
            let selector = ("spec.selector" as FieldPath).appending(.field(label.key))
            if !editor.has(selector) { try editor.insert(selector, .string(label.value)) }
            // Addresses belong to one Service, and the canary is reached through the route alone.
            if !wasHeadless {
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
            if isHeadless, !wasHeadless { try editor.insert("spec.clusterIP", .string("None"), at: 0) }
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
}
