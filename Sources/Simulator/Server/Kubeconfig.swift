/// The file that tells clients where the simulated API server is.
package enum Kubeconfig {
    package static func text(server: String, token: String?) -> String {
        let user = token.map { "{token: \(Value.string($0).text)}" } ?? "{}"
        return """
            apiVersion: v1
            kind: Config
            current-context: simulator
            clusters:
            - name: simulator
              cluster: {server: "\(server)"}
            users:
            - name: simulator
              user: \(user)
            contexts:
            - name: simulator
              context: {cluster: simulator, user: simulator}

            """
    }
}
