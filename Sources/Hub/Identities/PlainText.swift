/// What people write in a line, of names and of reasons: nothing in it is hidden, and nothing of it hides something else.
enum PlainText {
    /// Whether a text can be seen and has some of its length in code points. What turns the direction of other text (Unicode's report 36, 2.4) is
    /// refused with everything else that formats and is not seen; what joins letters and emoji, and chooses between their forms, belongs to them.
    /// - Parameter length: Of the text, in code points.
    static func isValid(_ text: String, length: ClosedRange<Int>) -> Bool {
        let scalars = text.unicodeScalars
        return length.contains(scalars.count) && scalars.contains(where: isSeen) && scalars.allSatisfy(isAllowed)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if joiners.contains(scalar) || scalar.properties.isVariationSelector { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: return false
        default: return !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .nonspacingMark, .enclosingMark, .format: false
        default: !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static let joiners: Set<Unicode.Scalar> = ["\u{200c}", "\u{200d}"]
}
