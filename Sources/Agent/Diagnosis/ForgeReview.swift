internal import Git
package import Rollouts

/// What the deployment knows of the forge that hosts the repository.
package enum ForgeStanding: Sendable {
    /// Nothing says that there is one.
    case unknown
    /// It is known by its host, and there is nothing to show to it.
    case uncredentialed(String)
    /// - Parameter isGitCredential: whether Git pushes as the account that the forge is asked as.
    case known(any ForgeExaminer, isGitCredential: Bool)
}

/// The forge: is the agent known there, what may it do, and which way the commits go that cannot wait for a review.
struct ForgeReview: Sendable {
    let standing: ForgeStanding
    let branch: String
    /// What is not done where there is no forge.
    let need: ForgeNeed

    init(standing: ForgeStanding, branch: ReferenceName, need: ForgeNeed = .none) {
        self.standing = standing
        self.need = need
        self.branch = branch.text.hasPrefix("refs/heads/") ? String(branch.text.dropFirst(11)) : branch.text
    }

    /// Whether anything is asked.
    var isAsked: Bool { if case .known = standing { true } else { false } }

    func examine(within deadline: Duration) async -> [Examination] {
        switch standing {
        case .unknown where !need.isEmpty:
            return [
                Examination(
                    "forge", .failed, "none is known, and by pull request go: \(need.text). All of it would be held",
                    hint:
                        "give --forge and HEADGATE_FORGE_TOKEN where the agent runs; docs/forges has the flags and what "
                        + "the token may do")
            ]
        case .uncredentialed(let name) where !need.isEmpty:
            return [
                Examination(
                    "forge", .failed,
                    "there is nothing to show to \(name), and by pull request go: \(need.text). All of it would be held",
                    hint:
                        "give HEADGATE_FORGE_TOKEN or a GitHub App where the agent runs; docs/forges has what it may do"
                )
            ]
        case .unknown:
            return [
                Examination(
                    "forge", .ok,
                    "none is known, and nothing goes by pull request; rules of the branch show when a push is refused")
            ]
        case .uncredentialed(let name):
            return [
                Examination(
                    "forge", .warning, "\(name) is not asked: there is nothing to show to it",
                    hint:
                        "for stages by pull request, and to see the rules of \(branch) here, give HEADGATE_FORGE_TOKEN")
            ]
        case .known(let examiner, let isGitCredential):
            // Several questions, each with a deadline of its own.
            return await Look.within(deadline * 3, "forge") {
                await lines(of: examiner, isGitCredential: isGitCredential)
            }
        }
    }

    private static func hint(for error: ForgeFailure) -> String {
        error.message.contains("SSL")
            ? "does the server speak https there? Check --forge-url and --forge-ca-file"
            : "check --forge-url; is it reachable from here?"
    }

    private func lines(of examiner: any ForgeExaminer, isGitCredential: Bool) async -> [Examination] {
        let found: ForgeExamination
        do {
            found = try await examiner.examine(branch)
        } catch {
            return [Examination("forge", .failed, error.message, hint: error.hint ?? Self.hint(for: error))]
        }
        let lines = ForgeLines(
            found: found, traits: examiner.traits, branch: branch, isGitCredential: isGitCredential, need: need)
        return lines.all
    }
}

/// An examination of a forge in lines for people.
struct ForgeLines {
    let found: ForgeExamination
    let traits: ForgeTraits
    let branch: String
    let isGitCredential: Bool
    let need: ForgeNeed

    var all: [Examination] {
        guard found.missing == nil else { return [place] }
        return [place] + rights + [protection, wayBack]
    }

    // MARK: Account and rights

    /// Another server, or another path of the right one, answers like a forge that has not got the repository.
    private static let aboutAddress =
        "and whether --forge-url is the root of the API, such as https://git.example.com/api/v1 of Gitea, /api/v4 of "
        + "GitLab or /api/v3 of GitHub Enterprise Server"

    private var place: Examination {
        if let missing = found.missing {
            let account = found.account.value.map { ", as \($0)" } ?? ""
            return Examination(
                "forge", .failed, "\(traits.place) is not found\(account): \(missing.message)",
                hint: [missing.hint, Self.aboutAddress].compactMap(\.self).joined(separator: "; "))
        }
        switch found.account {
        case .known(let user): return Examination("forge", .ok, "\(traits.place), as \(user)")
        case .hidden(let reason):
            return Examination("forge", .ok, "\(traits.place); as whom is not shown: \(reason)")
        }
    }

    /// One line for each answer, with all the rights that it is about.
    private var rights: [Examination] {
        var lines: [Examination] = []
        let asked = ForgeExamination.Right.allCases.filter { $0 != .labels || traits.hasLabels }
        let answers = asked.map { ($0, found.rights[$0] ?? .yes) }
        func names(_ isOne: (ForgeExamination.Answer) -> Bool) -> String {
            answers.filter { isOne($0.1) }.map(\.0.rawValue).joined(separator: ", ")
        }
        let granted = names { $0 == .yes }
        if !granted.isEmpty { lines.append(Examination("forge rights", .ok, "may write: \(granted)")) }
        for reason in unique(answers.compactMap { if case .no(let reason) = $0.1 { reason } else { nil } }) {
            lines.append(
                Examination(
                    "forge rights", .failed, "may not write: \(names { $0 == .no(reason) }); \(reason)",
                    hint: "give the credential what docs/forges lists"))
        }
        for reason in unique(answers.compactMap { if case .hidden(let reason) = $0.1 { reason } else { nil } }) {
            lines.append(
                Examination(
                    "forge rights", .warning, "not shown: \(names { $0 == .hidden(reason) }); \(reason)",
                    hint: "see to it yourself; a missing right is named when it is first needed"))
        }
        return lines
    }

    private func unique(_ reasons: [String]) -> [String] {
        var known: Set<String> = []
        return reasons.filter { known.insert($0).inserted }
    }

    // MARK: The branch

    private var protection: Examination {
        let words: String
        switch found.requirements {
        case .known(let needed):
            let list = needed.map(Self.words).sorted().joined(separator: ", ")
            words = needed.isEmpty ? "a merge waits for nothing" : "a merge waits until \(list)"
        case .hidden(let reason):
            return Examination(
                "protection", .warning, "what a merge to \(branch) waits for is not shown: \(reason)",
                hint: "see to the rules of \(branch) yourself, or ask with a credential that may read them")
        }
        switch found.isProtected {
        case .known(let isProtected) where found.requirements == .known([]) && !need.isEmpty:
            return Examination(
                "protection", .warning,
                "\(branch) has \(isProtected ? "" : "no ")rules; a merge waits for nothing, and by pull request go: "
                    + need.text,
                hint: "whoever may merge is all that approves: require a review on \(branch), where approval is meant")
        case .known(let isProtected):
            return Examination("protection", .ok, "\(branch) has \(isProtected ? "" : "no ")rules; \(words)")
        case .hidden(let reason):
            return Examination(
                "protection", .warning, "whether \(branch) has rules is not shown: \(reason); \(words)",
                hint: "see to the rules of \(branch) yourself, or ask with a credential that may read them")
        }
    }

    private static func words(_ requirement: ForgeExamination.Requirement) -> String {
        switch requirement {
        case .approvals(1): "1 person approves"
        case .approvals(let count): "\(count) people approve"
        case .owners: "the owners of the files approve"
        case .statuses(let names) where names.isEmpty: "the statuses are successful"
        case .statuses(let names): "\(names.joined(separator: ", ")) \(names.count == 1 ? "is" : "are") successful"
        case .other(let clause): clause
        }
    }

    // MARK: The way back

    /// The commits that cannot wait for a review: how they reach the branch.
    private var wayBack: Examination {
        let whose = isGitCredential ? "the agent" : "the account of the forge's token"
        switch found.push {
        case .yes:
            let other = isGitCredential ? "" : "; Git pushes with another credential, of which the forge says nothing"
            return Examination("way back", .ok, "\(whose) may push to \(branch): rollbacks are commits\(other)")
        case .hidden(let reason):
            return Examination(
                "way back", .warning, "whether \(whose) may push to \(branch) is not shown: \(reason)",
                hint: "where it may not, rollback, drain and finish go by pull request; \(Self.recipes)")
        case .no(let reason): return refused("\(whose) may not push to \(branch): \(reason)")
        }
    }

    private func refused(_ words: String) -> Examination {
        let credential =
            isGitCredential ? "" : " (unless Git's own credential, of which the forge says nothing, may)"
        let sentence = "\(words). Rollback, drain and finish will go by pull request\(credential)"
        switch found.autoMerge {
        case .yes:
            let wait: String
            switch found.requirements {
            case .known(let needed) where needed.isEmpty: wait = "at once"
            case .known(let needed):
                wait = "when \(needed.map(Self.words).sorted().joined(separator: ", "))"
            case .hidden: wait = "when the rules are met"
            }
            return Examination(
                "way back", .warning, "\(sentence) with auto-merge, which \(traits.name) carries out \(wait)",
                hint: "a rollback should wait for nobody: \(Self.recipes)")
        case .no(let reason):
            return Examination(
                "way back", .failed, "\(sentence), and each waits until a person merges it: \(reason)",
                hint: Self.recipes)
        case .hidden(let reason):
            return Examination(
                "way back", .warning, "\(sentence); whether with auto-merge is not shown: \(reason)",
                hint: Self.recipes)
        }
    }

    /// Both are in docs/forges/README.md.
    private static let recipes =
        "either put the agent in the bypass list, restricted by CODEOWNERS and headgate check --commit-range, or let the "
        + "GitOps engine follow a branch live without rules (--branch live); docs/forges has both"
}
