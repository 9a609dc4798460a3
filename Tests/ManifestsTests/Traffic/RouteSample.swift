import Foundation
import Support
import Testing

/// A route as people write it, for one provider.
struct RouteSample: Sendable, CustomTestStringConvertible {
    let provider: String
    let what: String
    /// As in `traffic.route`.
    let route: String
    let text: String
    let schema: Schema
    /// The kind of the pair.
    var workload = "Deployment"
    /// What the Rollout says of the traffic beside the route.
    var traffic = ""
    /// What the repository has beside the usual files, or instead of them.
    var files: [String: String] = [:]
    /// The percents that can be given exactly, where the API fixes the total or the maximum and others have a share.
    var possible = Array(0...100)

    var testDescription: String { "\(provider), \(what)" }

    static let all = gateway + istio + subsets + ingress + annotations + mappings + proxies + meshes + knative

    /// The definition of the kind, by its file, the kind and the version.
    enum Schema: Sendable {
        /// As the project publishes it; kept beside the package.
        case published(String, String, String)
        /// Written for these tests from the documentation, in `Schemas`.
        case own(String, String, String)

        var isThere: Bool {
            switch self {
            case .published(let file, _, _): SharedFolder.has("schemas/" + file)
            case .own: true
            }
        }

        func read() throws -> ResourceSchema {
            let (bytes, kind, version) =
                switch self {
                case .published(let file, let kind, let version):
                    (try SharedFolder.bytes("schemas/" + file), kind, version)
                case .own(let file, let kind, let version): (try Self.own(file), kind, version)
                }
            return try present(try ResourceSchema(of: kind, version: version, in: bytes))
        }

        private static func own(_ file: String) throws -> [UInt8] {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            return Array(try Data(contentsOf: folder.appendingPathComponent("Schemas").appendingPathComponent(file)))
        }
    }
}
