/// Somebody with an account at the forge, and what they may do with its one repository.
package struct ForgeAccount: Sendable, Equatable {
    package enum Rights: String, Sendable { case read, write, admin }

    package let id: Int
    package let name: String
    package let rights: Rights
    /// What requests to the API carry; nil for somebody who only uses the pages.
    let token: String?

    package init(id: Int, name: String, rights: Rights = .write, token: String? = nil) {
        self.id = id
        self.name = name
        self.rights = rights
        self.token = token
    }

    var email: String { "\(name)@noreply.localhost" }
    var mayWrite: Bool { rights != .read }

    /// Who did what nobody knows the author of, such as a push to the bare repository.
    static let ghost = ForgeAccount(id: -1, name: "Ghost", rights: .read)
}
