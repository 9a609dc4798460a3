/// A label of the repository; pull requests name it by its number.
struct ForgeLabel: Sendable, Equatable {
    let id: Int
    let name: String
    let color: String
    let description: String
}
