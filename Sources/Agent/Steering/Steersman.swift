package import Git
internal import Manifests
internal import Rollouts
internal import YAML

/// Carries a person's word into Git: one commit under that person's name that changes one line of their own file.
///
/// It is made on the branch's tip and pushed only onto that tip; where the branch has moved, everything is read again.
package struct Steersman: Sendable {
    package let agent: Agent
    /// Nil where nothing is to be committed.
    package let author: Publisher.Identity?

    package init(agent: Agent, author: Publisher.Identity?) {
        self.agent = agent
        self.author = author
    }

    /// What a word comes to in files.
    package struct Change: Sendable, Equatable {
        package var subject: String
        package var files: [String: [UInt8]]
        package var former: [String: [UInt8]] = [:]
    }

    package enum Outcome: Sendable, Equatable {
        case pushed(Git.CommitID, Change)
        /// The file says so already.
        case unchanged(Change)
        /// Nobody has signed, so nothing has left.
        case preview(Change)
    }

    /// Says `word` on the branch.
    ///
    /// - Throws: `SteeringRefusal`, a `Diagnostic` of the file, or what the repository answers.
    package func say(_ word: SteeringWord) async throws -> Outcome {
        let branch = agent.settings.branch
        for _ in 1...agent.settings.attempts {
            guard let tip = try await agent.repository.fetch([branch])[branch] else {
                throw GitError(.notFound, "fetch \(branch)", "the repository has no such branch")
            }
            var loader = SnapshotLoader()
            let snapshot = try await loader.load(tip, from: agent.repository)
            let desk = SteeringDesk(agent: agent, snapshot: snapshot)
            var change = try await desk.change(for: word)
            for path in change.files.keys { change.former[path] = snapshot.tree.bytes(at: path) }
            change.files = change.files.filter { change.former[$0.key] != $0.value }
            if change.files.isEmpty { return .unchanged(change) }
            guard let author else { return .preview(change) }
            let commit = try await commit(change, on: tip, by: author, signingOff: desk.signsOff)
            switch try await agent.repository.push([ReferenceUpdate(branch, from: tip, to: commit)])[branch] {
            case .accepted: return .pushed(commit, change)
            case .refused(let words): throw refusal(words)
            case .moved, .skipped, nil: continue
            }
        }
        throw SteeringRefusal("the branch moved each time", hint: "run the command again")
    }

    private func commit(
        _ change: Change, on tip: Git.CommitID, by author: Publisher.Identity, signingOff: Bool
    ) async throws(GitError) -> Git.CommitID {
        let signature = author.signature(at: agent.ports.now())
        // A reason of several lines must not become a trailer.
        let subject = change.subject.split(whereSeparator: \.isNewline).joined(separator: " ")
        let trailer = signingOff ? "\nSigned-off-by: \(author.name) <\(author.email)>\n" : ""
        return try await agent.repository.commit(
            on: tip, changes: change.files.mapValues(FileChange.write), message: subject + "\n" + trailer,
            author: signature, committer: signature)
    }

    private func refusal(_ words: String) -> SteeringRefusal {
        let isWorkTree = words.contains("checked out") || words.contains("current branch")
        return SteeringRefusal(
            "the push was refused: \(words)",
            hint: isWorkTree
                ? "this is somebody's work tree; name the repository that the cluster follows with --repo"
                : "the server decides who may push; make the edit through a pull request, from --dry-run")
    }
}

/// Turns words into changed files on one snapshot.
struct SteeringDesk {
    let agent: Agent
    let snapshot: Snapshot
    let documents: RepositoryDocuments

    init(agent: Agent, snapshot: Snapshot) {
        self.agent = agent
        self.snapshot = snapshot
        documents = DocumentReader.read(snapshot.tree, shipped: agent.settings.shipped)
    }

    var signsOff: Bool { documents.config.commit?.signOff ?? false }

    func change(for word: SteeringWord) async throws -> Steersman.Change {
        if let change = try await promotionChange(for: word) { return change }
        switch word {
        case .key(.resume, let reference, nil):
            let file = try file(of: reference)
            guard file.stream.documents[file.index].root["spec"]?["steer"]?["hold"] != nil else {
                return try await state(.resume, nil, in: file)
            }
            return try change("\(file.id.name): resume", file) {
                stream, index throws(YAMLError) in
                try SteeringEdit.withoutHold(in: stream, document: index)
            }
        case .key(let verb, let reference, let key):
            return try await state(verb, key, in: try file(of: reference))
        case .hold(let reference, let reason):
            let file = try file(of: reference)
            return try change("\(file.id.name): hold, \(reason)", file) { stream, index throws(YAMLError) in
                try SteeringEdit.stating("hold", reason, in: stream, document: index)
            }
        case .holdAll(let reason): return try holdEverything(for: reason)
        case .release(let reference, let images): return try release(images, in: try file(of: reference))
        }
    }

    // MARK: The Rollout's file

    private struct File {
        let id: RolloutID
        let stream: YAMLStream
        let index: Int
        let loaded: RepositoryDocuments.LoadedRollout?
    }

    /// The file of a Rollout, also of one that cannot be followed as long as it can be edited.
    private func file(of reference: RolloutReference) throws -> File {
        let served = documents.rollouts.filter { agent.settings.serves($0.environment.name) }
        let id = try reference.find(in: served.map(\.id) + documents.broken.compactMap(\.id))
        if let loaded = served.first(where: { $0.id == id }) {
            return File(id: id, stream: loaded.source.stream, index: loaded.source.index, loaded: loaded)
        }
        let broken = documents.broken.first { $0.id == id }
        guard let broken,
            let stream = try? YAMLStream(parsing: snapshot.tree.bytes(at: broken.file) ?? [], file: broken.file),
            let index = stream.documents.firstIndex(where: { $0.root["metadata"]?["name"]?.string == id.name })
        else { throw broken?.problems.first ?? Diagnostic(file: "\(id)", message: "the file cannot be read") }
        return File(id: id, stream: stream, index: index, loaded: nil)
    }

    private func change(
        _ subject: String, _ file: File, _ edit: (YAMLStream, Int) throws(YAMLError) -> [UInt8]
    ) throws(Diagnostic) -> Steersman.Change {
        do throws(YAMLError) {
            let bytes = try edit(file.stream, file.index)
            return Steersman.Change(subject: subject, files: [file.stream.file: bytes])
        } catch {
            throw Diagnostic(error)
        }
    }

    private func state(_ verb: SteeringVerb, _ key: String?, in file: File) async throws -> Steersman.Change {
        var key = key
        if key == nil {
            let report = try await agent.look()
            guard let found = report.rollouts.first(where: { $0.id == file.id }) else {
                throw SteeringRefusal("\(file.id) is not there any more")
            }
            key = try verb.key(for: found)
        }
        let text = key ?? ""
        return try change("\(file.id.name): \(verb.rawValue) \(text)", file) {
            stream, index throws(YAMLError) in
            try SteeringEdit.stating(verb.rawValue, text, in: stream, document: index)
        }
    }

    private func holdEverything(for reason: String?) throws(Diagnostic) -> Steersman.Change {
        let path = ".headgate/config.yaml"
        do throws(YAMLError) {
            let bytes = try SteeringEdit.holdingEverything(for: reason, in: snapshot.tree.bytes(at: path), file: path)
            return Steersman.Change(
                subject: reason.map { "Hold all rollouts: \($0)" } ?? "Resume all rollouts", files: [path: bytes])
        } catch {
            throw Diagnostic(error)
        }
    }

    // MARK: Releases

    private func release(_ images: [String: String], in file: File) throws -> Steersman.Change {
        guard let loaded = file.loaded else {
            throw documents.broken.first { $0.id == file.id }?.problems.first
                ?? Diagnostic(file: file.stream.file, message: "the Rollout cannot be read")
        }
        let title = Release(values: Dictionary(uniqueKeysWithValues: images.map { ("image.\($0)", $1) })).title
        var change = Steersman.Change(subject: "\(file.id.name): release \(title)", files: [:])
        var tree = snapshot.tree
        for (container, image) in images.sorted(by: { $0.key < $1.key }) {
            try requireVersion(of: image, for: container, in: loaded)
            let (path, bytes) = try edit(container, image, of: loaded, in: tree)
            change.files[path] = bytes
            tree = tree.writing([path: bytes])
        }
        try require(images, of: loaded, in: tree)
        return change
    }

    /// A tag alone reads as the name of an image, which would be pulled as `latest`.
    private func requireVersion(
        of image: String, for container: String, in rollout: RepositoryDocuments.LoadedRollout
    ) throws {
        let reference = ImageReference(image)
        guard reference.tag == nil, reference.digest == nil else { return }
        var former: String?
        if case .reference(let text)? = rollout.source.document.spec.release.images?[container] { former = text }
        throw SteeringRefusal(
            "\"\(image)\" names an image without a version",
            hint: former.map { "did you mean \(ImageReference($0).name):\(image)?" } ?? "write registry/name:tag")
    }

    private func edit(
        _ container: String, _ image: String, of rollout: RepositoryDocuments.LoadedRollout, in tree: Manifests.Tree
    ) throws -> (String, [UInt8]) {
        do throws(YAMLError) {
            guard case .field(let file, let path)? = rollout.source.document.spec.release.images?[container] else {
                let stream = try YAMLStream(parsing: tree.bytes(at: rollout.file) ?? [], file: rollout.file)
                let bytes = try SteeringEdit.releasing(
                    image, of: container, in: stream, document: rollout.source.index)
                return (rollout.file, bytes)
            }
            let stream = try YAMLStream(parsing: tree.bytes(at: file) ?? [], file: file)
            return (file, try SteeringEdit.setting(image, at: FieldPath(parsing: path) ?? .root, in: stream))
        } catch {
            throw Diagnostic(error)
        }
    }

    /// The edited tree has to resolve to exactly these images; a container that nobody runs is refused with a suggestion.
    private func require(
        _ images: [String: String], of rollout: RepositoryDocuments.LoadedRollout, in tree: Manifests.Tree
    ) throws {
        let edited = DocumentReader.read(tree, shipped: agent.settings.shipped)
        guard let source = edited.rollouts.first(where: { $0.id == rollout.id }) else {
            throw edited.broken.first { $0.id == rollout.id }?.problems.first
                ?? Diagnostic(file: rollout.file, message: "the edit would break the Rollout")
        }
        let (binder, _) = RolloutBinder.over(tree, edited, shipped: agent.settings.shipped)
        let binding = binder.bind(source.source, in: source.environment)
        guard let bound = binding.rollout else { throw binding.problems[0] }
        do throws(Diagnostic) {
            let release = try ReleaseResolver(bound, in: tree).release()
            for (container, image) in images where release.values["image.\(container)"] != image {
                throw Diagnostic(file: rollout.file, message: "\(container) would not become \(image)")
            }
        } catch {
            throw SteeringRefusal(error.message, hint: error.hint)
        }
    }
}
