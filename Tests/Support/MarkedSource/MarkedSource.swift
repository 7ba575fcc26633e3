public import CedarSyntax

/// A source whose expected findings are marked: `▶` and `◀` around each place, nested or apart.
public struct MarkedSource {
    /// The source without the marks.
    public let text: String

    /// The marked places in the order of their beginnings.
    public let places: [SourceSpan]

    /// Takes the marks out of a source.
    public init(_ marked: String) {
        var text = ""
        var places: [SourceSpan] = []
        var open: [Int] = []
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "▶":
                open.append(places.count)
                places.append(SourceSpan(start: text.utf8.count, end: text.utf8.count))
            case "◀":
                if let index = open.popLast() { places[index].end = text.utf8.count }
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        self.text = text
        self.places = places
    }
}
