/// A part of a template that has been read.
indirect enum GoTemplateNode: Hashable, Sendable {
    case text(String)
    /// The pipeline's value is written, unless it goes into variables.
    case action(GoTemplatePipeline)
    case branch(GoTemplateBranch, GoTemplatePipeline, then: [GoTemplateNode], otherwise: [GoTemplateNode])
    /// Leaves the innermost `range`, or goes on with its next element.
    case leave
    case next
}

/// What decides between the two lists of a branch.
enum GoTemplateBranch: String, Hashable, Sendable {
    case `if`, with, range
}

/// Commands, each of which takes the value of the one before as its last argument.
struct GoTemplatePipeline: Hashable, Sendable {
    /// The variables that take the value; two only in a `range`.
    var variables: [String] = []
    /// Whether the variables exist already.
    var isAssignment = false
    var commands: [Command] = []
    var offset: Int

    /// An operand, or a function with its arguments.
    struct Command: Hashable, Sendable {
        var operands: [GoTemplateOperand]
        var offset: Int
    }
}

/// A value as a template writes it.
struct GoTemplateOperand: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case constant(GoTemplateValue)
        case dot
        case variable(String)
        case function(String)
        case pipeline(GoTemplatePipeline)
    }

    var kind: Kind
    /// Keys that lead on from the value, outermost first.
    var keys: [Key] = []
    var offset: Int

    /// Whether it can never take the value of the command before it.
    var isValue: Bool {
        switch kind {
        case .constant: true
        case .dot: keys.isEmpty
        case .variable, .function, .pipeline: false
        }
    }

    struct Key: Hashable, Sendable {
        var name: String
        var offset: Int
    }
}
