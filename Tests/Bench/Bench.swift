import CLibYAML
import Foundation
import Manifests
import YAML

/// Times the editor and the index against libyaml alone and against the editor that people script today, and the judges
/// against the second that they may take; then shows how often the judges are right.
///
/// Each figure is the median of several runs in one process, and what counts is the ratio of two of them: machines
/// differ, the work does not. With `--judges` the judges alone are timed, with `--json` the report is for scripts.
@main
struct Bench {
    static func main() async throws {
        // A Python without ruamel.yaml reads nothing of what it is given.
        signal(SIGPIPE, SIG_IGN)
        var report = Report()
        let isForJudges = CommandLine.arguments.contains("--judges")
        if !isForJudges {
            try editing(&report)
            try indexing(&report)
        }
        try await judging(&report)
        try await analysing(&report)
        report.show()
        guard !Report.isForScripts, !isForJudges else { return }
        print("")
        for line in OperatingCharacteristics.table() { print(line) }
    }

    // MARK: Editing

    private static func editing(_ report: inout Report) throws {
        let small = Samples.deployment(number: 1)
        let large = (0..<(1 << 20) / small.utf8.count).map(Samples.deployment).joined(separator: "---\n")
        let cases = [
            ("one scalar in a manifest", small, 0, 400), ("one scalar of 1 MB in many documents", large, 300, 12),
        ]
        for (name, text, document, runs) in cases {
            let bytes = Array(text.utf8)
            let parse = try median(of: runs) { try PlainParser.parse(bytes) }
            let edit = try median(of: runs) {
                var editor = YAMLEditor(try YAMLStream(parsing: bytes, file: "bench.yaml"))
                try editor.set("spec.replicas", to: 7, in: document)
                guard editor.isChanged else { throw Failure(text: "nothing was edited") }
            }
            report.add("\(name), \(bytes.count / 1024) KB", edit, against: "libyaml's parser", parse, goal: 3)
            if let other = Ruamel.roundTrip(text, document: document, runs: max(3, runs / 20)) {
                report.add("the same", edit, against: "ruamel.yaml's round trip", other, goal: nil)
            }
        }
    }

    // MARK: Indexing

    private static func indexing(_ report: inout Report) throws {
        let count = 20_000
        var files: [String: String] = [:]
        for number in 0..<count {
            files["environments/production/team\(number / 100)/app\(number).yaml"] = Samples.deployment(number: number)
        }
        let tree = Tree(files: files)
        let contents = files.values.map { Array($0.utf8) }
        let environments = [Environment(name: "production", root: "environments/production")]
        let parse = try median(of: 3) { for bytes in contents { try PlainParser.parse(bytes) } }
        var cache = ParseCache()
        let cold = try median(of: 3) {
            cache = ParseCache()
            let index = ManifestIndex(tree, environments: environments, cache: &cache)
            guard index.objects(of: "Deployment", in: environments[0]).count == count else {
                throw Failure(text: "the index has not got every object")
            }
        }
        let warm = try median(of: 3) { _ = ManifestIndex(tree, environments: environments, cache: &cache) }
        report.add("a cold index of \(count) manifests", cold, against: "libyaml's parser", parse, goal: 1.3)
        report.add("a warm one, by blob id", warm, against: "libyaml's parser", parse, goal: 0.05)
    }

    // MARK: Judging

    private static func judging(_ report: inout Report) async throws {
        let work = Judging.Work()
        let counts = try await medianOfCPU(of: 5) {
            guard work.judgeCounts(metrics: 4) > 0 else { throw Failure(text: "no release is found to be broken") }
        }
        let both = try await medianOfCPU(of: 5) {
            guard work.judgeCounts(metrics: 3) > 0, work.judgeHistograms() > 0 else {
                throw Failure(text: "no release is found to be broken")
            }
        }
        report.add("1,000 rollouts, 4 counts of 60 intervals each", counts, against: "a second of CPU", 1, goal: 1)
        report.add("the same, 3 counts and a histogram", both, against: "a second of CPU", 1, goal: 1)
    }

    private static func analysing(_ report: inout Report) async throws {
        let work = try Analysing.Work()
        let counts = try await medianOfCPU(of: 5) {
            guard await work.judgeCounts() > 0 else { throw Failure(text: "no release is found to be broken") }
        }
        let templates = try await medianOfCPU(of: 5) {
            guard await work.judgeTemplates() > 0 else { throw Failure(text: "no release is found to be broken") }
        }
        report.add("from series to evidence, by a metric set", counts, against: "a second of CPU", 1, goal: 1)
        report.add("from series to evidence, by 4 templates", templates, against: "a second of CPU", 1, goal: 1)
    }

    /// Seconds that the process was computing, of the middle one of `runs`, after one that does not count.
    private static func medianOfCPU(of runs: Int, _ work: () async throws -> Void) async throws -> Double {
        func computed() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        try await work()
        var times: [Double] = []
        for _ in 0..<runs {
            let start = computed()
            try await work()
            times.append(computed() - start)
        }
        return times.sorted()[times.count / 2]
    }

    /// Seconds of the middle one of `runs`, after one that does not count.
    private static func median(of runs: Int, _ work: () throws -> Void) throws -> Double {
        try work()
        var times: [Double] = []
        for _ in 0..<runs {
            let start = ContinuousClock.now
            try work()
            let span = start.duration(to: .now).components
            times.append(Double(span.seconds) + Double(span.attoseconds) / 1e18)
        }
        return times.sorted()[times.count / 2]
    }

    struct Failure: Error { let text: String }
}

/// What is measured on.
enum Samples {
    /// A manifest of some two kilobytes, as people write them.
    static func deployment(number: Int) -> String {
        let variables = (0..<12).map { "        - name: SETTING_\($0)\n          value: \"\(number * 31 + $0)\"\n" }
            .joined()
        return """
            # App \(number), owned by team \(number / 100).
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: app\(number)
              namespace: shop
              labels: {app: app\(number), tier: backend}
              annotations:
                description: "Sized for the evening peak; see the runbook."
            spec:
              # One pod may fail and the rest still carry it.
              replicas: 4
              progressDeadlineSeconds: 120
              selector:
                matchLabels: {app: app\(number), track: stable}
              template:
                metadata:
                  labels: {app: app\(number), track: stable}
                spec:
                  terminationGracePeriodSeconds: 30
                  containers:
                  - name: app
                    image: ghcr.io/acme/app\(number):v1.2.\(number % 40)   # the release
                    ports:
                    - name: http
                      containerPort: 8080
                    env:
            \(variables)        readinessProbe:
                      httpGet: {path: /healthz, port: http}
                      periodSeconds: 5
                    resources:
                      requests: {cpu: 100m, memory: 128Mi}
                      limits: {memory: 256Mi}

            """
    }
}

/// libyaml with nothing around it: every event is read and thrown away.
enum PlainParser {
    static func parse(_ bytes: [UInt8]) throws {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { throw Bench.Failure(text: "libyaml has no memory") }
        defer { yaml_parser_delete(&parser) }
        try bytes.withUnsafeBufferPointer { input in
            yaml_parser_set_input_string(&parser, input.baseAddress, input.count)
            while true {
                var event = yaml_event_t()
                guard yaml_parser_parse(&parser, &event) == 1 else { throw Bench.Failure(text: "libyaml refuses it") }
                let isOver = event.type == YAML_STREAM_END_EVENT
                yaml_event_delete(&event)
                if isOver { return }
            }
        }
    }
}

/// The same edit by ruamel.yaml, which keeps comments, too; timed inside Python, so that its start does not count.
enum Ruamel {
    private static let script = """
        import io, statistics, sys, time
        from ruamel.yaml import YAML
        document, runs = int(sys.argv[1]), int(sys.argv[2])
        text = sys.stdin.read()
        times = []
        for _ in range(runs + 1):
            start = time.perf_counter()
            yaml = YAML()
            yaml.preserve_quotes = True
            documents = list(yaml.load_all(text))
            documents[document]["spec"]["replicas"] = 7
            yaml.dump_all(documents, io.StringIO())
            times.append(time.perf_counter() - start)
        print(statistics.median(times[1:]))
        """

    /// Seconds; nil where it is not installed.
    static func roundTrip(_ text: String, document: Int, runs: Int) -> Double? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script, "\(document)", "\(runs)"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try? input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Double(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}

/// Two times and their ratio, as a table for people and as JSON for scripts.
struct Report {
    private struct Row: Encodable {
        let name: String
        let seconds: Double
        let against: String
        let othersSeconds: Double
        let ratio: Double
        let goal: Double?
    }

    private var rows: [Row] = []

    mutating func add(_ name: String, _ time: Double, against other: String, _ others: Double, goal: Double?) {
        rows.append(
            Row(
                name: name, seconds: time, against: other, othersSeconds: others, ratio: time / others, goal: goal))
    }

    static var isForScripts: Bool { CommandLine.arguments.contains("--json") }

    func show() {
        if Self.isForScripts {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            if let data = try? encoder.encode(rows) { print(String(decoding: data, as: UTF8.self)) }
            return
        }
        print(Self.line("", "time", "against", "its time", "ratio", "goal"))
        for row in rows {
            let goal = row.goal.map { "at most \($0)" } ?? ""
            let ratio = String(format: "%.3f", row.ratio)
            print(
                Self.line(
                    row.name, Self.time(row.seconds), row.against, Self.time(row.othersSeconds), ratio, goal))
        }
    }

    private static func time(_ seconds: Double) -> String {
        seconds < 0.001 ? String(format: "%.0f us", seconds * 1e6) : String(format: "%.1f ms", seconds * 1e3)
    }

    private static func line(_ cells: String...) -> String {
        zip(cells, [46, 10, 26, 10, 8, 12]).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.count))
        }.joined()
    }
}
