import HTTP
import Rollouts
import Testing

@testable import Forges

@Suite("Where a forge shows a commit")
struct ForgePageTests {
    private static func access(_ kind: ForgeKind, url: String? = nil, _ repository: String = "acme/config")
        -> ForgeAccess
    {
        var access = ForgeAccess(kind, repository: repository, identity: .token(Secret("t")))
        access.url = url
        return access
    }

    @Test(
        "is beside its API, or on the public service's own host",
        arguments: [
            (access(.gitHub), "https://github.com/acme/config/commit/"),
            (access(.gitHub, url: "https://ghe.example/api/v3"), "https://ghe.example/acme/config/commit/"),
            (access(.gitLab), "https://gitlab.com/acme/config/-/commit/"),
            (access(.gitea, url: "https://git.example/api/v1/"), "https://git.example/acme/config/commit/"),
            (access(.bitbucketCloud), "https://bitbucket.org/acme/config/commits/"),
            (
                access(.bitbucketDataCenter, url: "https://bb.example", "SHOP/config"),
                "https://bb.example/projects/SHOP/repos/config/commits/"
            ),
            (access(.azureDevOps, "acme/shop/config"), "https://dev.azure.com/acme/shop/_git/config/commit/"),
        ])
    func page(access: ForgeAccess, expected: String) throws {
        let forge = try access.forge()
        #expect(forge.traits.commitPage == expected)
    }
}
