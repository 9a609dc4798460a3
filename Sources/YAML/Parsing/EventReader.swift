import CLibYAML

/// The owner of one libyaml parser, which reads the events of a file from memory.
struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// nil where libyaml has no memory left.
    init?(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        // libyaml keeps the address, so the bytes get a home of their own.
        input = .allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(fromContentsOf: bytes)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event, or what libyaml objects to.
    mutating func next() -> Result<Event, Failure> {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { return .failure(Failure(parser.pointee)) }
        defer { yaml_event_delete(&raw) }
        return .success(Event(raw))
    }

    /// An event as a value; marks are libyaml's, in code points.
    struct Event {
        enum Kind {
            case streamStart, streamEnd, documentStart, documentEnd
            case alias(String)
            case scalar(text: String, style: YAMLNode.ScalarStyle)
            case sequenceStart(isFlow: Bool), sequenceEnd
            case mappingStart(isFlow: Bool), mappingEnd
        }

        let kind: Kind
        var anchor: String?
        var tag: String?
        let start: Int
        let end: Int
    }

    /// libyaml's complaint and its place: a mark, or for broken UTF-8 the offset of a byte.
    struct Failure: Error {
        enum Place {
            case mark(Int)
            case byte(Int)
        }

        let problem: String
        let context: String?
        let place: Place
    }
}

extension EventReader.Event {
    fileprivate init(_ raw: yaml_event_t) {
        start = raw.start_mark.index
        end = raw.end_mark.index
        switch raw.type {
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_STREAM_END_EVENT: kind = .streamEnd
        case YAML_ALIAS_EVENT: kind = .alias(text(raw.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            kind = .scalar(text: value, style: YAMLNode.ScalarStyle(scalar.style))
            (anchor, tag) = (text(scalar.anchor), text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let sequence = raw.data.sequence_start
            kind = .sequenceStart(isFlow: sequence.style == YAML_FLOW_SEQUENCE_STYLE)
            (anchor, tag) = (text(sequence.anchor), text(sequence.tag))
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let mapping = raw.data.mapping_start
            kind = .mappingStart(isFlow: mapping.style == YAML_FLOW_MAPPING_STYLE)
            (anchor, tag) = (text(mapping.anchor), text(mapping.tag))
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamStart
        }
    }
}

extension EventReader.Failure {
    fileprivate init(_ parser: yaml_parser_t) {
        problem = parser.problem.map { String(cString: $0) } ?? "not enough memory"
        context = parser.context.map { String(cString: $0) }
        place = parser.error == YAML_READER_ERROR ? .byte(parser.problem_offset) : .mark(parser.problem_mark.index)
    }
}

extension YAMLNode.ScalarStyle {
    fileprivate init(_ style: yaml_scalar_style_t) {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: self = .literal
        case YAML_FOLDED_SCALAR_STYLE: self = .folded
        default: self = .plain
        }
    }
}

private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let pointer else { return nil }
    return String(cString: pointer)
}
