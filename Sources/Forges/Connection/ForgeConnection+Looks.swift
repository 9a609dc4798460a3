internal import HTTP
internal import Rollouts

/// What came of a question that a credential may not be allowed to ask.
enum ForgeLook: Sendable {
    case shown(ForgeAnswer)
    /// With the forge's words.
    case refused(String)

    var json: JSON? { if case .shown(let answer) = self { answer.json } else { nil } }
}

extension ForgeConnection {
    /// Asks for something that not every credential is shown; a refusal is an answer.
    ///
    /// - Precondition: the credential itself was taken before, since 401 is a refusal here.
    func look(_ request: ForgeRequest) async throws(ForgeFailure) -> ForgeLook {
        var request = request
        request.accepted.formUnion([401, 403, 404])
        do {
            let answer = try await ask(request)
            return answer.isGood ? .shown(answer) : .refused(answer.words)
        } catch {
            // Azure DevOps shows its sign-in page where a token lacks a scope.
            guard error.code == .configuration else { throw error }
            return .refused(error.message)
        }
    }

    /// All items of a list that not every credential is shown; nil where it is refused.
    func lookThrough(
        _ request: ForgeRequest, in member: String? = nil, by paging: Paging
    ) async throws(ForgeFailure) -> [JSON]? {
        do {
            return try await list(request, in: member, by: paging)
        } catch {
            guard error.code == .configuration || error.code == .notFound else { throw error }
            return nil
        }
    }
}

extension ForgeExamination {
    /// Of a repository that the forge does not show.
    static func missing(_ failure: ForgeFailure, account: Shown<ForgeUser>) -> Self {
        let reason = "the repository is not found"
        return Self(
            account: account, missing: failure,
            rights: Dictionary(uniqueKeysWithValues: Right.allCases.map { ($0, .hidden(reason)) }),
            isProtected: .hidden(reason), push: .hidden(reason), requirements: .hidden(reason),
            autoMerge: .hidden(reason))
    }
}

extension ForgeExamination.Answer {
    /// The first that is no, else the first that is not shown, else yes.
    static func all(_ answers: [Self]) -> Self {
        let isNo = answers.first { if case .no = $0 { true } else { false } }
        return isNo ?? answers.first { if case .hidden = $0 { true } else { false } } ?? .yes
    }

    /// - Parameter reason: why not.
    static func when(_ isSo: Bool, otherwise reason: String) -> Self { isSo ? .yes : .no(reason) }
}

extension Set<ForgeExamination.Requirement> {
    /// Counts more than one rule by the strictest.
    mutating func need(approvals count: Int) {
        let former = compactMap { if case .approvals(let count) = $0 { count } else { nil } }.max() ?? 0
        guard count > former else { return }
        remove(.approvals(former))
        insert(.approvals(count))
    }

    mutating func need(statuses names: [String]) {
        let former = first { if case .statuses = $0 { true } else { false } }
        var all = names
        if case .statuses(let known)? = former { all += known }
        guard !all.isEmpty else { return }
        if let former { remove(former) }
        insert(.statuses(Set<String>(all).sorted()))
    }
}

extension ForgeExamination.Shown {
    init(_ value: Value?, orHidden reason: String) {
        self = value.map { .known($0) } ?? .hidden(reason)
    }
}
