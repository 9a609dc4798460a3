internal import Manifests
internal import Rollouts

/// What the repository wants by pull request, so that nothing of it happens without a forge.
struct ForgeNeed: Sendable, Equatable {
    /// Such as `start, promote of production/shop/checkout`, in the order of the rollouts, and the Promotions after them.
    let wishes: [String]

    static let none = ForgeNeed(wishes: [])

    private init(wishes: [String]) { self.wishes = wishes }

    /// - Parameter isServed: whether the agent looks after an environment.
    init(of checkup: Checkup, in isServed: (String) -> Bool) {
        let rollouts = checkup.subjects.filter { isServed($0.rollout.environment.name) }.compactMap { subject in
            let stages = subject.specification.plan.stages.filter {
                subject.specification.delivery.proposes($0.key, $0.kind)
            }
            return stages.isEmpty ? nil : "\(DeliveryResolver.listed(stages.map(\.key))) of \(subject.rollout.id)"
        }
        let promotions = checkup.documents.promotions.filter { promotion in
            let spec = promotion.document.spec
            return spec.delivery == .pullRequest && spec.order.dropFirst().contains { isServed($0.environment) }
        }
        wishes = rollouts + promotions.map { "releases of promotion/\($0.name)" }
    }

    var isEmpty: Bool { wishes.isEmpty }

    /// The first of them.
    var text: String {
        let shown = wishes.prefix(4)
        let rest = wishes.count - shown.count
        return shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
    }
}
