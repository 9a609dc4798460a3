package import Analysis

/// What has been rolled out: the document in `.headgate/state`, written only by the agent and only together with the
/// manifests that it speaks of.
package struct RolloutState: Codable, Equatable, Sendable {
    package var apiVersion: String = Self.version
    package var kind: String = "RolloutState"
    package var at: At
    package var phase: Phase
    package var release: Record
    package var previous: Record?
    /// Releases that were stable before `previous`, newest first; the newest 20, nil for none.
    package var recent: [Digest]?
    package var stage: StageRecord
    /// The digest of the normalised steps.
    package var plan: String
    /// The digest of the bindings' targets and the provider's data; nil where nothing is in motion.
    package var bindings: Digest?
    package var base: Base?
    /// All that finish or rollback puts back.
    package var restore: [Restore]
    package var failure: Failure?
    /// The newest 20; a release that reaches Stable leaves it.
    package var rejected: [Rejection]

    package static let version = "headgate.dev/v1alpha1"

    /// The number of the agent's commit, what it did, and the stage that it brought.
    package struct At: Codable, Equatable, Sendable {
        package var serial: Int
        package var action: Action
        package var stage: StageKey

        package init(serial: Int, action: Action, stage: StageKey) {
            self.serial = serial
            self.action = action
            self.stage = stage
        }
    }

    package enum Action: String, Codable, Sendable, CaseIterable {
        case adopt, start, advance, grow, settle, resize, promote, drain, finish, rollback, resume
    }

    package enum Phase: String, Codable, Sendable, CaseIterable {
        case stable = "Stable"
        case progressing = "Progressing"
        case rollingBack = "RollingBack"
        case rolledBack = "RolledBack"
    }

    /// A release, how often it has been tried, and when this attempt began.
    package struct Record: Codable, Equatable, Sendable {
        package var digest: Digest
        package var values: Release
        package var attempt: Int
        /// The serial of the commit that began this attempt; 0 where none did.
        package var since: Int
        /// When its first weight became live; written when that stage is left.
        package var served: Timestamp?
        /// When stable was told to run it; what stable served before was the previous release.
        package var promoted: Timestamp?

        package init(_ release: Release, attempt: Int = 1, since: Int = 0) {
            digest = release.digest
            values = release
            self.attempt = attempt
            self.since = since
        }
    }

    package struct StageRecord: Codable, Equatable, Sendable {
        package var index: Int
        package var count: Int
        package var key: StageKey
        package var kind: Stage.Kind
        package var weight: Weight
        /// The highest weight that this attempt has reached.
        package var max: Weight
        /// The canary's pods (or its autoscaler's floor) as written.
        package var capacity: Int
        /// Stable's pods as written, where the counts are what splits the traffic.
        package var stable: Int?

        package init(
            index: Int, count: Int, key: StageKey, kind: Stage.Kind, weight: Weight, max: Weight, capacity: Int,
            stable: Int? = nil
        ) {
            self.index = index
            self.count = count
            self.key = key
            self.kind = kind
            self.weight = weight
            self.max = max
            self.capacity = capacity
            self.stable = stable
        }
    }

    /// The pod count from which every capacity of the rollout is computed, and where it was read at `start`.
    package struct Base: Codable, Equatable, Sendable {
        package var replicas: Int
        package var from: Source

        /// `nodes`: a DaemonSet's live count, which no stage changes but to none and back.
        package enum Source: String, Codable, Sendable { case manifest, live, nodes }

        package init(replicas: Int, from: Source) {
            self.replicas = replicas
            self.from = from
        }
    }

    /// One field as it stood before `start`; nil where there was none.
    package struct Restore: Codable, Equatable, Sendable {
        package var binding: BindingName
        package var manifest: String
        package var path: String
        package var value: String?

        package init(binding: BindingName, manifest: String, path: String, value: String?) {
            self.binding = binding
            self.manifest = manifest
            self.path = path
            self.value = value
        }
    }

    package struct Failure: Codable, Equatable, Sendable {
        package var stage: StageKey
        package var reason: String

        package init(stage: StageKey, reason: String) {
            self.stage = stage
            self.reason = reason
        }
    }

    /// A release that was taken back, by its newest attempt.
    package struct Rejection: Codable, Equatable, Sendable {
        package var digest: Digest
        package var attempt: Int
        package var since: Int
        package var reason: String

        package init(_ record: Record, reason: String) {
            digest = record.digest
            attempt = record.attempt
            since = record.since
            self.reason = reason
        }

        /// What `retry` says to try the release once more; it names the attempt that failed.
        package var retryKey: String { RolloutState.key(of: digest, since: since) }
    }
}

extension RolloutState {
    /// Names this attempt at a release in keys, such as `7c2d9f40-14`.
    ///
    /// No other attempt begins with the same serial, so a key that stays in a Rollout fits nothing else, ever. The hyphen
    /// keeps YAML from reading a key of digits alone as a number.
    package var releaseKey: String { Self.key(of: release.digest, since: release.since) }

    /// Names the present stage of this attempt: what a Job runs for, such as `7c2d9f40-14/weight-10`.
    package var runKey: String { "\(releaseKey)/\(stage.key)" }

    package static func key(of digest: Digest, since serial: Int) -> String { "\(digest.short)-\(serial)" }

    /// The number of the attempt after this one.
    package static func attempt(after attempt: Int) -> Int {
        attempt < .max ? attempt + 1 : attempt
    }

    /// The releases that were stable before the one that serves, newest first.
    package var formerlyStable: [Digest] {
        let former = (phase == .stable ? [previous?.digest].compactMap(\.self) : []) + (recent ?? [])
        return former.filter { $0 != serving?.digest }
    }

    /// What serves all traffic while nothing is delivered.
    package var serving: Record? { phase == .stable ? release : previous }

    package func rejection(of digest: Digest) -> Rejection? {
        rejected.first { $0.digest == digest }
    }

    /// Puts a rejection first and keeps the newest 20.
    package mutating func reject(_ record: Record, reason: String) {
        rejected.removeAll { $0.digest == record.digest }
        rejected.insert(Rejection(record, reason: reason), at: 0)
        rejected = Array(rejected.prefix(20))
    }
}
