internal import Synchronization

/// Lets so many requests go at once; the others wait in line, and hold no memory but their place.
final class RequestGate: Sendable {
    private struct Line {
        var free: Int
        var next = 0
        var waiting: [(place: Int, continuation: CheckedContinuation<Void, Never>)] = []
        /// Who has a place and does not stand there yet, and whether they have been cancelled on the way.
        var coming: [Int: Bool] = [:]
    }

    private let line: Mutex<Line>

    init(width: Int) {
        line = Mutex(Line(free: max(1, width)))
    }

    /// Runs `body` when it is its turn; a cancelled task waits no longer, and its request fails for itself.
    func pass<Result, Failure: Error>(
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async {
        let place = line.withLock { line -> Int? in
            if line.free > 0 {
                line.free -= 1
                return nil
            }
            line.next += 1
            line.coming[line.next] = false
            return line.next
        }
        guard let place else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGo = line.withLock { line -> Bool in
                    let isCancelled = line.coming.removeValue(forKey: place) == true
                    if isCancelled || line.free > 0 {
                        line.free -= 1
                        return true
                    }
                    line.waiting.append((place, continuation))
                    return false
                }
                if mayGo { continuation.resume() }
            }
        } onCancel: {
            let found = line.withLock { line -> CheckedContinuation<Void, Never>? in
                guard let index = line.waiting.firstIndex(where: { $0.place == place }) else {
                    if line.coming[place] != nil { line.coming[place] = true }
                    return nil
                }
                line.free -= 1
                return line.waiting.remove(at: index).continuation
            }
            found?.resume()
        }
    }

    /// A cancelled request may have gone beside the others, so that fewer than none are free until it has left.
    private func leave() {
        let next = line.withLock { line -> CheckedContinuation<Void, Never>? in
            line.free += 1
            guard line.free > 0, !line.waiting.isEmpty else { return nil }
            line.free -= 1
            return line.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
