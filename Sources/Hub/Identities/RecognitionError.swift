/// Why something about who was seen cannot be done.
package struct RecognitionError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        case unknownIndividual = "unknown-individual"
        case noPortrait = "no-portrait"
        /// A person was called a pet, or the other way round.
        case wrongKind = "wrong-kind"
        case recognitionOff = "recognition-off"
    }

    package let code: Code

    package init(_ code: Code) { self.code = code }
}
