import Foundation
import Testing
import YAML

/// PyYAML, a reader of YAML with no code in common with libyaml, must see in edited files what this module sees: the same
/// in every node but the one that was set, and there what was asked for.
@Suite("Second opinion by PyYAML")
struct SecondOpinionTests {
    private static let python = URL(filePath: "/usr/bin/python3")

    /// Reads a line of JSON for each file and for each edit of it, and prints those edits in which anything but the scalar
    /// with the given number differs, or this is not what was asked for; at the end the count of edits.
    ///
    /// The tag `!` makes any text a text (YAML 1.2, 6.9.1); PyYAML resolves what follows it as if it were plain.
    private static let script = """
        import json, sys, yaml
        def events(text):
            loader, found, scalars = yaml.SafeLoader(text.encode()), [], []
            while loader.check_event():
                event = loader.get_event()
                line = [type(event).__name__, getattr(event, 'anchor', None), getattr(event, 'tag', None)]
                if isinstance(event, yaml.ScalarEvent):
                    if event.tag is None:
                        line[2] = loader.resolve(yaml.ScalarNode, event.value, event.implicit)
                    elif event.tag == '!':
                        line[2] = 'tag:yaml.org,2002:str'
                    line.append(event.value)
                    scalars.append(len(found))
                found.append(line)
            return found, scalars
        count = 0
        for line in sys.stdin:
            case = json.loads(line)
            if 'original' in case:
                before, scalars = events(case['original'])
                continue
            count += 1
            try:
                after, _ = events(case['edited'])
            except yaml.YAMLError as error:
                after = str(error)
            place = scalars[case['number']]
            wanted = list(before)
            wanted[place] = before[place][:2] + [case['tag'], case['text']]
            if after != wanted:
                wrong = [pair for pair in zip(wanted, after) if pair[0] != pair[1]] if type(after) is list else after
                print(case['name'], wrong)
        print(count)
        """

    private static func isAvailable() -> Bool {
        (try? run(["-c", "import yaml"])) == ""
    }

    private static func run(_ arguments: [String], input: URL? = nil) throws -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = python
        process.arguments = arguments
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }

    /// A line for the script.
    private struct Line: Encodable {
        var original: String?
        var edited: String?
        var name: String?
        var number: Int?
        var tag: String?
        var text: String?
    }

    @Test(.enabled(if: isAvailable())) func `every scalar in turn means what was asked, and every other what it did`()
        throws
    {
        var lines: [Line] = []
        for seed in UInt64(2000)..<2200 {
            let text = RandomFile.text(seed: seed, isRich: true)
            let edits = try ScalarInTurn.edits(of: text, seed: seed)
            lines.append(Line(original: text))
            lines += edits.map {
                Line(edited: $0.edited, name: $0.description, number: $0.number, tag: $0.tag, text: $0.text)
            }
        }
        let edits = lines.count { $0.edited != nil }
        #expect(edits > 1500)
        let file = FileManager.default.temporaryDirectory.appending(path: "edits-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        let encoder = JSONEncoder()
        try Data(lines.map { try encoder.encode($0) + Data("\n".utf8) }.joined()).write(to: file)
        let answer = try Self.run(["-c", Self.script], input: file)
        #expect(answer == "\(edits)\n")
    }

    @Test(arguments: UInt64(3000)..<3040)
    func `the reader of this module sees the same, and undoing restores the bytes`(
        _ seed: UInt64
    ) throws {
        _ = try ScalarInTurn.edits(of: RandomFile.text(seed: seed, isRich: true), seed: seed)
    }
}
