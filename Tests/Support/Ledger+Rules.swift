import Foundation

/// What must hold for every history that agents have made, whatever happened to them.
extension Ledger {
    /// Breaches of the rules for one rollout, in words; empty in a sound history.
    ///
    /// - Parameters:
    ///   - actions: what the agents should have done, in order.
    ///   - folder: the folder of the rollout's manifests.
    package func breaches(
        of actions: [String], folder: String, in repository: RemoteRepository
    ) throws -> [String] {
        var breaches: [String] = []
        if self.actions != actions { breaches.append("the stages are \(self.actions)") }
        if serials != Array(1...max(1, serials.count)) { breaches.append("the serials are \(serials)") }
        for entry in entries {
            let weights = try weights(at: entry.id, folder, repository)
            if weights.reduce(0, +) != 100 { breaches.append("\(entry.subject): the weights are \(weights)") }
        }
        for entry in stages {
            for file in entry.files where file != state {
                breaches += try foreignLines(of: entry, in: file, repository).map { "\(entry.subject): \(file): \($0)" }
            }
        }
        return breaches
    }

    private func weights(at commit: String, _ folder: String, _ repository: RemoteRepository) throws -> [Int] {
        let route = try repository.file(folder + "/httproute.yaml", at: commit) ?? ""
        return route.matches(of: /weight: (\d+)/).compactMap { Int($0.1) }
    }

    /// Changed lines that are no bound field's.
    private func foreignLines(of entry: Entry, in file: String, _ repository: RemoteRepository) throws -> [String] {
        let diff = try repository.git("diff", "--unified=0", "\(entry.id)~1", entry.id, "--", file)
        let changed = diff.split(separator: "\n").map(String.init).filter { line in
            guard let sign = line.first, sign == "+" || sign == "-" else { return false }
            return !line.hasPrefix("+++ ") && !line.hasPrefix("--- ")
        }
        if file.hasSuffix("httproute.yaml") {
            return changed.filter { $0.firstMatch(of: /^.\s+weight: \d+$/) == nil }
        }
        return changed.filter { $0.firstMatch(of: /^.\s+(image: \S+|replicas: \d+)/) == nil }
    }
}
