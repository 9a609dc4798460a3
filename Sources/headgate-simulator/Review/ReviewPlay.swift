import FoundationEssentials
import Glibc
import Simulator

/// The course of the demo by pull requests: shows what happens, and with `--auto` does what the person would.
actor ReviewPlay {
    private let shop: ReviewedShop
    private let visitor: ForgeVisitor
    private let regions: [Region]
    /// Whether the person is played.
    private let plays: Bool
    private let limit: Int?
    private let begin = ContinuousClock.now
    private var states: [Int: String] = [:]
    private var gists: [String: String] = [:]
    /// The environments whose newest line was shown and says that somebody is needed.
    private var needy: Set<String> = []
    private var hasToldWayOut = false
    private var isStated = false
    /// Whether staging was through when the first pull request was opened.
    private var wasProven: Bool?

    init(shop: ReviewedShop, visitor: ForgeVisitor, regions: [Region], plays: Bool, limit: Int?) {
        self.shop = shop
        self.visitor = visitor
        self.regions = regions
        self.plays = plays
        self.limit = limit ?? (plays ? 240 : nil)
    }

    // MARK: What is shown

    private func say(_ line: String) {
        let seconds = (ContinuousClock.now - begin).components.seconds
        print("\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)  \(line)")
        fflush(nil)
    }

    /// Shows a line of an agent's, which says what it did or where its rollout stands.
    ///
    /// What differs from the line before by its numbers only is left out, and so are hints where nobody is needed.
    func heard(_ line: String, from environment: String) {
        if let hint = AgentLine.hint(in: line) {
            if needy.remove(environment) != nil { sayWayOut(hint) }
            return
        }
        guard let gist = AgentLine.gist(of: line), gists[environment] != gist else { return }
        gists[environment] = gist
        needy.remove(environment)
        if AgentLine.needsSomebody(gist) { needy.insert(environment) }
        say(environment.padded(to: 12) + gist)
    }

    /// What ends a hold or takes up a rejected release, and the first time how it is said to this repository.
    private func sayWayOut(_ hint: String) {
        say("            to go on: \(hint)")
        guard !hasToldWayOut, !plays else { return }
        hasToldWayOut = true
        say("            commands take --repo \(shop.repository); Ctrl-C ends the demo")
    }

    // MARK: The course

    func run() async throws {
        say("The forge is at \(visitor.address)/\(visitor.repository)/pulls")
        if !plays {
            say(
                "A release goes through staging by commits first, for about half a minute. Then you are asked three times:"
            )
            say("whether it goes on to production, whether it starts there, and whether it is promoted to all traffic.")
            say("The repository, for status and history in another terminal: --repo \(shop.repository)")
        }
        while !Interruption.happened {
            try await act()
            if try await isOver() {
                return try await end()
            }
            if let limit, ContinuousClock.now - begin > .seconds(limit) {
                throw DemoError("the demo did not come to its end within \(limit) seconds")
            }
            try await Task.sleep(for: .milliseconds(400))
        }
        throw CancellationError()
    }

    private func act() async throws {
        if !isStated, try await isAdopted() {
            try await shop.stateRelease()
            isStated = true
            say("Alice       states \(ReviewedShop.app) \(ReviewedShop.new) in staging")
        }
        for pullRequest in try await visitor.pullRequests() {
            guard let number = pullRequest["number"]?.integer else { continue }
            let isOpen = pullRequest["state"] == "open"
            let state = isOpen ? "open" : pullRequest["merged"] == true ? "merged" : "closed"
            guard states[number] != state else { continue }
            states[number] = state
            if isOpen {
                try await opened(number, pullRequest["title"]?.string ?? "")
            } else {
                say("forge       #\(number) is \(state)")
            }
        }
    }

    private func isAdopted() async throws -> Bool {
        for environment in ReviewedShop.environments where try await shop.phase(environment) != "Stable" {
            return false
        }
        return true
    }

    private func opened(_ number: Int, _ title: String) async throws {
        if wasProven == nil { wasProven = try await shop.steps("staging").last?.action == "finish" }
        say("forge       #\(number) is open: \(title)")
        guard plays else {
            say("            read it, and approve and merge it or close it: \(visitor.page(of: number))")
            return
        }
        // Each in another way: whichever it is, the stage has happened.
        let method = ["merge", "squash", "rebase"][(number - 1) % 3]
        try await visitor.press("approve", on: number)
        say("Alice       approves #\(number)")
        try await visitor.press("merge", on: number, choosing: ["method": method])
        say("Alice       merges #\(number) by \(method)")
    }

    /// Whether production runs the release and nothing else.
    private func isOver() async throws -> Bool {
        guard try await shop.phase("production") == "Stable",
            try await shop.steps("production").last?.action == "finish", try await shop.steps("production").count > 1
        else { return false }
        return try await strangers().isEmpty
    }

    /// What of the live clusters is not as it should be at the end.
    private func strangers() async throws -> [String] {
        var strangers: [String] = []
        for region in regions {
            let state = await region.server.state
            let images = Set((state["pods"]?.array ?? []).compactMap { $0["image"]?.string })
            if images != [ReviewedShop.image] { strangers.append("\(region.environment) runs \(images.sorted())") }
            let weight = Screen.weight(of: ReviewedShop.app, in: state)
            if weight != 0 { strangers.append("\(region.environment) gives its canary \(weight) %") }
        }
        return strangers
    }

    // MARK: The end

    private func end() async throws {
        let seconds = (ContinuousClock.now - begin).components.seconds
        print("\nWhat happened, as git has it:\n")
        print(try await shop.log("--graph", "--format=%h %an: %s", "main"))
        print("\n\(seconds) seconds, two agents, each one process.")
        guard plays else { return }
        let wrong =
            try await ReviewOutcome(
                production: shop.steps("production"), staging: shop.steps("staging"),
                pullRequests: visitor.pullRequests(), approvals: approvals(), wasProven: wasProven == true
            ).breaches + strangers()
        guard wrong.isEmpty else { throw DemoError("not as it should be: \(wrong.joined(separator: "; "))") }
        print("As it should be: staging by commits, production only after a merge of what was approved.")
    }

    /// Who approved which commit of each pull request.
    private func approvals() async throws -> [Int: [String: String]] {
        var approvals: [Int: [String: String]] = [:]
        for number in states.keys {
            for review in try await visitor.reviews(of: number) where review["state"] == "APPROVED" {
                approvals[number, default: [:]][review["user", "login"]?.string ?? ""] = review["commit_id"]?.string
            }
        }
        return approvals
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
