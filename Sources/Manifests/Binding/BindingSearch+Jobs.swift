internal import Rollouts
internal import YAML

/// The Jobs that the Rollout's analyses start.
///
/// Nobody writes to the cluster, so a Job runs because Git says so: a stage's commit takes it out of its suspension and
/// writes into its pods what it runs for. Pods of a Job cannot be changed, so the engine has to replace the Job.
extension BindingSearch {
    mutating func bindJobs() {
        for name in source.jobs {
            guard let job = find("Job", name, group: "batch", at: "spec.analysis") else { continue }
            let known = problems.count
            checkPlace(of: job)
            checkSuspension(of: job)
            checkReplacement(of: job)
            if job.node(at: "spec.activeDeadlineSeconds") == nil {
                warnings.append(
                    job.diagnostic(
                        at: "spec", "\(job.title) may run for ever, and its stage waits for it",
                        hint: "write spec.activeDeadlineSeconds: 600"))
            }
            guard problems.count == known else { continue }
            bind(.jobSuspended(name), to: JobPlace.suspended, of: job, format: .value)
            fields.append(.run(of: job, named: name))
        }
    }

    /// The whole Job stands in one document of this environment, with nothing laid over what a stage writes.
    private mutating func checkPlace(of job: ManifestObject) {
        let sharers = index.sharers(of: job.file, besides: environment)
        if !sharers.isEmpty {
            problems.append(
                job.diagnostic(
                    "\(job.title) is in a file that \(sharers.joined(separator: " and ")) applies too",
                    hint: "write it into a file of this environment, so that it runs here alone"))
        }
        let paths = [JobPlace.suspended, JobPlace.run]
        let isCovered = job.layers.contains { layer in
            layer.patches.contains { patch in patch.fits(job) && paths.contains(where: patch.touches) }
        }
        if isCovered {
            problems.append(
                job.diagnostic(
                    "a patch changes \(paths.map(\.description).joined(separator: " or ")) of \(job.title)",
                    hint: "write both into the Job itself, where a stage can change them"))
        }
    }

    private mutating func checkSuspension(of job: ManifestObject) {
        let text = job.node(at: JobPlace.suspended)?.text
        // While a release is on its way the Job runs, and says for what.
        if text == "true" || text == "false" && job.node(at: JobPlace.run) != nil { return }
        problems.append(
            job.diagnostic(
                at: JobPlace.suspended, "\(job.title) runs as soon as it is applied, and not when a stage starts it",
                hint: "write spec.suspend: true; the stage's commit takes it out"))
    }

    private mutating func checkReplacement(of job: ManifestObject) {
        if job.node(at: "spec.ttlSecondsAfterFinished") != nil {
            problems.append(
                job.diagnostic(
                    at: "spec.ttlSecondsAfterFinished",
                    "\(job.title) is removed when it has finished, and the engine would make it and run it again",
                    hint: "take ttlSecondsAfterFinished out: each stage replaces the Job of the one before"))
        }
        let annotations = Labels.read(job.node(at: "metadata.annotations"))
        if let hook = JobPlace.hooks.first(where: { annotations[$0] != nil }) {
            problems.append(
                job.diagnostic(
                    at: "metadata.annotations" + FieldPath([.field(hook)]),
                    "\(job.title) is a hook, which runs whenever something is applied", hint: "take \(hook) out"))
        }
        guard !JobPlace.isReplaced(by: annotations) else { return }
        problems.append(
            job.diagnostic(
                at: "metadata.annotations",
                "\(job.title) cannot be started again: its pods cannot be changed, so that it has to be replaced",
                hint: "annotate it with \(JobPlace.flux): Enabled (Flux), or \(JobPlace.argo): Force=true,Replace=true "
                    + "(Argo CD)"))
    }
}

/// Where a Job says whether and for what it runs, and how engines are told to replace it.
private enum JobPlace {
    static let suspended: FieldPath = "spec.suspend"
    static let run: FieldPath =
        "spec.template.metadata.annotations" + FieldPath([.field(JobReading.runAnnotation)])
    /// Flux deletes and makes anew what cannot be changed.
    static let flux = "kustomize.toolkit.fluxcd.io/force"
    static let argo = "argocd.argoproj.io/sync-options"
    static let hooks = ["argocd.argoproj.io/hook", "helm.sh/hook"]

    static func isReplaced(by annotations: [String: String]) -> Bool {
        if annotations[flux]?.lowercased() == "enabled" { return true }
        let options = (annotations[argo] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
        return options.contains("Force=true") && options.contains("Replace=true")
    }
}

extension BoundField {
    /// For which release and stage a Job runs; nothing where it has not been started.
    fileprivate static func run(of job: ManifestObject, named name: String) -> BoundField {
        let node = job.node(at: JobPlace.run)
        let nearest = node ?? job.node(at: BoundRollout.Workload.templatePath) ?? job.root
        return BoundField(
            binding: .jobRun(name),
            place: .init(
                file: job.file, document: job.document, path: JobPlace.run, inner: nil, format: .entry,
                line: nearest.position.line),
            object: job.reference, livePath: JobPlace.run, text: node?.resolved.text, unwritten: nil, imageName: nil)
    }
}
