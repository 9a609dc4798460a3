import Analysis
import Testing

@testable import Rollouts

@Suite("What a workload lacks is said as it is")
struct ShortageTests {
    static let sides: [(SideReading?, String?)] = [
        (SideReading(desired: 2, total: 2, updated: 2, available: 2), nil),
        (
            SideReading(desired: 2, total: 2, updated: 2, available: 1, pending: ["a: Pending"]),
            "canary: 1 of 2 pods available (a: Pending)"
        ),
        (
            SideReading(desired: 2, total: 3, updated: 2, available: 3),
            "canary: 1 of 3 pods are still of the old template"
        ),
        (SideReading(desired: 2, total: 3, updated: 1, available: 3), "canary: 1 of 2 pods available"),
        (
            SideReading(desired: 2, total: 2, updated: 2, available: 2, observed: false),
            "canary: its controller has not seen the change yet"
        ),
        (nil, "canary: not found in the cluster"),
    ]

    @Test(
        "pods that are missing, old pods that are left, and a controller that is behind are told apart",
        arguments: sides)
    func shortage(side: SideReading?, text: String?) {
        let world = Observation(history: .begin, manifests: ManifestReading(values: [:]))
        let planning = Planning(spec: PlannerWorld().spec, world: world, now: Timestamp(milliseconds: 0))
        #expect(planning.shortage(of: side, named: "canary", pods: 2) == text)
    }
}
