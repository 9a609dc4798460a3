internal import Manifests
internal import Rollouts
internal import YAML

/// Workloads that another controller of releases makes pods of.
extension SubjectSearch {
    /// A Rollout of Argo Rollouts has the pod template that a Deployment should have.
    func argoRollout(_ name: String?) -> SetupRefusal? {
        let rollouts = index.objects(of: "Rollout", in: environment).filter { object in
            object.group == "argoproj.io" && isHere(object) && (name == nil || object.reference.name == name)
        }
        guard let first = rollouts.first else { return nil }
        let message = "\(first.listed) is a Rollout of Argo Rollouts, and no Deployment for it stands in \(folder)"
        if let reference = first.node(at: "spec.workloadRef.name")?.resolved.text {
            return SetupRefusal(
                message, causes: ["\(first.place(of: "spec.workloadRef")): its pods are those of \(reference)"],
                steps: ["add the manifest of Deployment/\(reference), remove \(first.title), and run this again"])
        }
        let deployment = "Deployment/\(first.reference.name)"
        return SetupRefusal(
            message, causes: rollouts.dropFirst().map(\.listed).sorted(),
            steps: [
                "write \(deployment) with what \(first.title) has in spec.template, spec.selector and spec.replicas; merge, and wait until"
                    + " its pods are ready: both share the traffic",
                "remove \(first.title), and point its autoscaler, if it has one, at \(deployment)",
                "run this again",
            ])
    }
}
