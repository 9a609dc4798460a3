import CLibYAML

/// The owner of one libyaml parser, which reads the events of a file from memory, one after the other.
///
/// Texts are lent, not copied: they are those of the event that was read last.
struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private(set) var kind = Kind.other

    /// nil where libyaml has no memory left.
    init?(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        // libyaml keeps the address, so the bytes get a home of their own.
        input = .allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(fromContentsOf: bytes)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_event_delete(event)
        event.deallocate()
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// Reads the next event.
    ///
    /// - Throws: what libyaml objects to.
    mutating func advance() throws(Failure) {
        yaml_event_delete(event)
        guard yaml_parser_parse(parser, event) == 1 else { throw Failure(parser.pointee) }
        kind = Kind(event.pointee.type)
    }

    enum Kind {
        case streamEnd, documentStart, alias, scalar, sequenceStart, sequenceEnd, mappingStart, mappingEnd, other
    }

    /// libyaml's complaint and its place: a mark, or for broken UTF-8 the offset of a byte.
    struct Failure: Error {
        enum Place {
            case mark(Int)
            case byte(Int)
        }

        let problem: String
        let context: String?
        /// From 1; where what could not be read began, if that is another line.
        let beginning: Int?
        let place: Place
    }
}

/// The event that was read last; marks are libyaml's, in code points.
extension EventReader {
    /// A place as libyaml counts it, from 0 and in code points.
    struct Mark {
        let index: Int
        let line: Int
        let column: Int
    }

    var start: Mark { Mark(event.pointee.start_mark) }
    var end: Mark { Mark(event.pointee.end_mark) }

    /// The value of a scalar.
    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
    }

    var scalarKind: NodeRecord.Kind {
        switch event.pointee.data.scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    /// Whether a collection begins in flow style.
    var isFlow: Bool {
        switch kind {
        case .sequenceStart: event.pointee.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
        case .mappingStart: event.pointee.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
        default: false
        }
    }

    /// The name that an alias refers to.
    var aliasName: String { string(event.pointee.data.alias.anchor) ?? "" }

    /// The anchor and the tag of a value; nil where it has neither, as nearly all.
    var properties: NodeProperties? {
        let (anchor, tag) =
            switch kind {
            case .scalar: (event.pointee.data.scalar.anchor, event.pointee.data.scalar.tag)
            case .sequenceStart: (event.pointee.data.sequence_start.anchor, event.pointee.data.sequence_start.tag)
            case .mappingStart: (event.pointee.data.mapping_start.anchor, event.pointee.data.mapping_start.tag)
            default: (nil, nil)
            }
        if anchor == nil, tag == nil { return nil }
        return NodeProperties(anchor: string(anchor), tag: string(tag))
    }

    private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}

extension EventReader.Kind {
    fileprivate init(_ type: yaml_event_type_t) {
        switch type {
        case YAML_SCALAR_EVENT: self = .scalar
        case YAML_MAPPING_START_EVENT: self = .mappingStart
        case YAML_MAPPING_END_EVENT: self = .mappingEnd
        case YAML_SEQUENCE_START_EVENT: self = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: self = .sequenceEnd
        case YAML_ALIAS_EVENT: self = .alias
        case YAML_DOCUMENT_START_EVENT: self = .documentStart
        case YAML_STREAM_END_EVENT: self = .streamEnd
        default: self = .other
        }
    }
}

extension EventReader.Mark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(index: mark.index, line: mark.line, column: mark.column)
    }
}

extension EventReader.Failure {
    fileprivate init(_ parser: yaml_parser_t) {
        problem = parser.problem.map { String(cString: $0) } ?? "not enough memory"
        context = parser.context.map { String(cString: $0) }
        let isElsewhere = parser.context != nil && parser.context_mark.line != parser.problem_mark.line
        beginning = isElsewhere ? Int(parser.context_mark.line) + 1 : nil
        place = parser.error == YAML_READER_ERROR ? .byte(parser.problem_offset) : .mark(parser.problem_mark.index)
    }
}
