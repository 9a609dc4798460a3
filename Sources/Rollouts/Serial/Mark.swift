/// The highest state that a rollout's branch has had, and up to which commit that is known.
///
/// It follows the branch and never leads: it is raised after the branch is on the remote.
package struct Mark: Hashable, Sendable {
    package let serial: Int
    package let digest: Digest
    package let commit: CommitID

    package init(serial: Int, digest: Digest, commit: CommitID) {
        self.serial = serial
        self.digest = digest
        self.commit = commit
    }

    /// The mark for a value that stands at `commit`; nil for one without a serial.
    package init?(_ value: StateValue, at commit: CommitID) {
        guard case .stated(let serial, let digest) = value else { return nil }
        self.init(serial: serial, digest: digest, commit: commit)
    }

    package var value: StateValue { .stated(serial: serial, digest: digest) }

    /// The larger serial of two; of equal ones that whose commit descends from the other's, else this one.
    package func merged(with other: Mark, descends: (_ commit: CommitID, _ ancestor: CommitID) -> Bool) -> Mark {
        if serial != other.serial { return serial > other.serial ? self : other }
        return commit != other.commit && descends(other.commit, commit) ? other : self
    }

    /// This mark, or the one for what was found; never a lower serial.
    package func raised(to other: Mark) -> Mark {
        other.serial >= serial ? other : self
    }
}
