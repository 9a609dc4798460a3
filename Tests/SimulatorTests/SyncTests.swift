import Support
import Testing

@testable import Simulator

@Suite("The GitOps sync")
struct SyncTests {
    private let files = [
        "env/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {x: '1'}\n",
        "env/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: shop}\n",
    ]

    private func ready(_ cluster: Cluster, _ environment: Environment) -> Value {
        cluster.store[environment.key]?.status["conditions"]?.array?.first ?? .null
    }

    @Test func `what is no longer in Git is removed, and what others made stays`() {
        var cluster = Cluster.fresh()
        var environment = Environment(name: "default", path: "env")
        cluster.register(environment, at: cluster.now)
        cluster.reconcile(&environment, with: SourceTree(texts: files), revision: "main@sha1:1")
        cluster.store.create(.empty, key: .shop(.configMap, "mine"), manager: "kubectl", at: cluster.now)
        cluster.reconcile(
            &environment, with: SourceTree(texts: files.filter { $0.key == "env/a.yaml" }), revision: "main@sha1:2")
        #expect(cluster.store.all(.configMap).map(\.key.name) == ["a", "mine"])
        #expect(cluster.store[environment.key]?.status["lastAppliedRevision"] == "main@sha1:2")
    }

    @Test func `drift is corrected by the next reconciliation and moves the engine's time`() {
        var cluster = Cluster.fresh()
        var environment = Environment(name: "default", path: "env")
        cluster.register(environment, at: cluster.now)
        cluster.reconcile(&environment, with: SourceTree(texts: files), revision: "main@sha1:1")
        let key = ObjectKey.shop(.configMap, "a")
        cluster.advance(by: .seconds(60))
        cluster.reconcile(&environment, with: SourceTree(texts: files), revision: "main@sha1:1")
        #expect(cluster.store[key]?.owners.first?.time == dawn)
        cluster.edit(key, merging: ["data": ["x": "9"]])
        cluster.advance(by: .seconds(60))
        cluster.reconcile(&environment, with: SourceTree(texts: files), revision: "main@sha1:1")
        #expect(cluster.store[key]?.content["data", "x"] == "1")
        #expect(cluster.store[key]?.owners.map(\.time) == [dawn + .seconds(120)])
    }

    @Test(arguments: [
        (
            "apiVersion: headgate.dev/v1alpha1\nkind: Rollout\nmetadata: {name: web}\n", "ReconciliationFailed",
            "\"Rollout\""
        ),
        ("kind: [", "BuildFailed", "env/c.yaml:"),
    ])
    func `what cannot be applied stands in the Ready condition, and nothing is applied`(
        text: String, reason: String, message: String
    ) {
        var cluster = Cluster.fresh()
        var environment = Environment(name: "default", path: "env")
        cluster.register(environment, at: cluster.now)
        let tree = SourceTree(texts: files.merging(["env/c.yaml": text]) { $1 })
        cluster.reconcile(&environment, with: tree, revision: "main@sha1:1")
        #expect(ready(cluster, environment)["reason"]?.string == reason)
        #expect(ready(cluster, environment)["message"]?.string?.contains(message) == true)
        #expect(cluster.store[environment.key]?.status["lastAttemptedRevision"] == "main@sha1:1")
        #expect(cluster.store[environment.key]?.status["lastAppliedRevision"] == nil)
        #expect(cluster.store.all(.configMap).isEmpty)
    }

    @Test func `an environment can be suspended, fail, or stop half-way`() {
        var cluster = Cluster.fresh()
        var environment = Environment(name: "default", path: "env")
        cluster.register(environment, at: cluster.now)
        environment.isSuspended = true
        cluster.reconcile(&environment, with: SourceTree(texts: files), revision: "main@sha1:1")
        #expect(cluster.store[environment.key]?.content["status"] == nil)
        environment.isSuspended = false
        environment.failure = "admission webhook denied the request"
        cluster.reconcile(&environment, with: SourceTree(texts: files), revision: "main@sha1:1")
        #expect(ready(cluster, environment)["message"] == "admission webhook denied the request")
        environment.failure = nil
        environment.partial = 1
        cluster.reconcile(&environment, with: SourceTree(texts: files), revision: "main@sha1:1")
        #expect(cluster.store.all(.configMap).map(\.key.name) == ["a"])
        #expect(ready(cluster, environment)["status"] == "False")
        environment.partial = nil
        cluster.reconcile(&environment, with: SourceTree(texts: files), revision: "main@sha1:1")
        #expect(ready(cluster, environment)["status"] == "True")
    }

    @Test func `a revision is applied once its delay is over, and again at each look`() {
        let environment = Environment(name: "default", path: "env")
        var schedule = SyncSchedule(interval: .seconds(10), delay: .seconds(3))
        let at = { (seconds: Int) in dawn + .seconds(seconds) }
        let answer1 = schedule.isPollDue(at: at(0))
        #expect(answer1)
        let answer2 = schedule.isPollDue(at: at(9))
        #expect(!answer2)
        let answer3 = schedule.isPollDue(at: at(10))
        #expect(answer3)
        schedule.saw("one", at: at(10))
        let answer4 = schedule.due(for: environment, isPoll: false, at: at(12))
        #expect(answer4 == nil)
        let answer5 = schedule.due(for: environment, isPoll: false, at: at(13))
        #expect(answer5 == "one")
        let answer6 = schedule.due(for: environment, isPoll: false, at: at(14))
        #expect(answer6 == nil)
        let answer7 = schedule.due(for: environment, isPoll: true, at: at(20))
        #expect(answer7 == "one")
        schedule.saw("two", at: at(30))
        let answer8 = schedule.due(for: environment, isPoll: true, at: at(31))
        #expect(answer8 == nil)
    }

    @Test func `a branch is read from a bare repository as git has it`() async throws {
        let remote = try RemoteRepository(files: files)
        let cache = try TemporaryFolder()
        let branch = try GitBranch("main", of: remote.remote, cache: cache.path)
        let first = try await branch.head()
        #expect(try first == remote.tip())
        #expect(try await branch.tree(at: first) == SourceTree(texts: files))
        try remote.commit(["env/c.yaml": "kind: List\n"], "Add")
        let second = try await branch.head()
        #expect(try second == remote.tip() && second != first)
        #expect(try await branch.tree(at: second)["env/c.yaml"] == Array("kind: List\n".utf8))
        await #expect(throws: SourceFailure.self) {
            try await GitBranch("other", of: remote.remote, cache: cache.path).head()
        }
    }
}
