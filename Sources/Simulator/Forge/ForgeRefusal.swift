/// Why the forge did not do what it was asked, with the status that HTTP has for it.
struct ForgeRefusal: Error, Equatable, CustomStringConvertible {
    let status: Int
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    var description: String { message }

    static let notFound = ForgeRefusal(404, "The target couldn't be found.")
}
