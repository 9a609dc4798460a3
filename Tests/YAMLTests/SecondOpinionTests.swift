import Foundation
import Testing
import YAML

/// PyYAML, a reader of YAML with no code in common with libyaml, must see in edited files what this module sees.
@Suite("Second opinion by PyYAML")
struct SecondOpinionTests {
    private static let python = URL(filePath: "/usr/bin/python3")

    /// Reads each `*.yaml` of the folder and prints the names of those whose events differ from `*.events`.
    private static let script = """
        import glob, sys, yaml
        KINDS = {'MappingStartEvent': '{', 'MappingEndEvent': '}', 'SequenceStartEvent': '[', 'SequenceEndEvent': ']'}
        for name in sorted(glob.glob(sys.argv[1] + '/*.yaml')):
            lines = []
            try:
                for event in yaml.parse(open(name, 'rb').read()):
                    kind = type(event).__name__
                    if kind == 'DocumentStartEvent': lines.append('---')
                    elif kind == 'ScalarEvent': lines.append('=' + event.value.encode().hex())
                    elif kind == 'AliasEvent': lines.append('*' + event.anchor)
                    elif kind in KINDS: lines.append(KINDS[kind])
            except yaml.YAMLError as error:
                lines.append(str(error))
            if lines != open(name[:-4] + 'events').read().split():
                print(name.split('/')[-1])
        print('done')
        """

    private static func isAvailable() -> Bool {
        (try? run(["-c", "import yaml"])) == ""
    }

    private static func run(_ arguments: [String]) throws -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = python
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }

    @Test(.enabled(if: isAvailable())) func `edited files mean the same to PyYAML`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yaml-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for seed in UInt64(2000)..<2120 {
            let stream = try YAMLStream(parsing: RandomFile.text(seed: seed), file: "a.yaml")
            var editor = YAMLEditor(stream)
            for (index, place) in PropertyTests.places(stream.documents[0].root).enumerated() where place.node.isScalar
            {
                let values: [YAMLScalar] = [
                    "new: ü", 7, "1e3", "a\n\n b\n", .string("\u{85}\u{2028}\"\\\t"), "- x", "#",
                ]
                try editor.set(place.path, to: values[(index + Int(seed)) % values.count])
            }
            if editor.stream.documents[0].root.isMapping {
                try editor.insert("added", ["k": ["v", "on", "x: y"], "t": "one\ntwo"])
            }
            try Data(editor.bytes).write(to: folder.appending(path: "\(seed).yaml"))
            let events = editor.stream.documents.flatMap { ["---"] + Self.events($0.root) }.joined(separator: "\n")
            try Data(events.utf8).write(to: folder.appending(path: "\(seed).events"))
        }
        #expect(try Self.run(["-c", Self.script, folder.path]) == "done\n")
    }

    private static func events(_ node: YAMLNode) -> [String] {
        switch node.content {
        case .scalar(let text, _): ["=" + text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()]
        case .mapping(let entries, _): ["{"] + entries.flatMap { events($0.key) + events($0.value) } + ["}"]
        case .sequence(let items, _): ["["] + items.flatMap { events($0) } + ["]"]
        case .alias(let name, _): ["*" + name]
        }
    }
}
