internal import YAML

/// What is said for all metrics of a file, outside of it.
struct SharedSettings {
    let choice: JudgeChoice?
    /// The file of settings.
    let layer: SettingLayer?
    let assignments: [Assignment]

    init(_ reader: TrialReader) throws(YAMLProblems) {
        choice = reader.choice
        layer = try reader.settings.map { source throws(YAMLProblems) in
            SettingLayer(file: source.file, node: try TrialReader.root(of: source))
        }
        assignments = try reader.assignments.map { text throws(YAMLProblems) in
            try TrialReader.problems { () throws(YAMLError) in try Assignment(text) }
        }
    }

    /// What comes before the file, from the lowest to the highest.
    func layers(judge: String) -> [SettingLayer] {
        [layer].compactMap(\.self) + assignments.map { $0.layer(judge: judge) } + [chosen].compactMap(\.self)
    }

    /// The judge that the command line names, as a document.
    private var chosen: SettingLayer? {
        choice.map { choice in
            let settings: YAMLNode = choice.mode.map { .mapping("mode", .text($0)) } ?? .nothing()
            return SettingLayer(
                file: "--judge \(choice.rawValue)", node: .mapping("judge", .mapping(choice.key, settings)))
        }
    }
}
