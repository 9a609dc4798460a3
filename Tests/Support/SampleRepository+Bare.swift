extension SampleRepository {
    /// An application's files in a folder as they were before anybody set a rollout up.
    package static func strip(_ folder: String, from files: inout [String: String]) {
        files[folder + "deployment-canary.yaml"] = nil
        files[folder + "kustomization.yaml"]?.replace("- deployment-canary.yaml\n", with: "")
        for name in ["services.yaml", "autoscalers.yaml", "config.yaml"] {
            guard let text = files[folder + name], let end = text.firstRange(of: "---\n") else { continue }
            files[folder + name] = String(text[..<end.lowerBound])
        }
        guard let route = files[folder + "httproute.yaml"], let end = route.firstRange(of: "      weight: 100\n") else {
            return
        }
        files[folder + "httproute.yaml"] = String(route[..<end.lowerBound])
    }
}
