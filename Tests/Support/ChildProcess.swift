package import Foundation

/// A program that a test starts and waits for, silent, without input.
package struct ChildProcess: Sendable {
    private let pid: pid_t
    private let exit: AsyncStream<Int32>

    package init(_ executable: String, _ arguments: [String], in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        // `waitUntilExit` would turn the run loop of a thread of the cooperative pool, which has none.
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
        pid = process.processIdentifier
        exit = stream
    }

    /// Waits for the end and returns the status; may be asked once.
    @discardableResult
    package func status() async -> Int32 {
        for await status in exit { return status }
        return -1
    }

    /// Kills: the child has inherited a dispatch thread's signal mask, which blocks every signal that asks.
    package func stop() async {
        kill(pid, SIGKILL)
        await status()
    }

    /// Runs a server for the time of `body` and stops it by its id, whatever happens.
    package static func run<Result>(
        _ executable: String, _ arguments: [String], in folder: URL, listeningOn port: UInt16,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let child = try Self(executable, arguments, in: folder)
        do {
            try await waitUntilListening(port)
            let result = try await body()
            await child.stop()
            return result
        } catch {
            await child.stop()
            throw error
        }
    }
}
