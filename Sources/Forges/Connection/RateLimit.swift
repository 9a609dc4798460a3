internal import Analysis
internal import HTTP
internal import Rollouts

/// What the headers of an answer say about how much more a forge will answer.
struct RateLimit: Sendable {
    /// Requests until `reset`; nil where nothing is said.
    let remaining: Int?
    let limit: Int?
    let reset: Timestamp?

    /// Reads `X-RateLimit-*` of GitHub, Bitbucket and Azure DevOps, and `RateLimit-*` of GitLab.
    init(_ answer: ForgeAnswer, at now: Timestamp) {
        func number(_ name: String) -> Int? {
            (answer[header: "x-ratelimit-\(name)"] ?? answer[header: "ratelimit-\(name)"]).flatMap { Int($0) }
        }
        // GraphQL has an account of its own, which nothing here comes near.
        let isOther = (answer[header: "x-ratelimit-resource"] ?? "core") != "core"
        remaining = isOther ? nil : number("remaining")
        limit = isOther ? nil : number("limit")
        // Forges state seconds since 1970; the drafts of the standard state seconds from now.
        reset = number("reset").map { seconds in
            seconds > 1_000_000_000 ? Timestamp(seconds: Double(seconds)) : now + .seconds(max(seconds, 0))
        }
    }

    /// How long a refused request has to wait; nil where the answer refuses for another reason.
    ///
    /// By https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api, which the others follow: first
    /// `Retry-After`, then the reset where nothing remains, otherwise a minute.
    static func wait(_ answer: ForgeAnswer, at now: Timestamp) -> Duration? {
        let stated = answer[header: "retry-after"].flatMap { Int($0) }.map { Duration.seconds(min(max($0, 0), 86_400)) }
        let limit = RateLimit(answer, at: now)
        let isUsedUp = limit.remaining == 0
        switch answer.status {
        case 429: break
        case 403 where stated != nil || isUsedUp || answer.words.lowercased().contains("rate limit"): break
        default: return nil
        }
        if let stated { return stated }
        if isUsedUp, let reset = limit.reset { return max(reset - now, .seconds(1)) }
        return .seconds(60)
    }
}
