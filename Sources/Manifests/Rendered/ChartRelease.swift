internal import Rollouts
internal import YAML

/// An object by which a GitOps engine has a chart rendered: a Flux `HelmRelease` or an Argo CD `Application`.
struct ChartRelease: Sendable {
    enum Engine: Sendable { case helmRelease, application }

    let engine: Engine
    let object: ManifestObject
    /// Where the chart's objects go; empty where the object does not say.
    let namespaces: Set<String>
    /// The files of values in this repository; with `*` for any text.
    let files: [String]

    /// Nil for any other object.
    init?(_ object: ManifestObject, in tree: Tree) {
        guard let engine = Self.engine(object.group, object.kind) else { return nil }
        self.engine = engine
        self.object = object
        namespaces = Self.namespaces(object.root, engine, own: object.reference.namespace)
        files = engine == .helmRelease ? Self.fluxFiles(object.root) : Self.argoFiles(object.root, in: tree)
    }

    /// The kinds among which they are looked for.
    static let kinds = ["HelmRelease", "Application"]

    static func engine(_ group: String, _ kind: String) -> Engine? {
        switch (group, kind) {
        case ("helm.toolkit.fluxcd.io", "HelmRelease"): .helmRelease
        case ("argoproj.io", "Application"): .application
        default: nil
        }
    }

    func reads(_ file: String) -> Bool { files.contains { Self.fits($0, file) } }

    /// Whether a file is the one of that name or, from a `*` on, may be.
    static func fits(_ name: String, _ file: String) -> Bool {
        guard let star = name.firstIndex(of: "*") else { return name == file }
        return file.hasPrefix(name[..<star])
    }

    /// The namespaces that one document of the engine names, before any patch.
    static func namespaces(_ root: YAMLNode, _ engine: Engine, own: String) -> Set<String> {
        let spec = root["spec"]
        switch engine {
        case .helmRelease:
            return Set([spec?["targetNamespace"]?.resolved.text ?? own]).subtracting([""])
        case .application:
            let helm = sources(root).compactMap { $0["helm"]?["namespace"]?.resolved.text }
            return Set([spec?["destination"]?["namespace"]?.resolved.text ?? ""] + helm).subtracting([""])
        }
    }

    // MARK: Files of values

    /// Flux names them from the repository's root; without any the chart's own are taken.
    private static func fluxFiles(_ root: YAMLNode) -> [String] {
        guard let chart = root["spec"]?["chart"]?["spec"] else { return [] }
        let named = (chart["valuesFiles"]?.items ?? []) + [chart["valuesFile"]].compactMap(\.self)
        let files = named.compactMap { $0.resolved.text.flatMap { "".resolving($0) } }
        guard files.isEmpty, chart["sourceRef"]?["kind"]?.string == "GitRepository",
            let folder = chart["chart"]?.resolved.text.flatMap({ "".resolving($0) })
        else { return files }
        return [folder.child("values.yaml")]
    }

    private static func sources(_ root: YAMLNode) -> [YAMLNode] {
        [root["spec"]?["source"]].compactMap(\.self) + (root["spec"]?["sources"]?.items ?? [])
    }

    /// Argo CD names them from the chart's folder, and from the root of another source as `$name/…`.
    private static func argoFiles(_ root: YAMLNode, in tree: Tree) -> [String] {
        sources(root).flatMap { argoFiles(of: $0, in: tree) }
    }

    static func argoFiles(of source: YAMLNode, in tree: Tree) -> [String] {
        let folder = source["path"]?.resolved.text ?? ""
        let named = (source["helm"]?["valueFiles"]?.items ?? []).compactMap(\.resolved.text)
        let files = named.compactMap { name -> String? in
            if name.contains("://") { return nil }
            if name.hasPrefix("$") { return name.firstIndex(of: "/").flatMap { "".resolving(String(name[$0...])) } }
            return (name.hasPrefix("/") ? "" : "".resolving(folder) ?? "").resolving(name)
        }
        guard let chart = "".resolving(folder), tree.entries[chart.child("Chart.yaml")] != nil else { return files }
        return files + [chart.child("values.yaml")]
    }
}

extension String {
    fileprivate func child(_ name: String) -> String { isEmpty ? name : "\(self)/\(name)" }
}
