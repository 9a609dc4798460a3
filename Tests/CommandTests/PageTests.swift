import Foundation
import Support
import Testing

@Suite("Pages show what the program prints")
struct PageTests {
    @Test(
        "every console of a page shows what the program prints for the files beside it",
        arguments: ["docs/judges.md", "README.md"])
    func pages(name: String) throws {
        let page = try Page(name)
        let played = try page.played()
        if ProcessInfo.processInfo.environment["HEADGATE_RECORD"] != nil { return try page.write(played) }
        let (shown, real) = (page.text.split(separator: "\n"), played.split(separator: "\n"))
        #expect(played == page.text, "\(zip(shown, real).first { $0 != $1 }.map { "\($0)" } ?? "lengths differ")")
        #expect(played.contains("\n$ headgate "))
    }
}

/// A page with files (`**name**` above a block of code) and consoles in which commands are run beside them.
private struct Page {
    let text: String
    private let url: URL

    init(_ name: String) throws {
        url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(name)
        text = try String(contentsOf: url, encoding: .utf8)
    }

    func write(_ text: String) throws { try Data(text.utf8).write(to: url) }

    /// The page with what the commands print today.
    func played() throws -> String {
        let headgate = try InstalledProgram()
        var lines: [String] = []
        var file: String?
        var block: [String]?
        for line in text.components(separatedBy: "\n") {
            guard let content = block else {
                lines.append(line)
                if line.hasPrefix("```"), line != "```" {
                    block = []
                    if line != "```console", lines.dropLast().last?.hasPrefix("**") != true { file = nil }
                } else if line.hasPrefix("**"), line.hasSuffix("**") {
                    file = String(line.dropFirst(2).dropLast(2))
                }
                continue
            }
            guard line == "```" else {
                block = content + [line]
                continue
            }
            if lines.last == "```console" {
                lines += try content.filter { $0.hasPrefix("$ ") }.map { try headgate.console($0) }
                    .joined(separator: "\n\n").components(separatedBy: "\n")
            } else {
                lines += content
                if let file { try headgate.home.write(file, content.joined(separator: "\n") + "\n") }
            }
            (file, block) = (nil, nil)
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}

extension InstalledProgram {
    /// A command line with its prompt, and what it prints.
    fileprivate func console(_ line: String) throws -> String {
        let command = line.dropFirst(2).replacing("headgate ", with: "'\(Self.path)' ", maxReplacements: 1)
        let outcome = try Program.run("sh", ["-c", String(command)], in: home.path, environment: GitCommand.hermetic)
        return
            ([line]
            + (outcome.output + outcome.errors).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)).joined(separator: "\n").trimmingCharacters(in: .newlines)
    }
}
