internal import Analysis

/// Where a step of a promotion stands, in words, and the marks that the agent leaves in pull requests.
package enum PromotionText {
    package static func line(_ standing: PromotionStanding) -> String {
        switch standing {
        case .due(let release): "states \(release.title)"
        case .waiting(let wait): "Waiting: \(line(wait))"
        case .done: "stated"
        case .rejected(let id, let reason): "rejected by \(id): \(reason)"
        case .overruled(let by, let release):
            "\(by.author) has stated \(release?.title ?? "something else") in \(by.commit.short); "
                + "the next release goes on"
        case .held(let hold): "Held: \(line(hold))"
        }
    }

    package static func line(_ wait: PromotionWait) -> String {
        switch wait {
        case .source(let text), .target(let text): text
        case .soak(let until): "soaking until \(until.rfc3339)"
        case .analysis(let sentence): "for more data: \(sentence)"
        case .metrics(let sentence): "for the metrics: \(sentence)"
        case .approval(let key): "for approve: \(key)"
        case .forge(let message): "for the forge: \(message)"
        case .review(let url): url.map { "for people to merge \($0)" } ?? "for the pull request to be opened"
        }
    }

    package static func line(_ hold: PromotionHold) -> String {
        switch hold {
        case .global(let reason): "everything is held: \(reason)"
        case .steered(let reason): reason
        case .configuration(let problem): problem
        case .failed(let sentence): "the soak failed: \(sentence)"
        case .inconclusive(let sentence): "the soak is inconclusive: \(sentence)"
        case .analysisError(let sentence): "the soak cannot be judged: \(sentence)"
        case .declined(let by, let url): "\(url) was closed\(by.map { " by \($0)" } ?? ""); it is not proposed again"
        case .foreignBranch(let branch, let author, let url):
            "\(author ?? "somebody else") pushed to \(branch)\(url.map { " (\($0))" } ?? ""), which is left alone"
        case .label(let label, let url): "label \(label) on \(url)"
        case .refused(let words): "refused: \(words)"
        }
    }

    /// What ends a hold or a wait for people, where a command, a line or a press of a button does.
    ///
    /// - Parameters:
    ///   - name: the Promotion's.
    ///   - file: where it stands.
    package static func remedy(_ standing: PromotionStanding, of name: String, in file: String) -> String? {
        switch standing {
        case .waiting(.approval(let key)):
            "headgate approve promotion/\(name), or state in \(file): spec.steer: {approve: \(key)}"
        case .waiting(.review(let url?)): "merge \(url), or close it"
        case .held(.global): "headgate resume --all"
        case .held(.steered): "headgate resume promotion/\(name), or remove `hold` from spec.steer in \(file)"
        case .held(.configuration): "edit \(file), and ask headgate check"
        case .held(.failed), .held(.inconclusive):
            "a newer release goes on by itself; or state this one with headgate release"
        case .held(.analysisError): "mend what it says"
        case .held(.declined(_, let url)): "reopen \(url), or let a newer release overtake it"
        case .held(.foreignBranch(let branch, _, let url)):
            "\(url.map { "merge \($0)" } ?? "merge it"), or delete \(branch) to have it proposed anew"
        case .held(.label(ProposalLabel.rollback, let url)):
            "close \(url) to turn the release down, since nothing of it runs there yet; or take the label off"
        case .held(.label(let label, let url)): "take the label \(label) off \(url)"
        case .held(.refused): "let the agent push, and ask headgate doctor"
        case .due, .waiting, .done, .rejected, .overruled: nil
        }
    }

    // MARK: Marks

    /// Which line a pull request asks for, so that its text is written anew only for another one.
    package static func marker(of line: PromotionLine) -> String {
        let values = line.carried.sorted { $0.key < $1.key }.map {
            "\(JSONText.quote($0.key)):\(JSONText.quote($0.value))"
        }
        let digest = Digest(of: ([line.proven.id.hex, line.former.digest.hex] + values).joined(separator: "\n"))
        return "<!-- headgate-promotion \(digest.hex) -->"
    }

    /// Why an open pull request should wait.
    package static func warning(_ standing: PromotionStanding) -> ProposalAdvice.Warning {
        let needsSomebody =
            switch standing {
            case .held, .waiting(.approval), .rejected: true
            case .due, .waiting, .done, .overruled: false
            }
        return ProposalAdvice.Warning(remark(standing), needsSomebody: needsSomebody)
    }

    /// In words that do not change from tick to tick.
    private static func remark(_ standing: PromotionStanding) -> String {
        switch standing {
        case .waiting(.source): "the release is not Stable where it was proven"
        case .waiting(.soak(let until)): "it soaks until \(until.rfc3339)"
        case .waiting(.analysis), .waiting(.metrics), .held(.analysisError), .held(.inconclusive):
            "the soak has not been judged to the end"
        case .waiting(.target): "something else is on its way where it goes to"
        case .waiting(.approval(let key)): "it waits for approve: \(key)"
        default: line(standing)
        }
    }
}
