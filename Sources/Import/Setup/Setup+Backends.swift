internal import Manifests
internal import Rollouts
internal import YAML

/// The route's second backend.
extension Setup {
    mutating func addBackends(by way: SetupWay) throws(SetupRefusal) {
        let gaps = way.gaps.filter { !$0.hasCanary }
        if !gaps.isEmpty { try requireObject(by: way) }
        for gap in gaps { try requireShares(of: gap, by: way) }
        if let gap = way.textGap { return try fillTexts(gap, by: way) }
        guard !gaps.isEmpty else { return }
        guard owns(way.route.file) else { return try patchBackends(of: way, gaps) }
        let provider = way.provider
        let document = way.route.document
        guard let weight = provider.weightPath else { return }
        try changes.edit(way.route.file) { (editor) throws(YAMLError) in
            for gap in gaps {
                guard
                    let backend = provider.canaryBackend(
                        of: gap, stable: way.service.writtenName, canary: way.canary)
                else { continue }
                if editor.has(gap.list, in: document) {
                    try editor.insert(gap.list.appending(gap.position), backend, in: document)
                } else {
                    try editor.insert(gap.list, .sequence([backend]), in: document)
                }
                // Beside backends of somebody else the weights that are written are shares, and stay.
                guard !gap.hasOthers, gap.weight == nil else { continue }
                try editor.insert(gap.path + weight, .int(100), in: document)
            }
        }
    }

    /// Weights that stand in texts of the route, and the paths that they are for.
    private mutating func fillTexts(_ gap: TextGap, by way: SetupWay) throws(SetupRefusal) {
        guard !gap.isEmpty else { return }
        guard owns(way.route.file) else { return try patchTexts(gap, by: way) }
        let document = way.route.document
        try changes.edit(way.route.file) { (editor) throws(YAMLError) in
            for copy in gap.copies { try editor.insert(copy.path, copy.item, in: document) }
            for text in gap.texts { try editor.place(.string(text.text), at: text.path, in: document) }
        }
    }

    /// Refuses backends that would lead to an object that nobody has written.
    private func requireObject(by way: SetupWay) throws(SetupRefusal) {
        guard let objects = way.provider.spec.backends.objects else { return }
        let isThere = index.objects(of: objects.kind, in: environment).contains { object in
            object.group == objects.group && object.writtenName == way.canary
                && [way.namespace, ""].contains(object.reference.namespace)
        }
        if isThere { return }
        throw SetupRefusal(
            "backends of \(way.route.title) are \(objects.kind)s, and there is no \(objects.kind)/\(way.canary)",
            steps: (way.provider.stepsByHand(stable: way.service.writtenName, route: way.route.listed) ?? [])
                + ["run this again"])
    }

    /// Refuses a list in which the API fixes the sum, and the pair's part of it has no whole shares.
    private func requireShares(of gap: BackendGap, by way: SetupWay) throws(SetupRefusal) {
        guard let total = way.provider.spec.weight.total, gap.hasOthers, let weight = gap.weight else { return }
        let broken = Self.weights.first { weight * $0 % 100 != 0 }
        guard let broken else { return }
        throw SetupRefusal(
            "\(way.route.place(of: gap.path)): \(way.service.title) has \(weight) of \(total) in \(way.route.title), of which"
                + " \(broken) % is no whole number",
            steps: [
                "give it a multiple of 20 of the \(total), and the others the rest: then the weights of the plan standard are whole",
                "run this again",
            ])
    }

    // MARK: A route of the canary's own

    mutating func addOwnRoute(by way: SetupWay, for subject: SetupSubject) throws(SetupRefusal) {
        guard let own = way.ownRoute else { return }
        let name = "\(way.route.writtenName)-canary"
        if !owns(way.route.file), !own.strangers.isEmpty { try requireUnpatched(way.route) }
        var document = try CanaryDocument(of: way.route, name: name)
        try document.edit { (editor) throws(YAMLError) in
            for (path, name) in own.names { try editor.set(path, to: .string(name)) }
            for path in own.strangers { try editor.remove(path) }
            // Certificates and names in DNS come by stable's route.
            try editor.removeEntries(of: "metadata.annotations") { key in
                ["cert-manager.io/", "external-dns"].contains { key.contains($0) }
            }
            for (path, value) in own.marks { try editor.place(value, at: path) }
        }
        try add(document, beside: way.route, written: name, subject)
    }
}
