internal import Rollouts
internal import YAML

/// Weights and releases in a chart's values.
extension Renderer {
    /// The canary's percent and, where the chart takes it, stable's: both in one commit.
    func writePercent(
        _ weight: Weight, of route: BoundRollout.Route, on workbench: inout Workbench
    ) throws(Diagnostic) {
        for field in rollout.fields(.weight) where field.object == route.object.reference {
            let isCanary = field.livePath == BoundRollout.Route.canaryShare
            let value = String(isCanary ? weight.percent : BoundRollout.Route.percent - weight.percent)
            if field.value != value { try workbench.write(value, to: field) }
        }
    }
}

extension Verification {
    /// The weights of a chart's route, read again from what would be written.
    ///
    /// - Throws: where they are no numbers or do not add up to 100.
    func checkPercent(_ files: [String: [UInt8]]) throws(Diagnostic) {
        guard let route = rollout.route, route.isRendered else { return }
        let fields = rollout.fields(.weight)
        var numbers: [Int] = []
        for field in fields {
            guard let bytes = files[field.place.file] ?? before.bytes(at: field.place.file),
                let number = try Self.number(field.place, in: bytes)
            else { throw field.problem("the weight at \(field.place.address) would be lost") }
            numbers.append(number)
        }
        let isComplete = numbers.count == 1 || numbers.reduce(0, +) == BoundRollout.Route.percent
        guard isComplete, numbers.allSatisfy((0...BoundRollout.Route.percent).contains) else {
            throw fields.first?.problem("the weights would no longer add up to 100", hint: "nothing is written")
                ?? route.object.diagnostic("the route has no weight")
        }
    }

    private static func number(_ place: BoundField.Place, in bytes: [UInt8]) throws(Diagnostic) -> Int? {
        do throws(YAMLError) {
            let stream = try YAMLStream(parsing: bytes, file: place.file)
            guard stream.documents.indices.contains(place.document) else { return nil }
            var node = try stream.documents[place.document].place(at: place.path).node.resolved
            if let inner = place.inner {
                node = try YAMLStream(parsing: node.string ?? "", file: place.file).single.place(at: inner).node
                    .resolved
            }
            return node.text.flatMap { Int($0) }
        } catch {
            throw Diagnostic(error)
        }
    }
}

extension ReleaseResolver {
    /// Where a chart takes only a tag or a digest, the rest of the reference has to stay as it is.
    ///
    /// - Throws: where it does not, before anything is begun.
    func checkParts(of name: String, _ reference: String) throws(Diagnostic) {
        for field in rollout.renderedFields
        where Side.allCases.contains(where: { field.binding == .release($0, name) }) {
            _ = try field.text(meaning: reference)
        }
    }
}

extension BoundRollout {
    /// The containers whose images are stated.
    var renderedContainers: [String] {
        let prefix = "stable.image."
        return renderedFields.filter { $0.binding.text.hasPrefix(prefix) }
            .map { String($0.binding.text.dropFirst(prefix.count)) }
    }
}
