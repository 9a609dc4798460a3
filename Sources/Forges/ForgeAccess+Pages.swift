extension ForgeAccess {
    /// Where the pages of the repository's commits are, without the id at the end.
    ///
    /// - Parameters:
    ///   - root: the API's.
    ///   - hosts: of public services whose API has a host of its own.
    ///   - path: between the repository and the id.
    func commitPage(_ root: String, hosts: [String: String] = [:], _ path: String) -> String {
        var site = hosts[root] ?? root
        for api in ["/api/v1", "/api/v3", "/api/v4", "/2.0"] where site.hasSuffix(api) {
            site.removeLast(api.count)
        }
        return "\(site)/\(repository)\(path)"
    }
}
