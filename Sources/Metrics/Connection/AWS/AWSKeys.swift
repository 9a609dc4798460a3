internal import Analysis
internal import HTTP

/// What signs requests to AWS, for as long as it is valid.
struct AWSKeys: Sendable {
    let id: String
    let secret: Secret
    /// Goes with keys that end.
    var token: Secret?
    var expires: Timestamp?
}

/// A host of AWS itself, and what it stands for.
struct AWSHost: Hashable {
    let service: String
    let region: String

    /// Reads `aps-workspaces.eu-west-1.amazonaws.com` and the like; nil for hosts that anybody could have, also below
    /// AWS' own domains.
    init?(_ host: String) {
        let name = host.lowercased()
        guard let suffix = Self.suffixes.first(where: { name.hasSuffix($0) }) else { return nil }
        let parts = name.dropLast(suffix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let service = Self.services[String(parts[0].replacing("-fips", with: ""))],
            Self.isRegion(String(parts[1]))
        else { return nil }
        self.service = service
        region = String(parts[1])
    }

    private static let suffixes = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"]
    private static let services = ["aps-workspaces": "aps", "monitoring": "monitoring", "sts": "sts"]

    /// Whether a text has the form of a region, such as `eu-west-1` or `us-gov-east-1`.
    static func isRegion(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count >= 3 && parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isSmallLetter) }
            && parts.last?.isEmpty == false && parts.last?.allSatisfy(\.isDigit) == true
    }

    /// The domain of a region's services.
    static func domain(of region: String) -> String {
        region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    }
}

extension Character {
    fileprivate var isSmallLetter: Bool { ("a"..."z").contains(self) }
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
