/// A `kind: Rollout` document as people write it; what is left out has the default stated at its place of use.
package struct RolloutDocument: Codable, Equatable, Sendable {
    package var apiVersion: String
    package var kind: String
    package var metadata: Metadata
    package var spec: RolloutSpec

    package struct Metadata: Codable, Equatable, Sendable {
        package var name: String
        package var namespace: String?
        package var labels: [String: String]?
        package var annotations: [String: String]?
    }
}

/// What is delivered, where its traffic is split, and in which steps.
package struct RolloutSpec: Codable, Equatable, Sendable {
    package var environment: String?
    package var release: ReleaseSpec
    package var workload: WorkloadSpec?
    package var pairs: [PairSpec]?
    package var bindings: [BindingSpec]?
    package var traffic: TrafficSpec?
    /// What the canary has at the least, as soon as it has any pod.
    package var minPods: Int?
    package var plan: String?
    package var steps: [Step]?
    package var analysis: AnalysisChoice?
    package var mode: Mode?
    package var onFailure: FailureResponse?
    package var restoreRelease: Bool?
    package var onInconclusive: InconclusiveResponse?
    package var fastReturn: Int?
    package var applyDeadline: Span?
    package var progressDeadline: Span?
    package var scaleDownDelay: Span?
    package var steer: Steering?
    package var delivery: DeliverySpec?
}

/// Whether decisions are carried out.
package enum Mode: String, Codable, Sendable, CaseIterable {
    case live
    /// Decides and reports, never pushes.
    case shadow
}

/// What a failed release leads to.
package enum FailureResponse: String, Codable, Sendable, CaseIterable {
    case rollback, hold
}

/// What an inconclusive analysis leads to.
package enum InconclusiveResponse: String, Codable, Sendable, CaseIterable {
    case hold, rollback, promote
}

/// A release as the Rollout states it; the values are resolved from the tree before they are planned with.
package struct ReleaseSpec: Codable, Equatable, Sendable {
    /// Image references by container name.
    package var images: [String: ImageSource]?
    /// Other fields of the pod template.
    package var values: [ValueSpec]?
    /// The path of a manifest that is not applied and whose pod template is delivered.
    package var template: String?

    package struct ValueSpec: Codable, Equatable, Sendable {
        package var path: String
        package var value: String
    }
}

/// An image reference, written out or read from a field of a file.
package enum ImageSource: Equatable, Sendable {
    case reference(String)
    case field(file: String, path: String)
}

extension ImageSource: Codable {
    private enum CodingKeys: String, CodingKey { case file, path }

    package init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .reference(text)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self = .field(
            file: try container.decode(String.self, forKey: .file),
            path: try container.decode(String.self, forKey: .path))
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .reference(let text):
            var container = encoder.singleValueContainer()
            try container.encode(text)
        case .field(let file, let path):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            try container.encode(path, forKey: .path)
        }
    }
}

/// The two workloads that serve the old and the new release.
package struct WorkloadSpec: Codable, Equatable, Sendable {
    package var kind: String?
    package var stable: String?
    package var canary: String?
}

/// A further stable and canary object that travels with the release.
package struct PairSpec: Codable, Equatable, Sendable {
    package var kind: String
    package var stable: String
    package var canary: String
}

/// Where one value lives when it cannot be inferred.
package struct BindingSpec: Codable, Equatable, Sendable {
    package var value: String
    package var file: String
    package var path: String
    package var format: Format?
    /// Of the document that is meant, where the file has several.
    package var kind: String?
    package var name: String?
    /// The image's name, where the place holds only its tag or digest and no repository stands beside it.
    package var image: String?

    package enum Format: String, Codable, Sendable, CaseIterable { case image, tag, digest }
}

/// The route that splits the traffic and the Services behind it.
package struct TrafficSpec: Codable, Equatable, Sendable {
    package var provider: String?
    /// `<Kind>/<name>`.
    package var route: String?
    package var services: Services?
    /// Without a route: how many pods of the base there may be more, and fewer, while the counts change.
    package var maxSurge: PodAllowance?
    package var maxUnavailable: PodAllowance?
    package var subsets: Subsets?

    package struct Services: Codable, Equatable, Sendable {
        package var stable: String?
        package var canary: String?
    }

    /// Where one Service has both sides behind it: the subsets of its pods.
    package struct Subsets: Codable, Equatable, Sendable {
        package var stable: String
        package var canary: String
    }
}

/// What people say: a hold with its reason, and keys that `status` prints.
package struct Steering: Codable, Equatable, Sendable {
    package var hold: String?
    package var approve: String?
    package var resume: String?
    package var retry: String?
    package var abort: String?

    package init(
        hold: String? = nil, approve: String? = nil, resume: String? = nil, retry: String? = nil, abort: String? = nil
    ) {
        self.hold = hold
        self.approve = approve
        self.resume = resume
        self.retry = retry
        self.abort = abort
    }
}
