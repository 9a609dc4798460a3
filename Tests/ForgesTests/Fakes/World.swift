import Analysis
import Foundation
import Support

/// What every fake forge keeps: a real bare repository, and what people and programs have said about its branches.
///
/// Heads are read from the repository, and merges are made in it.
struct World: Sendable {
    struct Comment: Sendable {
        let id: Int
        let author: String
        var text: String
        var version = 0
    }

    struct Review: Sendable {
        enum Kind: Sendable { case approved, changesRequested, commented, dismissed }

        let id: Int
        let user: String
        let kind: Kind
        let head: String
        let time: Timestamp
    }

    struct Version: Sendable {
        let head: String
        let time: Timestamp
    }

    enum State: Sendable { case open, closed, merged, deleted }

    enum Method: String, Sendable, CaseIterable { case merge, squash, rebase, fastForward }

    struct Proposal: Sendable {
        let number: Int
        let branch: String
        let base: String
        let author: String
        var title: String
        var body: String
        var labels: [String] = []
        var isDraft = false
        var isFromFork = false
        var state = State.open
        var closedBy: String?
        var mergeCommit: String?
        var versions: [Version] = []
        var comments: [Comment] = []
        var reviews: [Review] = []
        /// How the forge merges once its rules are met.
        var waiting: (method: Method, message: String)?
        /// Grows with every change, for forges that compare it.
        var revision = 0

        var head: String { versions.last?.head ?? "" }

        /// The newest opinion of each reviewer.
        var opinions: [Review] {
            var newest: [String: Review] = [:]
            for review in reviews where review.kind != .commented { newest[review.user] = review }
            return newest.values.sorted { $0.id < $1.id }
        }

        var approvals: Int { opinions.filter { $0.kind == .approved && $0.head == head }.count }
    }

    struct Status: Sendable {
        let id: Int
        let context: String
        let state: String
        let description: String
        let url: String?
    }

    static let agent = "headgate-bot"

    let folder: TemporaryFolder
    let git: GitCommand
    let person: GitCommand
    var proposals: [Proposal] = []
    var statuses: [String: [Status]] = [:]
    var time = Timestamp(milliseconds: 1_800_000_000_000)
    var token = "the-token-of-the-agent"
    var counter = 100

    // What tests turn.

    var approvalsRequired = 0
    var rules = Rules()
    /// For how many more reads the forge does not know yet whether there is a conflict.
    var computing = 0
    /// What the forge says about readiness that nobody knows.
    var oddity: String?
    /// The largest page that is given, whatever is asked for.
    var pageLimit = 100
    /// Merges are accepted and made when somebody next reads.
    var mergesLater = false
    var denied: Set<FakeOperation> = []
    var allowedMethods = Set(Method.allCases)
    /// How often a list of pull requests shows nothing yet.
    var blindLists = 0
    /// A label that was made beside those that are there from the beginning.
    var madeLabel: String?
    /// Who was named as a reviewer in the last change of a text.
    var lastReviewers: [String] = []
    /// What happens in the repository when the request to merge has arrived.
    var beforeMerge: (@Sendable (inout World) throws -> Void)?

    /// Begins with one commit on `main`.
    init() throws {
        self.init(in: try TemporaryFolder())
        let template = try Self.template.get().folder
        for name in ["remote.git", "person"] {
            try FileManager.default.copyItem(atPath: template[name], toPath: folder[name])
        }
    }

    private init(in folder: TemporaryFolder) {
        self.folder = folder
        git = GitCommand(in: folder["remote.git"])
        person = GitCommand(in: folder["person"])
    }

    /// Made once and copied: most of a test's time would go to it.
    private static let template = Result {
        let world = World(in: try TemporaryFolder())
        for folder in [world.git.folder, world.person.folder] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try world.git("init", "--bare", "--quiet", ".")
        try world.person("init", "--quiet", ".")
        try world.person("remote", "add", "origin", "../remote.git")
        try world.push(["replicas.yaml": "replicas: 1\n"], "Begin", to: "main")
        return world
    }

    // MARK: Branches

    /// Commits files on a branch, which begins at `base` where it is new, and pushes it.
    @discardableResult
    func push(_ files: [String: String], _ message: String, to branch: String, from base: String = "main") throws
        -> String
    {
        let known = tip(branch) ?? tip(base)
        if let known {
            try person("fetch", "--quiet", "origin", known)
            try person("checkout", "--quiet", "--detach", known)
        }
        for (name, text) in files { try folder.write("person/" + name, text) }
        try person("add", "--all")
        try person("commit", "--quiet", "--message", message)
        try person("push", "--quiet", "origin", "HEAD:refs/heads/\(branch)")
        return try person("rev-parse", "HEAD")
    }

    func deleteBranch(_ branch: String) throws { try git("update-ref", "-d", "refs/heads/\(branch)") }

    /// Nil where there is no such branch.
    func tip(_ branch: String) -> String? {
        // Refs are never packed here, and every request asks for some.
        let text = try? String(contentsOfFile: "\(git.folder)/refs/heads/\(branch)", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func forkPoint(of proposal: Proposal) -> String? {
        guard let head = tip(proposal.branch), let base = tip(proposal.base) else { return nil }
        return try? git("merge-base", base, head)
    }

    func isAncestor(_ one: String, of other: String) -> Bool {
        (try? git.attempt(["merge-base", "--is-ancestor", one, other]).status) == 0
    }

    // MARK: People

    mutating func tick() -> Timestamp {
        time = time + .seconds(1)
        return time
    }

    mutating func newID() -> Int {
        counter += 1
        return counter
    }

    mutating func review(_ number: Int, _ kind: Review.Kind, by user: String) {
        look()
        let review = Review(id: newID(), user: user, kind: kind, head: self[number].head, time: tick())
        self[number].reviews.append(review)
        look()
    }

    mutating func close(_ number: Int, by user: String) {
        guard self[number].state == .open else { return }
        self[number].state = .closed
        self[number].closedBy = user
        self[number].revision += 1
    }

    subscript(number: Int) -> Proposal {
        get { proposals[number - 1] }
        set { proposals[number - 1] = newValue }
    }

    /// The proposal of a number, unless it is not there.
    func find(_ number: Int?) -> Proposal? {
        guard let number, proposals.indices.contains(number - 1), self[number].state != .deleted else { return nil }
        return self[number]
    }

    @discardableResult
    mutating func propose(
        _ branch: String, to base: String, _ title: String, _ body: String = "", by author: String = World.agent,
        isFromFork: Bool = false
    ) -> Int {
        let number = proposals.count + 1
        var proposal = Proposal(number: number, branch: branch, base: base, author: author, title: title, body: body)
        proposal.isFromFork = isFromFork
        proposal.versions = [Version(head: tip(branch) ?? "", time: tick())]
        proposals.append(proposal)
        return number
    }

    func open(from branch: String, to base: String) -> Proposal? {
        proposals.first { $0.state == .open && $0.branch == branch && $0.base == base && !$0.isFromFork }
    }

    // MARK: What the forge does on its own

    /// A request to merge has arrived: what happens in the meantime happens, and the proposal is what it is then.
    mutating func aboutToMerge(_ proposal: Proposal) throws -> Proposal {
        let change = beforeMerge
        try change?(&self)
        look()
        return self[proposal.number]
    }

    /// Notices pushes, and makes the merges that wait.
    mutating func look() {
        for number in proposals.map(\.number) where self[number].state == .open {
            if let head = tip(self[number].branch), head != self[number].head {
                self[number].versions.append(Version(head: head, time: tick()))
                self[number].revision += 1
            }
            guard let waiting = self[number].waiting, self[number].approvals >= approvalsRequired else { continue }
            self[number].waiting = nil
            _ = try? merge(number, by: waiting.method, waiting.message)
        }
    }

    func hasConflict(_ proposal: Proposal) -> Bool {
        guard let base = tip(proposal.base), let head = tip(proposal.branch) else { return true }
        return (try? git.attempt(["merge-tree", "--write-tree", base, head]).status) != 0
    }
}
