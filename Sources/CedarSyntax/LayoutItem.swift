/// A step of a layout: a token, or what may stand between tokens.
///
/// A layout is a flat list, so that neither making it nor rendering it uses stack in proportion to the nesting of the
/// policies. Groups are what a line break is decided for: a group that fits on the rest of its line is written without
/// breaks, with ``space`` for ``line`` and nothing for ``softLine``; else all breaks directly in it are taken, and its
/// inner groups decide for themselves.
enum LayoutItem {
    /// A token with the comments before and behind it.
    case token(Int)

    /// The first token of a policy, or the end of the file. Empty lines around the comments before it are kept.
    case topToken(Int)

    /// The comments before a token, which follows as a ``bareToken(_:)``.
    case leadingComments(Int)

    /// A token whose leading comments were written already.
    case bareToken(Int)

    /// A space, unless it would stand at the beginning or the end of a line.
    case space

    /// A line break or a space.
    case line

    /// A line break or nothing.
    case softLine

    /// A line break.
    case hardLine

    /// A line break with an empty line.
    case blankLine

    case beginGroup
    case endGroup

    /// Changes the indentation of the lines that begin from here on.
    case indent(Int)
}
