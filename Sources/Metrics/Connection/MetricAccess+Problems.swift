internal import HTTP

extension MetricAccess {
    /// What is wrong with the file.
    package var problems: [String] {
        var found: [String] = []
        if kind != "MetricAccess" { found.append("kind is \(kind), not MetricAccess") }
        if let region = aws?.region, !AWSHost.isRegion(region) {
            found.append("aws.region: \(region) is no region of AWS; one is eu-west-1")
        }
        for role in (aws?.roles ?? []) + [aws?.roleArn].compactMap(\.self) where !Self.isRole(role) {
            found.append("aws: \(role) is no role; one is arn:aws:iam::123456789012:role/metrics")
        }
        for (index, entry) in (hosts ?? []).enumerated() {
            found += problems(of: entry).map { "hosts[\(index)] (\(entry.host)): \($0)" }
        }
        return found
    }

    private func problems(of entry: Host) -> [String] {
        var found: [String] = []
        if entry.host.isEmpty || entry.host.contains("/") {
            found.append("write the host alone, without https:// and path")
        }
        if (entry.certificateFile == nil) != (entry.keyFile == nil) {
            found.append("certificateFile and keyFile come together")
        }
        let ways = [
            ("bearerFile", entry.bearerFile != nil), ("basic", entry.basic != nil), ("oauth2", entry.oauth2 != nil),
            ("sigv4", entry.sigv4 != nil), ("google", entry.google != nil),
        ].filter(\.1).map(\.0)
        if ways.count > 1 { found.append("state one of \(ways.joined(separator: " and "))") }
        for header in entry.headers ?? [] where (header.value == nil) == (header.valueFile == nil) {
            found.append("the header \(header.name) needs either value or valueFile")
        }
        if entry.secrets?.isEmpty == false, secretsFolder == nil { found.append("secrets need a secretsFolder") }
        if let oauth2 = entry.oauth2 {
            if HTTPClient.Request.target(of: oauth2.tokenUrl) == nil {
                found.append("oauth2.tokenUrl is no URL; write https:// before the host")
            }
            if oauth2.clientId.isEmpty { found.append("oauth2.clientId is empty") }
        }
        return found + problems(of: entry.sigv4, host: entry.host)
    }

    private func problems(of sigv4: SigV4?, host: String) -> [String] {
        guard let sigv4 else { return [] }
        var found: [String] = []
        let name = String(host.prefix { $0 != ":" })
        if sigv4.service == nil, AWSHost(name) == nil, !name.hasPrefix("*.") {
            found.append("sigv4.service is missing: the host does not say it; one is aps, monitoring or es")
        }
        if let region = sigv4.region, !AWSHost.isRegion(region) {
            found.append("sigv4.region: \(region) is no region of AWS; one is eu-west-1")
        }
        if let role = sigv4.roleArn, !Self.isRole(role) {
            found.append("sigv4.roleArn: \(role) is no role; one is arn:aws:iam::123456789012:role/metrics")
        }
        return found
    }

    static func isRole(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" && parts[1].hasPrefix("aws") && parts[2] == "iam"
            && parts[5].hasPrefix("role/")
    }
}
