/// An environment that the GitOps engine keeps in the cluster, and how the engine behaves for it.
package struct Environment: Sendable, Equatable {
    package let name: String
    /// The root folder in the repository.
    package let path: String
    package var isSuspended = false
    /// With a message: every apply fails with it, before anything is applied.
    package var failure: String?
    /// With a count: only so many documents are applied before the apply fails.
    package var partial: Int?
    /// Waits so much longer than the engine's delay.
    package var extraDelay: Duration = .zero
    /// What has been applied: removed from the cluster when it is no longer in Git.
    var inventory: Set<ObjectKey> = []
    var appliedRevision: String?

    package init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    var key: ObjectKey { ObjectKey(.kustomization, namespace: "flux-system", name: name) }
}
