import Glibc
import Report

/// The only place that writes to standard output and standard error.
enum Terminal {
    static func print(_ text: String) { write(text + "\n", to: 1) }
    static func error(_ text: String) { write(text + "\n", to: 2) }
    static func print(_ lines: [String]) { print(lines.joined(separator: "\n")) }

    /// Whether a person is looking.
    static let isInteractive = isatty(1) == 1

    /// Colours only for a person who wants them (no-color.org), and as wide as the window.
    static var layout: Layout {
        guard isInteractive else { return Layout() }
        let isPlain = Environment["NO_COLOR"] != nil || Environment["TERM"] == "dumb"
        return Layout(palette: isPlain ? .plain : .coloured, width: width)
    }

    private static var width: Int? {
        var window = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return nil }
        return Int(window.ws_col)
    }

    /// Replaces all that the window shows (ECMA-48: cursor home, erase).
    static func redraw(_ lines: [String]) { write("\u{1B}[H\u{1B}[2J" + lines.joined(separator: "\n") + "\n", to: 1) }

    // MARK: Progress

    /// Says on standard error what takes so long, where a person is looking, and takes it back at the end.
    static func waiting<Result: Sendable>(
        for what: String, _ work: () async throws -> Result
    ) async rethrows -> Result {
        guard isatty(2) == 1 else { return try await work() }
        defer { write("\r\u{1B}[K", to: 2) }
        async let _: Void = tell(what)
        return try await work()
    }

    /// Work that is done at once is not worth a word.
    private static func tell(_ what: String) async {
        var seconds = 0
        var pause = Duration.milliseconds(400)
        while (try? await Task.sleep(for: pause)) != nil {
            write("\r\u{1B}[K\(what)…" + (seconds > 0 ? " \(seconds)s" : ""), to: 2)
            pause = .seconds(1)
            seconds += 1
        }
    }

    /// Writes a file's bytes to standard output, as they are.
    static func write(_ bytes: [UInt8]) { write(bytes, to: 1) }

    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ whole: [UInt8], to descriptor: Int32) {
        var bytes = whole[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
