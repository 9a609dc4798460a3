internal import YAML

/// A container of a pod template, by the name that it has in the cluster.
struct ContainerPlace {
    let name: String
    let path: FieldPath

    /// The places of containers that have these names; the only container of a Knative Service may have none.
    static func all(in list: String, names: [String?]) -> [ContainerPlace] {
        let path = FieldPath([.field("spec"), .field(list)])
        if names == [nil], list == "containers" {
            return [ContainerPlace(name: KnativeService.container, path: path.appending(0))]
        }
        return names.compactMap { name in
            name.map { ContainerPlace(name: $0, path: path.appending(.match(key: "name", value: $0))) }
        }
    }
}
