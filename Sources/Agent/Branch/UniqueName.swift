/// Names that no two agents choose.
enum UniqueName {
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return String(random.next(), radix: 36) + String(random.next(), radix: 36)
    }
}
