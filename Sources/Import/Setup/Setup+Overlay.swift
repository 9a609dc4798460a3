internal import Manifests
internal import Rollouts
internal import YAML

/// Where the manifests are a base that others may apply too: everything is written into the overlay.
extension Setup {
    mutating func addToOverlay(
        _ document: CanaryDocument, of object: ManifestObject, _ subject: SetupSubject
    ) throws(SetupRefusal) {
        throw SetupRefusal("\(object.file) is shared")
    }

    mutating func patchBackends(
        of subject: SetupSubject, stable: String, canary: String
    ) throws(SetupRefusal) {
        throw SetupRefusal("\(subject.route.file) is shared")
    }

    mutating func patchStable(of subject: SetupSubject) throws(SetupRefusal) {
        throw SetupRefusal("\(subject.workload.file) is shared")
    }
}
